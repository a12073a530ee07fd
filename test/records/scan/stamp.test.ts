import fc from "fast-check";
import { expect, test } from "vitest";
import { readDay, readOffset, readStamp } from "../../../src/records/scan/stamp.ts";

test.each([
  ["2024-01-01 01:01:42 +0200", "2023-12-31T23:01:42.000Z", 120],
  ["2026-04-13T08:00:00Z", "2026-04-13T08:00:00.000Z", 0],
  ["2026-04-13T08:00:00.5-07:30", "2026-04-13T15:30:00.500Z", -450],
  ["2026-04-13T08:00:00.123456789+14", "2026-04-12T18:00:00.123Z", 840],
  ["2026-04-13T08:00", "2026-04-13T08:00:00.000Z", undefined],
  ["2016-12-13T09:59:00.000", "2016-12-13T09:59:00.000Z", undefined],
  ["2026-12-31T23:59:60Z", "2026-12-31T23:59:59.000Z", 0],
  ["2026-12-31T24:00:00Z", "2027-01-01T00:00:00.000Z", 0],
  [" 1970-01-01 00:00:00 +0000 ", "1970-01-01T00:00:00.000Z", 0],
])("%s", (text, iso, offset) => {
  expect(readStamp(text)).toEqual({ ms: Date.parse(iso), offset });
});

test.each([
  ...["", "2026-04-13", "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "2026-04-13T25:00:00Z", "2026-04-13T24:00:01Z"],
  ...[
    "2026-04-13T08:60:00Z",
    "1969-12-31T23:59:59Z",
    "2200-01-01T00:00:00Z",
    "2026-04-13T08:00:00+15:00",
    "0000-00-00 00:00",
  ],
  ...[`2026-04-13T08:00:00.${"1".repeat(1e6)}Z`, 1_700_000_000_000, null, undefined, {}],
])("%j is no stamp", (text) => {
  expect(readStamp(text)).toBeUndefined();
});

test("agrees with the platform on what the platform writes", () => {
  fc.assert(
    fc.property(fc.date({ min: new Date("1970-01-01"), max: new Date("2199-12-31"), noInvalidDate: true }), (date) => {
      expect(readStamp(date.toISOString())).toEqual({ ms: date.getTime(), offset: 0 });
      expect(readDay(date.toISOString())).toBe(Math.floor(date.getTime() / 86_400_000));
    }),
    { numRuns: 500, seed: 1 },
  );
});

test.each([
  ["Z", 0],
  ["+00:00", 0],
  ["-03:00", -180],
  ["+0545", 345],
  ["+02", 120],
  ["UTC", 0],
  ["+02:75", undefined],
  ["-18:00", undefined],
  ["Europe/Berlin", undefined],
  [undefined, undefined],
])("the offset %s", (text, minutes) => {
  expect(readOffset(text)).toBe(minutes);
});
