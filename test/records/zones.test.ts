// Times without a zone: of an instant, of a clock on the wall, in the two odd hours of a year.
import { expect, test } from "vitest";
import { instantOfWall, zoneOfInstant } from "../../src/records/zones.ts";

const at = (text: string) => Date.parse(text);

/** Central Europe in 2026: summer time from 29 March to 25 October, 01:00 UTC. */
const offsetAt = (instant: number) =>
  instant >= at("2026-03-29T01:00Z") && instant < at("2026-10-25T01:00Z") ? 120 : 60;

test("without a place UTC is assumed, and said to be", () => {
  expect(zoneOfInstant({}, 5)).toEqual({ offsetMinutes: 0, from: "assumed" });
  expect(instantOfWall({}, 5)).toEqual({ instant: 5, zone: { offsetMinutes: 0, from: "assumed" } });
});

test.each([
  ["2026-01-10T12:00Z", 60],
  ["2026-07-10T12:00Z", 120],
  ["2026-03-29T00:59Z", 60],
  ["2026-03-29T01:00Z", 120],
])("%s is %i minutes east", (instant, offsetMinutes) => {
  expect(zoneOfInstant({ offsetAt }, at(instant))).toEqual({ offsetMinutes, from: "device" });
});

test.each([
  ["an ordinary winter day", "2026-01-10T12:00Z", "2026-01-10T11:00Z"],
  ["an ordinary summer day", "2026-07-10T12:00Z", "2026-07-10T10:00Z"],
  ["the last minute of winter", "2026-03-29T01:59Z", "2026-03-29T00:59Z"],
  ["an hour that no clock shows", "2026-03-29T02:30Z", "2026-03-29T01:30Z"],
  ["the first minute of summer", "2026-03-29T03:00Z", "2026-03-29T01:00Z"],
  ["an hour that comes twice", "2026-10-25T02:30Z", "2026-10-25T00:30Z"],
  ["the hour after it", "2026-10-25T03:00Z", "2026-10-25T02:00Z"],
])("%s", (_, wall, instant) => {
  const found = instantOfWall({ offsetAt }, at(wall));
  expect(new Date(found.instant).toISOString()).toBe(new Date(at(instant)).toISOString());
  expect(found.zone.from).toBe("device");
});

test("the wall's day is the local day wherever the wall is", () => {
  for (const offset of [-720, -210, 0, 345, 840]) {
    const { instant, zone } = instantOfWall({ offsetAt: () => offset }, at("2026-04-13T00:00Z"));
    expect(instant + zone.offsetMinutes * 60_000).toBe(at("2026-04-13T00:00Z"));
  }
});
