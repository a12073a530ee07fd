// The messages that the tests of FIT are made of, with a serial number and positions that nothing may repeat.
import { type Field, fitTime, type Message } from "./write.ts";

export const SERIAL = 0xdeadbeef;
export const LATITUDE = 456_099_128;
export const START = fitTime("2026-04-13T06:00:00Z");
export const stamp = (time: number): Field => [253, "uint32", time];
export const fileId = (type: number): Message => ({
  kind: 0,
  fields: [
    [3, "uint32z", SERIAL],
    [4, "uint32", START],
    [1, "uint16", 1],
    [2, "uint16", 2697],
    [0, "enum", type],
  ],
});
export const record = (time: number, rate: number, more: Partial<Message> = {}): Message => ({
  kind: 20,
  fields: [stamp(time), [0, "sint32", LATITUDE], [1, "sint32", -LATITUDE], [3, "uint8", rate]],
  ...more,
});
export const session = (sport = 1, more: readonly Field[] = []): Message => ({
  kind: 18,
  fields: [
    stamp(START + 1900),
    [2, "uint32", START],
    [5, "enum", sport],
    [7, "uint32", 1_860_000],
    [8, "uint32", 1_800_000],
    [9, "uint32", 512_345],
    [17, "uint8", 171],
    ...more,
  ],
});
export const activity = (offsetHours: number): Message => ({
  kind: 34,
  fields: [stamp(START + 1900), [5, "uint32", START + 1900 + offsetHours * 3600]],
});
