// Tables of whole accounts, of which one holds what another holds too: rows of several devices, copies of a day by the minute, and
// nights that two files have. Headers as in public exports, values made up.
import { describe, expect, test } from "vitest";
import { importFiles } from "../../../src/records/import.ts";
import { readers } from "../../../src/records/readers.ts";
import { builtIn } from "../../../src/task/metrics.ts";
import { inputOf } from "../support.ts";

type Files = Readonly<Record<string, readonly string[]>>;

async function load(files: Files, offsetAt?: (instant: number) => number) {
  const given = Object.entries(files).map(([path, lines]) => ({
    input: inputOf(path, `${lines.join("\n")}\n`),
    named: false,
    owner: "me",
  }));
  const both = await Promise.all(
    [given, given.toReversed()].map((each) =>
      importFiles(each, { registry: builtIn, readers, ...(offsetAt === undefined ? {} : { offsetAt }) }),
    ),
  );
  const days = both.map(({ members }) =>
    Object.fromEntries((members[0]?.days ?? []).map(({ day, values }) => [day, values])),
  );
  expect(days[1]).toEqual(days[0]);
  return { days: Object.values(days[0] ?? {}), report: (both[0] as (typeof both)[0]).report };
}

describe("Fitbit's Takeout of a newer account", () => {
  const steps = [
    "timestamp,steps,data source",
    "2026-09-10T04:00:00.000Z,60,MobileTrack",
    "2026-09-10T04:00:13.500Z,60,Fit Health Connect",
    "2026-09-10T10:00:00Z,50,MobileTrack",
    "2026-09-12T05:00:00Z,90,MobileTrack",
    "2026-09-12T05:00:00Z,80,Google Fitbit Air",
    "2026-09-12T05:00:30Z,90,Fit Health Connect",
    "2026-09-12T05:01:00Z,70,Google Fitbit Air",
  ];

  test("steps that the band, the phone and the phone's mirror saw in one minute count once, the band's first", async () => {
    const { days, report } = await load({ "steps_2026-09-01.csv": steps });
    expect(days).toEqual([{ steps: 110 }, { steps: 150 }]);
    expect(report.metrics.steps?.overlapping).toBe(3);
  });

  test("a device is the same one in every month's table, whichever it stands in first", async () => {
    const [head = "", ...rows] = steps;
    const { days } = await load({ "steps_a.csv": [head, ...rows], "steps_b.csv": [head, ...rows.toReversed()] });
    expect(days).toEqual([{ steps: 110 }, { steps: 150 }]);
    const one = (row: string) => [head, row];
    const phones = ["2026-09-12T05:00:00Z,90,Pixel 8", "2026-09-12T05:00:00Z,80,Pixel 6"].map(one);
    const apart = await load({ "steps_a.csv": phones[0] as string[], "steps_b.csv": phones[1] as string[] });
    expect([80, 90]).toContain(apart.days[0]?.steps);
  });

  test("live pace is no more steps, and the archive's own minutes stand before the tables'", async () => {
    const live = [
      "timestamp,steps,distance millimeters,data source",
      "2026-09-12T05:00:00Z,3000,100,Google Fitbit Air",
    ];
    const archive = ['[{"dateTime":"09/12/26 05:00:00","value":"85"},{"dateTime":"09/12/26 05:01:00","value":"70"}]'];
    const { days, report } = await load({
      "steps_2026-09-01.csv": steps,
      "live_pace_2026-09-12.csv": live,
      "Global Export Data/steps-2026-09-01.json": archive,
    });
    expect(days[1]).toEqual({ steps: 155 });
    expect(report.unread.map(({ file }) => file)).toEqual(["live_pace_2026-09-12.csv"]);
  });

  const sleeps = (start: string, end: string, offset: string) => [
    "sleep_id,sleep_type,minutes_asleep,start_utc_offset,sleep_start,end_utc_offset,sleep_end,data_source",
    `1,STAGES,410,${offset},${start},${offset},${end},GOOGLE_FITBIT_AIR`,
  ];
  const archived = [
    '[{"logId":1,"dateOfSleep":"2026-09-12","startTime":"2026-09-11T23:00:00.000","endTime":"2026-09-12T06:30:00.000","minutesAsleep":410,"levels":{"summary":{"deep":{"minutes":75}}}}]',
  ];

  test.each([
    ["2026-09-11T17:30:00Z", "2026-09-12T01:00:00Z", "+05:30"],
    ["2026-09-12T09:00:00Z", "2026-09-12T16:30:00Z", "-10:00"],
    ["2026-09-11T09:00:00Z", "2026-09-11T16:30:00Z", "+14:00"],
    ["2026-09-11T23:00:00Z", "2026-09-12T06:30:00Z", "+00:00"],
  ])(
    "a night that has its zone (from %s, to %s, %s) is not one more beside the same by the wall's clock",
    async (start, end, offset) => {
      for (const offsetAt of [undefined, () => -600]) {
        const { days } = await load(
          { "UserSleeps_2026-09-01.csv": sleeps(start, end, offset), "sleep-2026-09-01.json": archived },
          offsetAt,
        );
        expect(days).toMatchObject([{ sleep: 410, sleep_onset: 660 }]);
        expect(days).toHaveLength(1);
      }
    },
  );

  const archive = (...nights: readonly (readonly [start: string, end: string, asleep: number])[]) => [
    JSON.stringify(
      nights.map(([start, end, asleep], at) => ({
        logId: at,
        dateOfSleep: end.slice(0, 10),
        startTime: `${start}:00.000`,
        endTime: `${end}:00.000`,
        minutesAsleep: asleep,
        levels: { summary: { deep: { minutes: asleep / 5 }, light: { minutes: asleep / 2 } } },
      })),
    ),
  ];
  const main = ["2026-09-11T23:00", "2026-09-12T07:00", 450] as const;

  test.each([
    ["2026-09-12T08:30:00Z", "2026-09-12T09:25:00Z", "+05:30"],
    ["2026-09-12T23:00:00Z", "2026-09-12T23:55:00Z", "-10:00"],
    ["2026-09-12T01:00:00Z", "2026-09-12T01:55:00Z", "+13:00"],
  ])("a nap that has its zone (from %s, to %s, %s) hides no night that has none", async (start, end, offset) => {
    const nap = sleeps(start, end, offset).map((row) => row.replace(",410,", ",50,"));
    for (const offsetAt of [undefined, () => -600]) {
      const { days } = await load(
        { "UserSleeps_2026-09-01.csv": nap, "sleep-2026-09-01.json": archive(main) },
        offsetAt,
      );
      expect(days).toMatchObject([{ sleep: 500, sleep_deep: 90, sleep_light: 225 }]);
      const at = Date.parse(start) + (Number(offset.slice(0, 3)) * 60 + Number(offset.slice(4))) * 60_000;
      const wall = (ms: number) => new Date(ms).toISOString().slice(0, 16);
      const both = archive(main, [wall(at), wall(at + 3_300_000), 50]);
      const once = await load({ "UserSleeps_2026-09-01.csv": nap, "sleep-2026-09-01.json": both }, offsetAt);
      // The nap's stages are in the archive alone.
      expect(once.days).toMatchObject([{ sleep: 500, sleep_deep: 100, sleep_light: 250 }]);
    }
  });

  test("of two nights the one that has no zone stays, and one that has both its stages and its length is one", async () => {
    const table = sleeps("2026-09-11T17:30:00Z", "2026-09-12T01:00:00Z", "+05:30");
    const nights = archive(
      ["2026-09-11T23:00", "2026-09-12T06:30", 400],
      ["2026-09-12T23:00", "2026-09-13T06:30", 390],
    );
    const { days } = await load({ "UserSleeps_2026-09-01.csv": table, "sleep-2026-09-01.json": nights });
    expect(days).toMatchObject([
      { sleep: 410, sleep_deep: 80, sleep_light: 200 },
      { sleep: 390, sleep_deep: 78, sleep_light: 195 },
    ]);
    const stages = [
      "sleep_id,sleep_stage_id,sleep_stage_type,start_utc_offset,sleep_stage_start,end_utc_offset,sleep_stage_end,data_source",
      "1,7,DEEP,+05:30,2026-09-11T17:30:00Z,+05:30,2026-09-11T19:00:00Z,x",
      "1,8,LIGHT,+05:30,2026-09-11T19:00:00Z,+05:30,2026-09-12T01:00:00Z,x",
    ];
    const all = { "UserSleeps_2026-09-01.csv": table, "UserSleepStages_2026-09-01.csv": stages };
    const both = await load({ ...all, "sleep-2026-09-01.json": nights });
    expect(both.days).toMatchObject([{ sleep: 410, sleep_deep: 90, sleep_light: 360 }, { sleep: 390 }]);
    // The night's length is known without its zone alone.
    const { "UserSleeps_2026-09-01.csv": _, ...bare } = all;
    const mixed = await load({ ...bare, "sleep-2026-09-01.json": nights });
    expect(mixed.days).toMatchObject([{ sleep: 400, sleep_deep: 90, sleep_light: 360 }, { sleep: 390 }]);
  });

  test.each(["+05:30", "-10:00", "+00:00"])("of a night the longer account stays, at %s", async (offset) => {
    const start = new Date(`2026-09-12T01:00:00${offset}`).toISOString();
    const end = new Date(`2026-09-12T03:30:00${offset}`).toISOString();
    const part = sleeps(start, end, offset).map((row) => row.replace(",410,", ",140,"));
    const { days } = await load({ "UserSleeps_2026-09-01.csv": part, "sleep-2026-09-01.json": archive(main) });
    expect(days).toMatchObject([{ sleep: 450, sleep_deep: 90, sleep_light: 225 }]);
    const whole = sleeps("2026-09-11T17:30:00Z", "2026-09-12T01:30:00Z", "+05:30");
    const inside = archive(["2026-09-12T01:00", "2026-09-12T03:30", 140]);
    const other = await load({ "UserSleeps_2026-09-01.csv": whole, "sleep-2026-09-01.json": inside });
    expect(other.days).toMatchObject([{ sleep: 410 }]);
  });

  test("stages of sleep, weights in grams, active energy of each device", async () => {
    const stage = (type: string, from: string, to: string) => `1,7,${type},+05:30,${from},+05:30,${to},x`;
    const { days } = await load({
      "UserSleepStages_2026-09-01.csv": [
        "sleep_id,sleep_stage_id,sleep_stage_type,start_utc_offset,sleep_stage_start,end_utc_offset,sleep_stage_end,data_source",
        stage("LIGHT", "2026-09-11T17:45:00Z", "2026-09-11T19:15:00Z"),
        stage("DEEP", "2026-09-11T19:15:00Z", "2026-09-11T20:30:00Z"),
        stage("AWAKE", "2026-09-11T20:30:00Z", "2026-09-11T20:40:00Z"),
        stage("REM", "2026-09-11T20:40:00Z", "2026-09-12T01:00:00Z"),
      ],
      "weight.csv": ["timestamp,weight grams,data source", "2026-09-12T05:00:00.000000Z,70500,Google Health App"],
      "active_energy_burned_2026-09-01.csv": [
        "timestamp,Kilocalories,data source",
        "2026-09-12T04:00:00Z,3,Google Health App",
        "2026-09-12T04:00:00Z,4,Google Fitbit Air",
      ],
    });
    expect(days).toMatchObject([{ sleep_light: 90, sleep_deep: 75, sleep_rem: 260, weight: 70.5, active_energy: 4 }]);
  });
});

describe("Zepp", () => {
  test("walks and minutes of a day are not more than the day; an older night has no REM", async () => {
    const { days } = await load({
      "ACTIVITY/ACTIVITY_1.csv": ["date,steps,distance,runDistance,calories", "2026-03-02,8123,5900,120,310"],
      "ACTIVITY_STAGE/ACTIVITY_STAGE_1.csv": [
        "date,start,stop,distance,calories,steps",
        "2026-03-02,10:00,10:20,1200,60,9600",
      ],
      "ACTIVITY_MINUTE/ACTIVITY_MINUTE_1.csv": ["date,time,steps", "2026-03-02,10:00,60", "2026-03-02,10:01,70"],
      "SLEEP/SLEEP_1.csv": [
        "date,deepSleepTime,shallowSleepTime,wakeTime,start,stop",
        "2026-03-02,90,250,10,1772395200,1772416200",
      ],
      "SLEEP_MINUTE/SLEEP_MINUTE_1.csv": ["date,time,stage,hr,respiratory_rate", "2026-03-03,00:00,DEEP,55,14.5"],
    });
    expect(days).toEqual([{ steps: 8123, distance: 5900, sleep: 340, sleep_deep: 90, sleep_light: 250 }]);
  });
});

describe("Polar's session", () => {
  const head =
    "Name,Sport,Date,Start time,Duration,Total distance (km),Average heart rate (bpm),Max speed (km/h),Calories,Training load,Notes,Height (cm),Weight (kg),HR max,HR sit,VO2max,";
  const samples = ["Sample rate,Time,HR (bpm),Speed (km/h),", "1,00:00:00,85,8.9,", ",00:00:01,86,8.9,"];
  const session = (sport: string, distance = "4.48") =>
    `Zoë,${sport},04-05-2026,11:17:03,00:30:08,${distance},156,18.8,435,79,"easy, dry",180.0,77.0,195,55,56,`;

  test("is the exercise, and not what the account says of its owner; its samples are no rows", async () => {
    const { days, report } = await load({ "s.csv": [head, session("RUNNING"), ...samples] });
    expect(days).toEqual([{ exercise: 30.133333, exercise_sessions: 1, distance: 4480 }]);
    expect([report.firstDay, report.skipped]).toEqual(["2026-05-04", []]);
    const ride = await load({ "s.csv": [head.replace("(km),", "(mi),"), session("CYCLING"), ...samples] });
    expect(ride.days).toEqual([{ exercise: 30.133333, exercise_sessions: 1 }]);
  });

  test("is one with the account's own JSON, in two exports of it, and a walk's way is in its day's", async () => {
    const json = (stepCount: number) => [
      `{"date":"2026-05-04","summary":{"stepCount":${stepCount},"stepsDistance":6900}}`,
    ];
    const own = [
      '{"startTime":"2026-05-04T11:17:03","stopTime":"2026-05-04T11:47:11","timezoneOffsetMinutes":0,"durationMillis":1808000,"distanceMeters":4480,"sport":{"id":"1"}}',
    ];
    const { days } = await load({
      "s.csv": [head, session("RUNNING"), ...samples],
      "a/activity-2026-05-04-1.json": json(9000),
      "b/activity-2026-05-04-2.json": json(9120),
      "a/training-session-2026-05-04-1.json": own,
      "b/training-session-2026-05-04-2.json": own,
    });
    expect(days).toEqual([{ steps: 9120, distance: 6900, exercise: 30.133333, exercise_sessions: 1 }]);
  });

  test("and the same as TCX are one", async () => {
    const tcx = `<?xml version="1.0"?><TrainingCenterDatabase><Activities><Activity Sport="Running"><Id>2026-05-04T11:17:03Z</Id><Lap StartTime="2026-05-04T11:17:03Z"><TotalTimeSeconds>1808</TotalTimeSeconds><DistanceMeters>4480</DistanceMeters><Track><Trackpoint><Time>2026-05-04T11:17:03Z</Time></Trackpoint><Trackpoint><Time>2026-05-04T11:47:11Z</Time></Trackpoint></Track></Lap></Activity></Activities></TrainingCenterDatabase>`;
    const { days } = await load({ "s.csv": [head, session("RUNNING"), ...samples], "s.tcx": [tcx] });
    expect(days).toMatchObject([{ exercise: 30.133333, exercise_sessions: 1 }]);
  });
});

test.each([
  ["Time of Measurement,Weight(kg),BMI,Body Fat(%),Fat-Free Mass(kg)", "2026-07-28 08:30:00,72.4,23.1,18.2,58.4", 72.4],
  ["Time,WEIGHT (lbs),BMI,BODY FAT %,HEART RATE(bpm)", "2026-07-28 08:30:00,160.1,23.1,18.2,60", 72.620138],
  ["Date,Weight(kg),Body Fat(%),BMI", "2026-07-28 07:30:00,72.4,18.2,23.1", 72.4],
  ["Measure Time,Weight(lb),Body Fat(%),BMI,Bone Mass(lb)", '"07/28/2026, 8:31:10 AM",160.1,18.2,23.1,- -', 72.620138],
])("a scale's %s", async (header, row, weight) => {
  const { days } = await load({ "scale.csv": [header, row] });
  expect(days).toEqual([{ weight, bmi: 23.1, body_fat: 18.2 }]);
});
