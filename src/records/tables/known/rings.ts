// Oura and Whoop: values of a whole day or night, in tables of their web exports and account exports.
import { inAllLanguages, whoop as names } from "./languages.ts";
import { type KnownTable, sessions, value } from "./shape.ts";

const oura = { provider: "oura", device: "ring", total: true } as const;
const whoop = { provider: "whoop", device: "band", zone: "Cycle timezone" } as const;
/** Short sleeps have another type, or none. */
const longSleep = { where: { column: "type", is: ["long_sleep"] } } as const;

export const rings: readonly KnownTable[] = [
  {
    ...oura,
    title: "Oura trends",
    has: ["date", "Total Sleep Duration|Total Sleep Time", "Average HRV|Lowest Resting Heart Rate"],
    date: "date",
    values: [
      value("sleep", "Total Sleep Duration|Total Sleep Time", "s"),
      value("sleep_deep", "Deep Sleep Duration|Deep Sleep Time", "s"),
      value("sleep_light", "Light Sleep Duration|Light Sleep Time", "s"),
      value("sleep_rem", "REM Sleep Duration|REM Sleep Time", "s"),
      value("sleep_efficiency", "Sleep Efficiency"),
      value("rhr", "Lowest Resting Heart Rate"),
      value("hrv_rmssd", "Average HRV"),
      value("skin_temp", "Temperature Deviation (°C)|Temperature Deviation"),
      value("resp_rate", "Respiratory Rate"),
      value("readiness", "Readiness Score"),
      value("steps", "Steps"),
      value("active_energy", "Activity Burn", "kcal"),
    ],
  },
  {
    ...oura,
    title: "Oura sleep",
    has: ["day", "total_sleep_duration", "deep_sleep_duration"],
    date: "day",
    values: [
      value("sleep", "total_sleep_duration", "s", longSleep),
      value("sleep_deep", "deep_sleep_duration", "s", longSleep),
      value("sleep_light", "light_sleep_duration", "s", longSleep),
      value("sleep_rem", "rem_sleep_duration", "s", longSleep),
      value("sleep_efficiency", "efficiency", "%", longSleep),
      value("rhr", "lowest_heart_rate", "/min", longSleep),
      value("hrv_rmssd", "average_hrv", "ms", longSleep),
      value("resp_rate", "average_breath", "/min", longSleep),
    ],
  },
  {
    ...oura,
    title: "Oura readiness",
    has: ["day", "score", "temperature_deviation"],
    date: "day",
    values: [value("readiness", "score"), value("skin_temp", "temperature_deviation")],
  },
  {
    ...oura,
    title: "Oura activity",
    has: ["day", "steps", "active_calories"],
    date: "day",
    values: [
      value("steps", "steps"),
      value("active_energy", "active_calories", "kcal"),
      value("moderate", "medium_activity_time", "s"),
      value("vigorous", "high_activity_time", "s"),
    ],
  },
  inAllLanguages(names, {
    ...whoop,
    title: "Whoop cycles",
    has: ["Cycle start time", "Wake onset", "Recovery score %"],
    date: "Wake onset",
    total: true,
    values: [
      value("readiness", "Recovery score %"),
      value("rhr", "Resting heart rate (bpm)"),
      value("hrv_rmssd", "Heart rate variability (ms)", "ms"),
      value("spo2", "Blood oxygen %"),
      value("hr_max", "Max HR (bpm)"),
      value("hr_mean", "Average HR (bpm)"),
      value("resp_rate", "Respiratory rate (rpm)"),
      value("sleep", "Asleep duration (min)"),
      value("sleep_light", "Light sleep duration (min)"),
      value("sleep_deep", "Deep (SWS) duration (min)"),
      value("sleep_rem", "REM duration (min)"),
      value("sleep_efficiency", "Sleep efficiency %"),
    ],
  }),
  inAllLanguages(names, {
    ...whoop,
    title: "Whoop sleeps",
    has: ["Sleep onset", "Wake onset", "Asleep duration (min)", "Nap"],
    start: "Sleep onset",
    end: "Wake onset",
    values: [
      value("sleep", "Asleep duration (min)", "min", {
        where: { column: "Nap", is: ["false", "no", "0", "", "nein", "non", "não"] },
      }),
      value("naps", "", undefined, { where: { column: "Nap", is: ["true", "yes", "1", "ja", "oui", "sí", "sim"] } }),
    ],
  }),
  inAllLanguages(names, {
    ...whoop,
    title: "Whoop workouts",
    has: ["Workout start time", "Workout end time", "Duration (min)"],
    start: "Workout start time",
    end: "Workout end time",
    values: [...sessions("Duration (min)"), value("hr_max", "Max HR (bpm)")],
  }),
];
