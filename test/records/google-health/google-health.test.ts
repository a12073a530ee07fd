import { describe, expect, test } from "vitest";
import { googleHealth } from "../../../src/records/google-health/index.ts";
import { collect, told } from "../collect.ts";
import { bearsDamage, PRIVATE } from "../hostile-json.ts";

const dataSource = { recordingMethod: "PASSIVELY_MEASURED", device: { displayName: "Inspire 3" }, platform: "FITBIT" };
const interval = (start: string, end: string) => ({
  startTime: start,
  startUtcOffset: "19800s",
  endTime: end,
  endUtcOffset: "19800s",
});
const points = (...all: readonly object[]) => ({
  dataPoints: all.map((each) => ({ name: "users/758/dataTypes/x/dataPoints/1", dataSource, ...each })),
});
const read = (value: object) => collect(googleHealth, JSON.stringify(value));
const hour = interval("2026-04-13T02:30:00Z", "2026-04-13T02:45:00Z");
const date = { year: 2026, month: 4, day: 13 };

describe("data points", () => {
  test.each([
    ["steps", { steps: { interval: hour, count: "125" } }, ["2026-04-13T08:00:00…08:15:00=125"]],
    ["distance", { distance: { interval: hour, millimeters: "95500" } }, ["2026-04-13T08:00:00…08:15:00=95.5"]],
    ["floors", { floors: { interval: hour, count: "2" } }, ["2026-04-13T08:00:00…08:15:00=2"]],
    ["active_energy", { activeEnergyBurned: { interval: hour, kcal: 33.5 } }, ["2026-04-13T08:00:00…08:15:00=33.5"]],
    [
      "vigorous",
      {
        activeMinutes: {
          interval: hour,
          activeMinutesByActivityLevel: [
            { activityLevel: "LIGHT", activeMinutes: "5" },
            { activityLevel: "VIGOROUS", activeMinutes: "4" },
          ],
        },
      },
      ["2026-04-13T08:00:00…08:15:00=4"],
    ],
    [
      "hr_mean",
      {
        heartRate: { sampleTime: { physicalTime: "2026-04-13T02:30:05Z", utcOffset: "19800s" }, beatsPerMinute: "61" },
      },
      ["2026-04-13T08:00:05=61"],
    ],
    [
      "hrv_rmssd",
      {
        heartRateVariability: {
          sampleTime: { physicalTime: "2026-04-13T02:30:05Z", utcOffset: "19800s" },
          rootMeanSquareOfSuccessiveDifferencesMilliseconds: 41.7,
        },
      },
      ["2026-04-13T08:00:05=41.7"],
    ],
    [
      "spo2",
      { oxygenSaturation: { sampleTime: { physicalTime: "2026-04-13T02:30:05Z" }, percentage: 95 } },
      ["2026-04-13T02:30:05=95"],
    ],
    [
      "weight",
      { weight: { sampleTime: { physicalTime: "2026-04-13T02:30:05Z" }, weightGrams: 70_500 } },
      ["2026-04-13T02:30:05=70.5"],
    ],
    ["rhr", { dailyRestingHeartRate: { date, beatsPerMinute: "62" } }, ["2026-04-13=62"]],
    [
      "hrv_rmssd",
      { dailyHeartRateVariability: { date, averageHeartRateVariabilityMilliseconds: 95.6 } },
      ["2026-04-13=95.6"],
    ],
    ["resp_rate", { dailyRespiratoryRate: { date, breathsPerMinute: 14.2 } }, ["2026-04-13=14.2"]],
    ["spo2", { dailyOxygenSaturation: { date, averagePercentage: 96 } }, ["2026-04-13=96"]],
    [
      "skin_temp",
      {
        dailySleepTemperatureDerivations: { date, nightlyTemperatureCelsius: 33.5, baselineTemperatureCelsius: 33.25 },
      },
      ["2026-04-13=0.25"],
    ],
    [
      "exercise",
      { exercise: { interval: hour, activeDuration: "720.5s", exerciseType: "RUNNING" } },
      ["2026-04-13T08:00:00…08:15:00=12.008333"],
    ],
  ])("%s of %j", async (metric, point, expected) => {
    const found = await read(points(point));
    expect(told(found, metric)).toEqual(expected);
    expect(found.samples[0]?.source).toEqual({
      key: "google-health/band",
      provider: "google-health",
      deviceClass: "band",
    });
  });

  test("stages of a sleep are spans; without them its summary is over the whole of it; a nap is one", async () => {
    const night = interval("2026-04-12T17:24:00Z", "2026-04-13T01:24:00Z");
    const stage = (type: string, start: string, end: string) => ({ type, ...interval(start, end) });
    const staged = await read(
      points({
        sleep: {
          interval: night,
          type: "STAGES",
          stages: [
            stage("LIGHT", "2026-04-12T17:24:00Z", "2026-04-12T18:24:00Z"),
            stage("AWAKE", "2026-04-12T18:24:00Z", "2026-04-12T18:30:00Z"),
            stage("DEEP", "2026-04-12T18:30:00Z", "2026-04-12T19:30:00Z"),
          ],
          metadata: { mainSleep: true },
          summary: { minutesAsleep: "120" },
        },
      }),
    );
    expect(told(staged, "sleep")).toEqual(["2026-04-12T22:54:00…23:54:00=60", "2026-04-13T00:00:00…01:00:00=60"]);
    expect(told(staged, "sleep_deep")).toHaveLength(1);
    const summed = await read(
      points({
        sleep: {
          interval: night,
          metadata: { nap: true },
          summary: {
            minutesAsleep: "361",
            stagesSummary: [
              { type: "AWAKE", minutes: "21" },
              { type: "REM", minutes: "70" },
            ],
          },
        },
      }),
    );
    expect(told(summed, "sleep")).toEqual(["2026-04-12T22:54:00…2026-04-13T06:54:00=361"]);
    expect([told(summed, "sleep_rem").length, told(summed, "naps").length]).toEqual([1, 1]);
  });

  test("rollups over a civil day are totals; over anything else they are no day", async () => {
    const roll = (start: object, end: object, more: object) => ({
      rollupDataPoints: [{ civilStartTime: { date, time: start }, civilEndTime: { date: end }, ...more }],
    });
    const found = await read(roll({}, { ...date, day: 14 }, { steps: { countSum: "8123" } }));
    expect(told(found, "steps")).toEqual(["2026-04-13=8123"]);
    expect(found.samples[0]?.source.total).toBe(true);
    expect((await read(roll({ hours: 6 }, { ...date, day: 14 }, { steps: { countSum: "1" } }))).skipped).toEqual({
      not_a_date: 1,
    });
    expect((await read(roll({}, { ...date, day: 20 }, { steps: { countSum: "1" } }))).samples).toEqual([]);
  });

  test("kinds that no metric is made of are counted", async () => {
    const found = await read(
      points(
        { hydrationLog: { interval: hour } },
        { steps: { interval: hour, count: "1" } },
        { steps: { count: "5" } },
      ),
    );
    expect([found.noted.other_kinds, found.skipped]).toEqual([1, { not_a_date: 1 }]);
  });
});

test("bears damage and tells nothing private", async () => {
  await bearsDamage(
    googleHealth,
    points(
      { steps: { interval: hour, count: "125" }, ...PRIVATE },
      { dailyRestingHeartRate: { date, beatsPerMinute: "62" }, ...PRIVATE },
    ),
  );
  const named = await read({
    dataPoints: [
      { dataSource: { device: { displayName: "Zoë's Pixel Watch" } }, steps: { interval: hour, count: "1" } },
    ],
  });
  expect(named.samples[0]?.source.deviceClass).toBe("watch");
  expect(JSON.stringify(named)).not.toContain("Zo");
});

test.each([
  [JSON.stringify(points({ steps: { interval: hour, count: "1" } })), true],
  ['{"dataPoints":[{"steps": {"interval":{}}}]}', true],
  ['{"steps":{"value":1}}', false],
  ['{"dataPoints":[]}', false],
])("%s is recognised: %s", (head, known) => {
  expect(googleHealth.recognises(new TextEncoder().encode(head), "x")).toBe(known);
});
