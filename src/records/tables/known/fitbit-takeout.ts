// Fitbit's Takeout, the two generations of its tables; its JSON is another reader's. Headers as in public files.
import { beats, type KnownTable, value } from "./shape.ts";

const from = { provider: "fitbit", device: "band" } as const;
/** Rows of one time are of the band, the phone and what mirrors the phone: never parts of one count. */
const devices = { total: { column: "data source", is: [] } } as const;
/** Of a newer account's tables, whose nights and exercises older files hold once more. */
const account = { ...from, key: "fitbit-account" } as const;
const asleep = (type: string) => ({ length: true, where: { column: "sleep_stage_type", is: [type] } }) as const;
/** The band writes 50 for a minute that it did not measure, or found below what it can tell. */
const oxygen = { unmeasured: { numbers: [50], rows: { column: "valid", is: ["false", "0", "no"] } } } as const;

export const fitbitTakeout: readonly KnownTable[] = [
  {
    ...from,
    title: "Fitbit daily heart rate variability (Takeout)",
    has: ["timestamp", "rmssd", "nremhr"],
    date: "timestamp",
    total: true,
    values: [value("hrv_rmssd", "rmssd")],
  },
  {
    ...from,
    title: "Fitbit heart rate variability (Takeout)",
    has: ["timestamp", "rmssd", "coverage"],
    date: "timestamp",
    values: [value("hrv_rmssd", "rmssd")],
  },
  {
    ...from,
    title: "Fitbit sleep score (Takeout)",
    has: ["sleep_log_entry_id", "timestamp", "overall_score"],
    date: "timestamp",
    total: true,
    values: [value("rhr", "resting_heart_rate"), value("sleep_deep", "deep_sleep_in_minutes", "min")],
  },
  {
    ...from,
    title: "Fitbit daily oxygen saturation (Takeout)",
    has: ["timestamp", "average_value|average percentage", "lower_bound|lower bound percentage"],
    date: "timestamp",
    total: true,
    values: [value("spo2", "average_value|average percentage", "%", oxygen)],
  },
  {
    ...from,
    title: "Fitbit daily respiratory rate (Takeout)",
    has: ["timestamp", "daily_respiratory_rate|breaths per minute"],
    date: "timestamp",
    total: true,
    values: [value("resp_rate", "daily_respiratory_rate|breaths per minute")],
  },
  {
    ...from,
    title: "Fitbit daily readiness (Takeout)",
    has: ["date", "readiness_score_value"],
    date: "date",
    total: true,
    values: [value("readiness", "readiness_score_value")],
  },
  {
    ...from,
    title: "Fitbit daily resting heart rate (Takeout)",
    has: ["timestamp", "beats per minute"],
    file: /resting/i,
    date: "timestamp",
    total: true,
    values: [value("rhr", "beats per minute")],
  },
  {
    ...from,
    title: "Fitbit heart rate (Takeout)",
    has: ["timestamp", "beats per minute"],
    date: "timestamp",
    ...devices,
    values: beats("beats per minute"),
  },
  {
    ...from,
    title: "Fitbit daily heart rate variability (Takeout)",
    has: ["timestamp", "average heart rate variability milliseconds"],
    date: "timestamp",
    total: true,
    values: [value("hrv_rmssd", "average heart rate variability milliseconds", "ms")],
  },
  {
    ...from,
    title: "Fitbit heart rate variability (Takeout)",
    has: ["timestamp", "root mean square of successive differences milliseconds"],
    date: "timestamp",
    ...devices,
    values: [value("hrv_rmssd", "root mean square of successive differences milliseconds", "ms")],
  },
  {
    ...from,
    title: "Fitbit oxygen saturation (Takeout)",
    has: ["timestamp", "oxygen saturation percentage"],
    date: "timestamp",
    ...devices,
    values: [value("spo2", "oxygen saturation percentage", "%", oxygen)],
  },
  {
    ...from,
    title: "Fitbit oxygen saturation (Takeout)",
    has: ["timestamp", "value"],
    file: /minute spo2/i,
    date: "timestamp",
    values: [value("spo2", "value", "%", oxygen)],
  },
  {
    ...from,
    title: "Fitbit floors (Takeout)",
    has: ["timestamp", "floors"],
    date: "timestamp",
    ...devices,
    values: [value("floors", "floors")],
  },
  {
    ...account,
    title: "Fitbit exercises (Takeout)",
    has: ["exercise_id", "exercise_start", "exercise_end", "activity_name"],
    start: "exercise_start",
    end: "exercise_end",
    zone: "utc_offset",
    values: [
      value("exercise", "", "min", { length: true }),
      value("exercise_sessions", ""),
      value("hr_max", "tracker_peak_heart_rate"),
    ],
  },
  {
    ...from,
    // the band's steps of a walk once more, by the second
    title: "Fitbit live pace (Takeout)",
    has: ["timestamp", "steps", "distance millimeters"],
    date: "timestamp",
    values: [],
  },
  {
    ...from,
    title: "Fitbit steps (Takeout)",
    has: ["timestamp", "steps"],
    date: "timestamp",
    ...devices,
    values: [value("steps", "steps")],
  },
  {
    ...from,
    // In metres, as the archive's own description of these files says.
    title: "Fitbit distance (Takeout)",
    has: ["timestamp", "distance"],
    file: /(?:^|[^a-z])distance_\d{4}-\d\d-\d\d/i,
    date: "timestamp",
    ...devices,
    values: [value("distance", "distance", "m")],
  },
  {
    ...from,
    title: "Fitbit active minutes (Takeout)",
    has: ["timestamp", "light", "moderate", "very"],
    date: "timestamp",
    ...devices,
    values: [value("moderate", "moderate"), value("vigorous", "very")],
  },
  {
    ...account,
    title: "Fitbit sleep (Takeout)",
    has: ["sleep_id", "sleep_start", "sleep_end", "minutes_asleep"],
    start: "sleep_start",
    end: "sleep_end",
    zone: "end_utc_offset",
    values: [value("sleep", "minutes_asleep", "min")],
  },
  {
    ...account,
    title: "Fitbit stages of sleep (Takeout)",
    has: ["sleep_stage_type", "sleep_stage_start", "sleep_stage_end"],
    start: "sleep_stage_start",
    end: "sleep_stage_end",
    zone: "end_utc_offset",
    values: [
      value("sleep_deep", "", "min", asleep("deep")),
      value("sleep_light", "", "min", asleep("light")),
      value("sleep_rem", "", "min", asleep("rem")),
    ],
  },
  {
    ...from,
    title: "Fitbit weight (Takeout)",
    device: "scale",
    has: ["timestamp", "weight grams"],
    date: "timestamp",
    values: [value("weight", "weight grams", "g")],
  },
  {
    ...from,
    title: "Fitbit active energy (Takeout)",
    has: ["timestamp", "kilocalories"],
    lacks: ["heart rate zone", "heart rate zone type"],
    date: "timestamp",
    ...devices,
    values: [value("active_energy", "kilocalories", "kcal")],
  },
];
