// Nights of zeros, as bands export them that were not worn, and stages that a device does not know.
import { expect, test } from "vitest";
import { onDay, reduced, source } from "./given.ts";

const band = source("band", { total: true });
const night = (day: number, deep: number, light: number, rem: number) => {
  const date = `2026-04-${day}`;
  return [
    onDay("sleep", band, date, deep + light + rem),
    onDay("sleep_deep", band, date, deep),
    onDay("sleep_light", band, date, light),
    onDay("sleep_rem", band, date, rem),
  ];
};

test("a night of which no minute was seen is missing, with all of its stages", () => {
  const { days, counts } = reduced([[...night(13, 95, 260, 0), ...night(14, 0, 0, 0)]]);
  expect(days).toEqual({ "2026-04-13": { sleep: 355, sleep_deep: 95, sleep_light: 260, sleep_rem: 0 } });
  expect(counts.get("sleep_deep")).toMatchObject({ notWorn: 1 });
});

test("a stage that never was is one that the device does not know", () => {
  const nights = [13, 14, 15, 16, 17].map((day) => night(day, 80 + day, 250, 0));
  const { days, counts } = reduced([nights.flat()]);
  expect(Object.values(days).map((values) => Object.keys(values).join(" "))).toEqual(
    nights.map(() => "sleep sleep_deep sleep_light"),
  );
  expect(counts.get("sleep_rem")).toMatchObject({ notWorn: 5 });
  const once = reduced([[...nights.flat(), ...night(18, 90, 250, 20)]]);
  expect(once.days["2026-04-13"]).toMatchObject({ sleep_rem: 0 });
});
