import { expect, test } from "vitest";
import { googleFit } from "../../../src/records/google-fit/index.ts";
import { collect, told } from "../collect.ts";
import { bearsDamage, PRIVATE } from "../hostile-json.ts";

const nanos = (iso: string) => Date.parse(iso) * 1e6;
const point = (type: string, value: object, from = "2026-04-13T06:00:00Z", to = "2026-04-13T06:10:00Z") => ({
  fitValue: [{ value }],
  originDataSourceId: "raw:com.google.step_count.cumulative:Google:Pixel 6:SN-4711",
  endTimeNanos: nanos(to),
  dataTypeName: `com.google.${type}`,
  startTimeNanos: nanos(from),
  modifiedTimeMillis: 1,
  rawTimestampNanos: 0,
});
const takeout = (...points: readonly object[]) => ({
  "Data Source": "derived:com.google.step_count.delta:com.google.android.gms:merge_step_deltas",
  "Data Points": points,
});
const read = (value: unknown, path = "All data/derived_com.google.step_count.delta_merge_step_deltas.json") =>
  collect(googleFit, JSON.stringify(value), { path, offsetAt: () => 120 });
const span = "2026-04-13T08:00:00…08:10:00";

test.each([
  ["steps", point("step_count.delta", { intVal: 120 }), [`${span}=120`]],
  ["distance", point("distance.delta", { fpVal: 95.5 }), [`${span}=95.5`]],
  ["hr_mean", point("heart_rate.bpm", { fpVal: 61 }), [`${span}=61`]],
  ["hr_max", point("heart_rate.bpm", { fpVal: 61 }), [`${span}=61`]],
  ["weight", point("weight", { fpVal: 70.5 }), [`${span}=70.5`]],
  ["body_fat", point("body.fat.percentage", { fpVal: 21.5 }), [`${span}=21.5`]],
  ["spo2", point("oxygen_saturation", { fpVal: 97 }), [`${span}=97`]],
  ["sleep_deep", point("sleep.segment", { intVal: 5 }), [`${span}=10`]],
])("%s", async (metric, value, expected) => {
  expect(told(await read(takeout(value)), metric)).toEqual(expected);
});

test("awake is no sleep; types of no metric are counted; a point without a time is told", async () => {
  const found = await read(
    takeout(point("sleep.segment", { intVal: 1 }), point("calories.expended", { fpVal: 1 }), {
      ...point("weight", { fpVal: 1 }),
      startTimeNanos: "x",
    }),
  );
  expect([found.samples, found.noted, found.skipped]).toEqual([[], { other_kinds: 1 }, { not_a_date: 1 }]);
});

test("what Google merged is one source, what single devices counted another, and no id of a device is kept", async () => {
  const steps = takeout(point("step_count.delta", { intVal: 120 }));
  const merged = await read(steps);
  const raw = await read(steps, "All data/raw_com.google.step_count.delta_Google_Pixel 6_SN-4711.json");
  expect([merged, raw].map(({ samples }) => samples[0]?.source.key)).toEqual([
    "google-fit/merged",
    "google-fit/stream",
  ]);
});

test("sessions are exercise, but for sleep and rides in a car", async () => {
  const session = {
    fitnessActivity: "running",
    startTime: "2026-04-13T16:00:00Z",
    endTime: "2026-04-13T16:31:00Z",
    duration: "1800s",
    segment: [],
  };
  expect(told(await read(session), "exercise")).toEqual(["2026-04-13T18:00:00…18:31:00=30"]);
  expect((await read({ ...session, fitnessActivity: "sleep" })).noted).toEqual({ other_kinds: 1 });
  const open = { fitnessActivity: "running", startTime: session.startTime };
  const found = await read(open);
  expect([told(found, "exercise_sessions").length, told(found, "exercise"), found.skipped]).toEqual([
    1,
    [],
    { empty: 1 },
  ]);
  expect(told(await read({ ...open, duration: "1800s" }), "exercise").map((each) => each.split("=")[1])).toEqual([
    "30",
  ]);
});

test("buckets of the API are read to their points", async () => {
  const points = {
    point: [
      {
        dataTypeName: "com.google.step_count.delta",
        startTimeNanos: `${nanos("2026-04-13T06:00:00Z")}`,
        endTimeNanos: `${nanos("2026-04-13T06:10:00Z")}`,
        value: [{ intVal: 7 }],
      },
    ],
  };
  expect(told(await read({ bucket: [{ startTimeMillis: "1", dataset: [points] }] }), "steps")).toEqual([`${span}=7`]);
  expect(told(await read(points), "steps")).toEqual([`${span}=7`]);
});

test("bears damage and tells nothing private", async () => {
  await bearsDamage(
    googleFit,
    takeout({ ...point("step_count.delta", { intVal: 120 }), ...PRIVATE }, point("sleep.segment", { intVal: 4 })),
  );
});

test.each([
  [JSON.stringify(takeout(point("weight", { fpVal: 1 }))), true],
  ['{"fitnessActivity":"walking"}', true],
  ['{"dataPoints":[{"steps":{}}]}', false],
  ["fitValue", false],
])("%s is recognised: %s", (head, known) => {
  expect(googleFit.recognises(new TextEncoder().encode(head), "x")).toBe(known);
});

test("a session's pieces are no sessions", async () => {
  const piece = (from: string, to: string) => ({
    fitnessActivity: "walking",
    startTime: `2026-04-13T${from}Z`,
    endTime: `2026-04-13T${to}Z`,
  });
  const found = await read({
    ...piece("14:00:00", "14:30:00"),
    duration: "1800s",
    segment: [piece("14:00:00", "14:10:00"), piece("14:10:00", "14:30:00")],
    aggregate: [{ metricName: "com.google.step_count.delta", intValue: 1453 }],
  });
  expect(told(found, "exercise_sessions")).toEqual(["2026-04-13T16:00:00=1"]);
  expect(told(found, "exercise")).toEqual(["2026-04-13T16:00:00…16:30:00=30"]);
});
