// Files of several kinds about one member: what two of them tell of one run or night is counted once, and a file that comes
// again changes nothing.
import { describe, expect, test } from "vitest";
import { formatDay } from "../../src/base/calendar.ts";
import { type Given, type Imported, importFiles } from "../../src/records/import.ts";
import { readers } from "../../src/records/readers.ts";
import { builtIn } from "../../src/task/metrics.ts";
import { activity, fileId, record, session } from "./fit/messages.ts";
import { fitFile } from "./fit/write.ts";
import { inputOf } from "./support.ts";

const given = (path: string, content: string | Uint8Array): Given => ({
  input: inputOf(path, content, 4096),
  named: true,
  owner: "me",
});
const load = (files: readonly Given[], offset?: number) =>
  importFiles(files, { registry: builtIn, readers, ...(offset === undefined ? {} : { offsetAt: () => offset }) });
const daysOf = ({ members }: Imported) =>
  Object.fromEntries((members[0]?.days ?? []).map(({ day, values }) => [formatDay(day), values]));

const fit = fitFile([fileId(4), record(1_145_000_000, 90), session(), activity(2)]);
const gpx = `<?xml version="1.0"?><gpx creator="x"><trk><trkseg>${["06:00:00", "06:10:00", "06:20:00", "06:30:00"].map((time) => `<trkpt lat="1" lon="2"><time>2026-04-13T${time}Z</time></trkpt>`).join("")}</trkseg></trk></gpx>`;
const tcx = `<?xml version="1.0"?><TrainingCenterDatabase><Activities><Activity Sport="Running"><Lap StartTime="2026-04-13T06:00:00Z"><TotalTimeSeconds>1800</TotalTimeSeconds><DistanceMeters>5120</DistanceMeters></Lap></Activity></Activities></TrainingCenterDatabase>`;
const apple = (records: string) => `<HealthData locale="en_GB">${records}</HealthData>`;
const night = (value: string, from: string, to: string) =>
  `<Record type="HKCategoryTypeIdentifierSleepAnalysis" sourceName="Apple Watch" startDate="${from} +0200" endDate="${to} +0200" value="HKCategoryValueSleepAnalysis${value}"/>`;
const appleNight = apple(
  night("AsleepCore", "2026-04-12 23:15:00", "2026-04-13 03:00:00") +
    night("AsleepREM", "2026-04-13 03:00:00", "2026-04-13 06:45:00") +
    `<Record type="HKQuantityTypeIdentifierHeartRateVariabilitySDNN" sourceName="Apple Watch" unit="ms" startDate="2026-04-13 04:00:00 +0200" endDate="2026-04-13 04:01:00 +0200" value="45"/>`,
);
const ouraNight = JSON.stringify({
  data: [
    {
      day: "2026-04-13",
      type: "long_sleep",
      bedtime_start: "2026-04-12T23:00:00+02:00",
      bedtime_end: "2026-04-13T07:00:00+02:00",
      total_sleep_duration: 25_200,
      average_hrv: 66,
    },
  ],
});
const fitbitNight = JSON.stringify([
  {
    logId: 1,
    dateOfSleep: "2026-04-13",
    startTime: "2026-04-12T23:05:00.000",
    endTime: "2026-04-13T06:50:00.000",
    minutesAsleep: 410,
    mainSleep: true,
  },
]);

describe("one run in three files", () => {
  test("is one session of half an hour", async () => {
    const all = await load([given("run.fit", fit), given("run.gpx", gpx), given("run.tcx", tcx)]);
    expect(daysOf(all)["2026-04-13"]).toMatchObject({ exercise_sessions: 1, exercise: 30 });
    expect(daysOf(all)["2026-04-13"]?.distance).toBeLessThan(5200);
  });
});

describe("one night of three devices", () => {
  const files = [given("export.xml", appleNight), given("oura.json", ouraNight), given("sleep.json", fitbitNight)];

  test("is one night, of the day of waking", async () => {
    const days = daysOf(await load(files, 120));
    expect(Object.keys(days)).toEqual(["2026-04-13"]);
    expect([420, 410, 450]).toContain(days["2026-04-13"]?.sleep);
    expect(days["2026-04-13"]?.sleep_onset).toBeGreaterThanOrEqual(660);
  });

  test("has its two variabilities apart, and is the same in any order", async () => {
    const days = daysOf(await load(files, 120));
    expect(days["2026-04-13"]).toMatchObject({ hrv_sdnn: 45, hrv_rmssd: 66 });
    expect(daysOf(await load(files.toReversed(), 120))).toEqual(days);
  });
});

test.each([
  ["run.fit", fit],
  ["run.gpx", gpx],
  ["run.tcx", tcx],
  ["export.xml", appleNight],
  ["oura.json", ouraNight],
  ["sleep.json", fitbitNight],
  [
    "whoop.json",
    JSON.stringify({
      records: [
        {
          id: 1,
          start: "2026-04-13T02:30:00.000Z",
          end: "2026-04-14T03:10:00.000Z",
          timezone_offset: "-04:00",
          score_state: "SCORED",
          score: { average_heart_rate: 68, max_heart_rate: 141 },
        },
      ],
    }),
  ],
  ["garmin.json", JSON.stringify([{ calendarDate: "2026-04-13", totalSteps: 8423, restingHeartRate: 47 }])],
  [
    "google.json",
    JSON.stringify({
      dataPoints: [
        {
          steps: {
            interval: { startTime: "2026-04-13T02:30:00Z", endTime: "2026-04-13T02:45:00Z", startUtcOffset: "0s" },
            count: "125",
          },
        },
      ],
    }),
  ],
  [
    "connect.json",
    JSON.stringify({
      records: [
        {
          startTime: "2026-04-13T06:00:00Z",
          endTime: "2026-04-13T06:10:00Z",
          count: 120,
          metadata: { dataOrigin: "a.b" },
        },
      ],
    }),
  ],
  [
    "omh.json",
    JSON.stringify({
      step_count: { value: 6000, unit: "steps" },
      effective_time_frame: { date_time: "2026-04-13T08:00:00Z" },
    }),
  ],
])("%s a second time changes nothing", async (path, content) => {
  const once = await load([given(path, content)]);
  const twice = await load([given(path, content), given(`copy of ${path}`, content)]);
  expect(Object.keys(daysOf(once)).length).toBeGreaterThan(0);
  expect(twice.members).toEqual(once.members);
});

describe("the clocks change", () => {
  const hours = (count: number, offset: string) =>
    JSON.stringify({
      records: [
        {
          recordType: "SleepSession",
          startTime: "2026-03-28T22:00:00Z",
          endTime: new Date(Date.parse("2026-03-28T22:00:00Z") + count * 3_600_000).toISOString(),
          startZoneOffset: offset,
          metadata: { dataOrigin: "a.b" },
        },
      ],
    });

  test("a night is as long as it was, not as the clocks say", async () => {
    expect(daysOf(await load([given("connect.json", hours(7, "+01:00"))]))["2026-03-29"]).toMatchObject({
      sleep: 420,
      sleep_onset: 660,
    });
  });
});
