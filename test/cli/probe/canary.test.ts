// The canary search finds a needle wherever it lies and in every form, and nothing else.
import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { canariesOf, canarySearch } from "../../../src/cli/probe/canary.ts";

const asText = (bytes: Uint8Array) => ({ bytes, text: true });
const window = { start: 100, end: 128 };
const member = (id: string, day: number, values: Record<string, number>) => ({
  id,
  profile: {},
  days: [{ day, values }],
});

test("a needle is found at every place, the first and the last included", () => {
  const needle = Buffer.from("member-000017-3f9ac2d1");
  const search = canarySearch([asText(needle)]);
  for (let at = 0; at <= 40; at++) {
    const haystack = Buffer.alloc(40 + needle.length, 0x20);
    needle.copy(haystack, at);
    expect(search(haystack), `at ${at}`).toBe(1);
  }
  expect(search(needle.subarray(0, -1))).toBe(0);
  expect(search(Buffer.concat([needle, needle]))).toBe(2);
  expect(search(new Uint8Array(0))).toBe(0);
});

test("a haystack that is a view into a larger buffer is searched within its bounds", () => {
  const whole = Buffer.from("..member-x1..member-x1..");
  expect(canarySearch([asText(Buffer.from("member-x1"))])(whole.subarray(3, 15))).toBe(0);
  expect(canarySearch([asText(Buffer.from("member-x1"))])(whole.subarray(2, 15))).toBe(1);
});

test("every form of a value is found: text, and doubles in both byte orders", () => {
  const value = 61.83720518;
  const { needles, values } = canariesOf({
    members: [member("short", 100, { rhr: value, steps: 8123 })],
    window,
    statistics: [],
    lines: [],
  });
  expect(values).toBe(1);
  const search = canarySearch(needles);
  const little = Buffer.alloc(8);
  little.writeDoubleLE(value);
  const big = Buffer.alloc(8);
  big.writeDoubleBE(value);
  for (const form of [Buffer.from(`{"rhr":${value}}`), little, big])
    for (let before = 0; before < 9; before++)
      expect(search(Buffer.concat([Buffer.alloc(before, 7), form, Buffer.alloc(3)]))).toBe(1);
});

test("values are counted once each: identifiers, lines, statistics and the window's days, none that is too short", () => {
  const canaries = canariesOf({
    members: [
      member("member-a-1", 99, { rhr: 50.123456789 }),
      member("member-b-2", 100, { rhr: 51.123456789 }),
      member("member-c-3", 127, { rhr: 51.123456789, sleep: 431 }),
      member("member-d-4", 128, { rhr: 52.123456789 }),
    ],
    window,
    statistics: [51.123456789, 7666.548387],
    lines: ["a line of a data file", "1,2"],
  });
  // four identifiers, one day's value (twice there), one statistic more, one line
  expect(canaries.values).toBe(7);
});

test("random bytes hold none of thousands of needles", () => {
  const needles = Array.from({ length: 5000 }, () => ({ bytes: randomBytes(8), text: false }));
  expect(canarySearch(needles)(randomBytes(2_000_000))).toBe(0);
});

test("whole numbers are not looked for: a service writes amounts and times of its own", () => {
  expect(canariesOf({ members: [], window, statistics: [10_000_000], lines: [] }).needles).toEqual([]);
});

test("a value is no part of a longer number, at either end, and is found wherever it stands alone", () => {
  const search = canarySearch([asText(Buffer.from("61.837205")), asText(Buffer.from("30000000"))]);
  const finds = (text: string) => search(Buffer.from(text));
  for (const other of ['"cap":"3000000000"', "161.837205", "61.8372051", "1.61.837205", "30000000.5", "130000000"])
    expect(finds(other), other).toBe(0);
  for (const leak of ["61.837205", '{"rhr":61.837205}', "rhr=61.837205.", "x61.837205y", ".30000000", "-30000000,"])
    expect(finds(leak), leak).toBe(1);
});

test("an identifier that reads like a public amount is left out, and the others are not", () => {
  const members = ["3000000000", "3000000001"].map((id) => member(id, 100, {}));
  const { needles, values } = canariesOf({
    members,
    window,
    statistics: [],
    lines: [],
    published: new Set(["3000000000"]),
  });
  expect(values).toBe(1);
  expect(canarySearch(needles)(Buffer.from('{"cap":"3000000000","leak":"3000000001"}'))).toBe(1);
});
