import { describe, expect, test } from "vitest";
import { openMHealth } from "../../../src/records/openmhealth/index.ts";
import { collect, told } from "../collect.ts";
import { bearsDamage, PRIVATE } from "../hostile-json.ts";

const header = (name: string, namespace = "omh") => ({
  id: "123e4567",
  creation_date_time: "2026-04-14T07:25:00Z",
  schema_id: { namespace, name, version: "2.0" },
  acquisition_provenance: { source_name: "RunKeeper of Zoë", modality: "sensed" },
});
const read = (value: unknown) => collect(openMHealth, JSON.stringify(value));
const interval = (start: string, end: string) => ({
  effective_time_frame: { time_interval: { start_date_time: start, end_date_time: end } },
});
const morning = interval("2026-04-13T08:00:00+02:00", "2026-04-13T09:00:00+02:00");
const span = "2026-04-13T08:00:00…09:00:00";
const of = (value: number, unit: string) => ({ value, unit });

describe("measures", () => {
  test.each([
    ["steps", { step_count: of(6000, "steps"), ...morning }, [`${span}=6000`]],
    ["active_energy", { kcal_burned: of(160, "kcal"), ...morning }, [`${span}=160`]],
    ["moderate", { minutes_moderate_activity: of(0.5, "h"), ...morning }, [`${span}=30`]],
    [
      "weight",
      { body_weight: of(155, "lb"), effective_time_frame: { date_time: "2026-04-13T08:00:00+02:00" } },
      ["2026-04-13T08:00:00=70.306817"],
    ],
    [
      "bmi",
      { body_mass_index: of(22.5, "kg/m2"), effective_time_frame: { date_time: "2026-04-13T08:00:00+02:00" } },
      ["2026-04-13T08:00:00=22.5"],
    ],
    [
      "body_fat",
      {
        body_fat_percentage: of(21.5, "%"),
        effective_time_frame: { time_interval: { date: "2026-04-13", part_of_day: "morning" } },
      },
      ["2026-04-13=21.5"],
    ],
    ["spo2", { oxygen_saturation: of(97, "%"), ...morning }, [`${span}=97`]],
    ["resp_rate", { respiratory_rate: of(14, "breaths/min"), ...morning }, [`${span}=14`]],
    [
      "sleep",
      { total_sleep_time: of(465, "min"), ...interval("2026-04-12T22:35:00-08:00", "2026-04-13T06:35:00-08:00") },
      ["2026-04-12T22:35:00…2026-04-13T06:35:00=465"],
    ],
    [
      "sleep",
      {
        sleep_duration: of(7.5, "h"),
        effective_time_frame: { time_interval: { end_date_time: "2026-04-13T06:00:00+02:00", duration: of(8, "h") } },
      },
      ["2026-04-12T22:00:00…2026-04-13T06:00:00=450"],
    ],
  ])("%s of %j", async (metric, body, expected) => {
    for (const value of [body, { header: header("x"), body }, [{ header: header("x", "ieee"), body }]])
      expect(told(await read(value), metric)).toEqual(expected);
  });

  test.each([
    [{}, ["hr_mean", "hr_max"]],
    [{ temporal_relationship_to_physical_activity: "at rest" }, ["rhr"]],
    [{ descriptive_statistic: "average" }, ["hr_mean"]],
    [{ descriptive_statistic: "maximum" }, ["hr_max"]],
    [{ descriptive_statistic: "minimum" }, []],
    [{ descriptive_statistic: "minimum", temporal_relationship_to_physical_activity: "at rest" }, []],
  ])("a heart rate with %j is %j", async (more, metrics) => {
    const found = await read({ heart_rate: of(50, "beats/min"), ...morning, ...more });
    expect(found.samples.map(({ metric }) => metric)).toEqual(metrics);
    expect(found.skipped).toEqual(metrics.length === 0 ? { other_statistic: 1 } : {});
  });

  test("an episode of sleep gives its parts and, of its day of waking, its efficiency", async () => {
    const night = interval("2026-04-12T23:00:00+02:00", "2026-04-13T07:00:00+02:00");
    const found = await read({
      ...night,
      total_sleep_time: of(7, "h"),
      deep_sleep_duration: of(90, "min"),
      rem_sleep_duration: of(100, "min"),
      sleep_efficiency_percentage: of(88, "%"),
    });
    expect(told(found, "sleep_efficiency")).toEqual(["2026-04-13=88"]);
    expect(["sleep", "sleep_deep", "sleep_rem"].map((metric) => told(found, metric)[0]?.split("=")[1])).toEqual([
      "420",
      "90",
      "100",
    ]);
  });

  test("activities are sessions; distances on foot count, whatever their unit", async () => {
    const run = { activity_name: "Running", distance: of(1.5, "mi"), duration: of(20, "min"), ...morning };
    const found = await read([
      { body: run },
      { body: { ...run, activity_name: "cycling" } },
      { body: { activity_name: "walking", effective_time_frame: { time_interval: { date: "2026-04-13" } } } },
    ]);
    expect(told(found, "exercise")).toEqual([`${span}=20`, `${span}=20`]);
    expect(told(found, "exercise_sessions")).toEqual([
      "2026-04-13T08:00:00=1",
      "2026-04-13T08:00:00=1",
      "2026-04-13=1",
    ]);
    expect(told(found, "distance")).toEqual([`${span}=2414.016`]);
  });

  test("a point that says only when it was made is of that time, and that is said", async () => {
    const found = await read({ header: header("step-count"), body: { step_count: of(6000, "steps") } });
    expect(told(found, "steps")).toEqual(["2026-04-14T07:25:00=6000"]);
    expect(found.noted).toEqual({ time_of_making: 1 });
    expect((await read({ body: { step_count: of(6000, "steps") } })).skipped).toEqual({ no_date: 1 });
  });

  test("people are told apart where points say whose they are", async () => {
    const point = (user: string) => ({
      header: { ...header("step-count"), user_id: user },
      body: { step_count: of(5, "steps"), ...morning },
    });
    const lines = [point("a"), point("b")].map((each) => JSON.stringify(each)).join("\n");
    expect((await collect(openMHealth, lines)).samples.map(({ member }) => member)).toEqual(["a", "b"]);
    const walk = { header: { user_id: "c" }, body: { activity_name: "walk", distance: of(1, "km"), ...morning } };
    const found = await read([
      walk,
      { ...walk, body: { activity_name: "walk", effective_time_frame: { date_time: "2026-04-13T08:00:00Z" } } },
    ]);
    expect(new Set(found.samples.map(({ member }) => member))).toEqual(new Set(["c"]));
    expect(found.samples).toHaveLength(4);
  });

  test("measures of no metric are counted", async () => {
    const found = await read([
      { body: { blood_glucose: of(90, "mg/dL"), ...morning } },
      { body: { step_count: of(5, "furlongs"), ...morning } },
    ]);
    expect([found.samples, found.skipped, found.noted]).toEqual([[], { unknown_unit: 1 }, { other_kinds: 1 }]);
  });
});

test("bears damage and tells nothing private", async () => {
  await bearsDamage(openMHealth, [
    { header: header("step-count"), body: { step_count: of(6000, "steps"), ...morning }, ...PRIVATE },
    {
      header: header("physical-activity"),
      body: { activity_name: "Zoë's run", duration: of(20, "min"), distance: of(1, "km"), ...morning },
      ...PRIVATE,
    },
  ]);
});

test.each([
  ['{"step_count":{"value":1},"effective_time_frame":{}}', true],
  ['{"header":{"schema_id":{}},"body":{"body_weight":{}}}', true],
  ['{"header":{"creation_date_time":"x"},"body":{"blood_glucose":{}}}', false],
  ["step_count effective_time_frame", false],
])("%s is recognised: %s", (head, known) => {
  expect(openMHealth.recognises(new TextEncoder().encode(head), "x")).toBe(known);
});
