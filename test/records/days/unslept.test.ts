// Nights of zeros, as bands export them that were not worn, and stages that a device does not know.
import { expect, test } from "vitest";
import { onDay, reduced, source, span } from "./given.ts";

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

const stagesOf = (day: number, deep: number, light: number, rem: number) => night(day, deep, light, rem).slice(1);

test("zeros of all stages are of no stage that was measured, also where the sleep is known", () => {
  const slept = (day: number) => onDay("sleep", band, `2026-04-${day}`, 400);
  const { days, counts } = reduced([
    [slept(13), ...stagesOf(13, 0, 0, 0), slept(14), ...stagesOf(14, 0, 400, 0), slept(15)],
    [onDay("sleep_deep", band, "2026-04-15", 0)],
  ]);
  expect(days).toEqual({
    "2026-04-13": { sleep: 400 },
    "2026-04-14": { sleep: 400, sleep_deep: 0, sleep_light: 400, sleep_rem: 0 },
    "2026-04-15": { sleep: 400, sleep_deep: 0 },
  });
  for (const id of ["sleep_deep", "sleep_light", "sleep_rem"]) expect(counts.get(id)).toMatchObject({ notWorn: 1 });
  const made = source("unknown", { key: "table", provider: "table" });
  const own = [onDay("sleep", made, "2026-04-13", 400), onDay("sleep_deep", made, "2026-04-13", 0)];
  expect(reduced([[...own, onDay("sleep_light", made, "2026-04-13", 0)]]).days["2026-04-13"]).toEqual({
    sleep: 400,
    sleep_deep: 0,
    sleep_light: 0,
  });
});

const watch = source("watch");
const slept = (metric: string, day: number, minutes: number) =>
  span(metric, watch, `2026-04-${day - 1}T23:00+02:00`, `2026-04-${day}T06:00+02:00`, minutes);

test.each([
  ["of stages that are all zero", [slept("sleep_deep", 14, 0), slept("sleep_light", 14, 0)]],
  ["of a sleep that nobody can have", [slept("sleep", 14, 2000)]],
  ["of a sleep of no minute", [slept("sleep", 14, 0)]],
])("a night %s has no onset either", (_, samples) => {
  expect(reduced([samples]).days).toEqual({});
  const before = slept(samples[0]?.metric as string, 13, 400);
  const { days, counts } = reduced([[before, ...samples]]);
  expect(days).toEqual({ "2026-04-13": { [before.metric]: 400, sleep_onset: 660 } });
  expect(counts.get("sleep_onset")).toMatchObject({ days: 1 });
});
