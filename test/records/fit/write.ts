// Writes small FIT files for tests, field by field, so that what the reader makes of them is known.
import { crc } from "../../../src/records/fit/decode.ts";

/** [field, base type, stored value]; of a string or list the bytes. */
export type Field = readonly [number, keyof typeof widths, number | readonly number[]];

const widths = {
  enum: 1,
  sint8: 1,
  uint8: 1,
  sint16: 2,
  uint16: 2,
  sint32: 4,
  uint32: 4,
  float32: 4,
  uint8z: 1,
  uint32z: 4,
  string: 0,
};
const numbers = {
  enum: 0,
  sint8: 1,
  uint8: 2,
  sint16: 0x83,
  uint16: 0x84,
  sint32: 0x85,
  uint32: 0x86,
  string: 7,
  float32: 0x88,
  uint8z: 10,
  uint32z: 0x8c,
};

export interface Message {
  readonly kind: number;
  readonly fields: readonly Field[];
  readonly big?: boolean;
  /** Bytes of a developer's field behind the others. */
  readonly developer?: number;
  /** Five bits: written with a compressed timestamp. */
  readonly offset?: number;
}

/** A whole file. @param damage what to do to its bytes before the checksum is taken */
export function fitFile(messages: readonly Message[], { header = 14 }: { header?: 12 | 14 } = {}): Uint8Array {
  const body: number[] = [];
  for (const message of messages) body.push(...definition(message), ...data(message));
  const head = [header, 0x20, 0x08, 0x08, ...little(body.length, 4), 0x2e, 0x46, 0x49, 0x54];
  const bytes = Uint8Array.from([...head, ...(header === 14 ? [0, 0] : []), ...body]);
  return Uint8Array.from([...bytes, ...little(crc(bytes, 0, bytes.length), 2)]);
}

/** Seconds since 1989-12-31 of a time in UTC. */
export const fitTime = (iso: string): number => Date.parse(iso) / 1000 - 631_065_600;

const little = (value: number, width: number): number[] =>
  Array.from({ length: width }, (_, at) => Math.floor(value / 2 ** (8 * at)) & 255);

function definition({ kind, fields, big = false, developer = 0, offset }: Message): number[] {
  const local = offset === undefined ? 0 : 1;
  const wide = little(kind, 2);
  return [
    0x40 | local | (developer > 0 ? 0x20 : 0),
    0,
    big ? 1 : 0,
    ...(big ? wide.reverse() : wide),
    fields.length,
    ...fields.flatMap(([field, type, value]) => [field, sizeOf(type, value), numbers[type]]),
    ...(developer > 0 ? [1, 0, developer, 0] : []),
  ];
}

const sizeOf = (type: keyof typeof widths, value: number | readonly number[]): number =>
  typeof value === "number" ? widths[type] : value.length;

function data({ fields, big = false, developer = 0, offset }: Message): number[] {
  const out = [offset === undefined ? 0 : 0x80 | (1 << 5) | offset];
  for (const [, type, value] of fields) {
    if (typeof value !== "number") {
      out.push(...value);
      continue;
    }
    const view = new DataView(new ArrayBuffer(8));
    if (type === "float32") view.setFloat32(0, value, !big);
    else if (widths[type] === 1) view.setUint8(0, value);
    else if (widths[type] === 2) view.setUint16(0, value, !big);
    else view.setUint32(0, value, !big);
    out.push(...new Uint8Array(view.buffer, 0, widths[type]));
  }
  for (let at = 0; at < developer; at++) out.push(0xaa);
  return out;
}
