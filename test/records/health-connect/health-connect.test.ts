import { describe, expect, test } from "vitest";
import { healthConnect } from "../../../src/records/health-connect/index.ts";
import { collect, told } from "../collect.ts";
import { bearsDamage, PRIVATE } from "../hostile-json.ts";

const metadata = {
  id: "239a",
  dataOrigin: "com.google.android.apps.fitness",
  device: { type: 1, model: "Zoë's Watch" },
  lastModifiedTime: "2026-04-14T00:00:00Z",
};
const times = {
  startTime: "2026-04-13T06:00:00Z",
  endTime: "2026-04-13T06:10:00Z",
  startZoneOffset: "+02:00",
  endZoneOffset: "+02:00",
};
const read = (value: unknown, path = "x.json") => collect(healthConnect, JSON.stringify(value), { path });
const span = "2026-04-13T08:00:00…08:10:00";

describe("records", () => {
  test.each([
    ["steps", { ...times, count: 120 }, [`${span}=120`]],
    ["steps", { recordType: "StepsRecord", ...times, count: "120" }, [`${span}=120`]],
    ["distance", { type: "Distance", ...times, distance: { inMeters: 95.5, inMiles: 0.06 } }, [`${span}=95.5`]],
    ["floors", { ...times, floors: 3 }, [`${span}=3`]],
    [
      "active_energy",
      { type: "ActiveCaloriesBurned", ...times, energy: { inCalories: 1000, inKilojoules: 41.84 } },
      [`${span}=10`],
    ],
    [
      "active_energy",
      { type: "ActiveCaloriesBurned", ...times, energy: { value: 10, unit: "kilocalories" } },
      [`${span}=10`],
    ],
    [
      "weight",
      { type: "Weight", time: "2026-04-13T06:00:00Z", zoneOffset: "+02:00", weight: { inKilograms: 70.5 } },
      ["2026-04-13T08:00:00=70.5"],
    ],
    [
      "weight",
      { type: "Weight", time: "2026-04-13T06:00:00Z", zoneOffset: "+02:00", weight: { value: 70.5, unit: "kilogram" } },
      ["2026-04-13T08:00:00=70.5"],
    ],
    [
      "rhr",
      { time: "2026-04-13T06:00:00Z", zoneOffset: { totalSeconds: 7200 }, beatsPerMinute: 55 },
      ["2026-04-13T08:00:00=55"],
    ],
    [
      "hrv_rmssd",
      { time: "2026-04-13T06:00:00Z", zoneOffset: { id: "+02:00" }, heartRateVariabilityMillis: 41.5 },
      ["2026-04-13T08:00:00=41.5"],
    ],
    [
      "spo2",
      { recordType: "OxygenSaturation", time: "2026-04-13T08:00:00+02:00", percentage: 97 },
      ["2026-04-13T08:00:00=97"],
    ],
    [
      "body_fat",
      { recordType: "BodyFat", time: "2026-04-13T08:00:00+02:00", percentage: { value: 21.5 } },
      ["2026-04-13T08:00:00=21.5"],
    ],
    [
      "resp_rate",
      { recordType: "RespiratoryRate", time: 1_776_060_000_000, zoneOffset: "+02:00", rate: 14.5 },
      ["2026-04-13T08:00:00=14.5"],
    ],
    [
      "vo2max",
      { time: "2026-04-13T06:00:00Z", zoneOffset: "+02:00", vo2MillilitersPerMinuteKilogram: 41 },
      ["2026-04-13T08:00:00=41"],
    ],
    ["exercise", { ...times, exerciseType: 56 }, [`${span}=10`]],
    ["vigorous", { ...times, activityIntensityType: 1 }, [`${span}=10`]],
    [
      "skin_temp",
      { ...times, baseline: { inCelsius: 33 }, deltas: [{ time: "2026-04-13T06:05:00Z", delta: { inCelsius: -0.2 } }] },
      ["2026-04-13T08:05:00=-0.2"],
    ],
    [
      "hr_max",
      {
        ...times,
        samples: [
          { time: "2026-04-13T06:01:00Z", beatsPerMinute: 71 },
          { time: "2026-04-13T06:02:00Z", beatsPerMinute: 76 },
        ],
      },
      ["2026-04-13T08:01:00=71", "2026-04-13T08:02:00=76"],
    ],
  ])("%s of %j", async (metric, record, expected) => {
    const found = await read({ records: [{ metadata, ...record }] });
    expect(told(found, metric)).toEqual(expected);
    expect(found.samples[0]?.source).toMatchObject({
      key: "health-connect/com.google.android.apps.fitness/watch",
      deviceClass: "watch",
    });
    expect(found.samples[0]?.when).toMatchObject({ zone: { offsetMinutes: 120, from: "record" } });
  });

  test("the kind stands in the list's name or the file's, where the record says none", async () => {
    const energy = { metadata, ...times, energy: { inKilocalories: 12 } };
    expect(told(await read({ ActiveCaloriesBurned: [energy] }), "active_energy")).toEqual([`${span}=12`]);
    expect(told(await read([energy], "export/ActiveCaloriesBurned.json"), "active_energy")).toEqual([`${span}=12`]);
    expect((await read({ records: [energy] })).skipped).toEqual({ unnamed_series: 1 });
  });

  test("a number without a unit is none where there are several, and percents of plugins for both platforms are shares", async () => {
    expect(
      (await read({ records: [{ type: "Weight", time: times.startTime, metadata, weight: 70.5 }] })).skipped,
    ).toEqual({ unstated_unit: 1 });
    const sample = {
      dataType: "oxygenSaturation",
      value: 0.97,
      unit: "%",
      startDate: times.startTime,
      endDate: times.startTime,
    };
    expect((await read({ samples: [sample] })).samples[0]).toMatchObject({ metric: "spo2", value: 97 });
    const steps = {
      dataType: "steps",
      value: 12,
      unit: "count",
      startDate: times.startTime,
      endDate: times.endTime,
      sourceName: "Zoë",
    };
    expect((await read({ samples: [steps] })).samples[0]).toMatchObject({ metric: "steps", value: 12 });
  });

  test("stages of sleep by number and by name; a session without stages is all that is known", async () => {
    const stage = (value: unknown, start: string, end: string) => ({
      stage: value,
      startTime: `2026-04-12T${start}:00Z`,
      endTime: `2026-04-12T${end}:00Z`,
    });
    const stages = [
      stage(1, "20:00", "20:10"),
      stage(4, "20:10", "21:10"),
      stage("DEEP", "21:10", "22:00"),
      stage(6, "22:00", "22:30"),
    ];
    const session = {
      metadata,
      startTime: "2026-04-12T20:00:00Z",
      endTime: "2026-04-12T22:30:00Z",
      startZoneOffset: "+02:00",
    };
    const found = await read({ records: [{ ...session, stages }] });
    expect(told(found, "sleep").map((each) => each.split("=")[1])).toEqual(["60", "50", "30"]);
    expect(
      [told(found, "sleep_light"), told(found, "sleep_deep"), told(found, "sleep_rem")].map(({ length }) => length),
    ).toEqual([1, 1, 1]);
    expect(told(await read({ records: [{ ...session, stages: [] }] }), "sleep")).toEqual([
      "2026-04-12T22:00:00…2026-04-13T00:30:00=150",
    ]);
  });

  test("what does not say when it ended lasts for no known time", async () => {
    const { startTime } = times;
    const found = await read({
      exerciseSessions: [{ recordType: "ExerciseSession", startTime }],
      activityIntensities: [{ recordType: "ActivityIntensity", activityIntensityType: 1, startTime }],
    });
    expect(found.samples.map(({ metric }) => metric)).toEqual(["exercise_sessions"]);
    expect(found.skipped).toEqual({ empty: 2 });
  });

  test("what ends before it starts, has no time or is of no metric is told", async () => {
    const found = await read({
      records: [
        { ...times, endTime: "2026-04-13T05:00:00Z", count: 1 },
        { ...times, startTime: "yesterday", count: 1 },
        { ...times, volume: { inLiters: 1 } },
        { count: 5 },
      ],
    });
    expect(found.samples).toEqual([]);
    expect(found.skipped).toEqual({ ends_before_it_starts: 1, not_a_date: 1, unnamed_series: 1 });
    expect(found.noted).toEqual({ other_kinds: 1 });
  });
});

test("bears damage and tells nothing private", async () => {
  await bearsDamage(healthConnect, {
    records: [
      { metadata, ...times, count: 120, ...PRIVATE },
      { metadata, ...times, samples: [{ time: times.startTime, beatsPerMinute: 70 }], ...PRIVATE },
    ],
  });
});

test.each([
  ['{"records":[{"metadata":{"dataOrigin":"a.b"}}]}', true],
  ['[{"startTime":"x","startZoneOffset":null}]', true],
  ['{"samples":[{"dataType":"steps","value":1,"startDate":"x"}]}', true],
  ['{"records":[{"score_state":"SCORED"}]}', false],
  ["dataOrigin", false],
])("%s is recognised: %s", (head, known) => {
  expect(healthConnect.recognises(new TextEncoder().encode(head), "x")).toBe(known);
});
