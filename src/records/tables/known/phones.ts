// Google Fit, Withings, Zepp and scales: what the makers of phones, scales and bands export.
import { beats, type KnownTable, sessions, value } from "./shape.ts";

const googleFit = { provider: "google-fit", device: "phone" } as const;
const withings = { provider: "withings", device: "watch" } as const;
const zepp = { provider: "zepp", device: "band" } as const;

/** Of a whole day, or of each quarter of an hour. */
const googleFitDay = [
  value("steps", "Step count"),
  value("distance", "Distance (m)", "m"),
  value("hr_mean", "Average heart rate (bpm)"),
  value("hr_max", "Max heart rate (bpm)"),
  value("weight", "Average weight (kg)"),
];

const times = "Measurement Time|Date Time|Timestamp|Time|Date";
/** A scale's app states the unit of its owner. */
const weights = ["kg", "lb", "lbs"].map((unit) => `Weight(${unit})|Weight (${unit})`).join("|");

export const phones: readonly KnownTable[] = [
  {
    ...googleFit,
    title: "Google Fit daily activity",
    has: ["Date", "Step count", "Calories (kcal)|Move Minutes count"],
    date: "Date",
    total: true,
    values: [...googleFitDay, value("sleep", "Sleep duration (ms)|Sleeping duration (ms)", "ms")],
  },
  {
    // a file a day, of which its name alone says which
    ...googleFit,
    title: "Google Fit activity of a day",
    has: ["Start time", "End time", "Step count", "Calories (kcal)|Move Minutes count"],
    file: /\d{4}-\d\d-\d\d/,
    dayOfFile: true,
    date: "Start time",
    values: googleFitDay,
  },
  {
    ...withings,
    title: "Withings weight",
    device: "scale",
    has: ["Date", "Weight (kg)|Weight (lb)|Weight (lbs)", "Fat mass (kg)|Fat mass (lb)|Fat mass (lbs)|Comments"],
    date: "Date",
    values: [value("weight", "Weight (kg)|Weight (lb)|Weight (lbs)")],
  },
  {
    ...withings,
    title: "Withings sleep",
    has: ["from", "to", "light (s)", "deep (s)"],
    start: "from",
    end: "to",
    values: [
      value("sleep", "light (s) + deep (s) + ?rem (s)", "s"),
      value("sleep_light", "light (s)", "s"),
      value("sleep_deep", "deep (s)", "s"),
      value("sleep_rem", "rem (s)", "s"),
    ],
  },
  {
    ...withings,
    title: "Withings activities",
    has: ["from", "to", "Activity type"],
    start: "from",
    end: "to",
    values: [value("exercise_sessions", "")],
  },
  {
    ...withings,
    title: "Withings daily steps",
    has: ["date", "value"],
    file: /aggregates_steps/i,
    date: "date",
    total: true,
    values: [value("steps", "value")],
  },
  {
    ...withings,
    title: "Withings daily distance",
    has: ["date", "value"],
    file: /aggregates_distance/i,
    date: "date",
    total: true,
    values: [value("distance", "value", "m")],
  },
  {
    ...withings,
    title: "Withings daily energy",
    has: ["date", "value"],
    file: /aggregates_calories_earned/i,
    date: "date",
    total: true,
    values: [value("active_energy", "value", "kcal")],
  },
  {
    ...zepp,
    title: "Zepp activity",
    has: ["date", "steps", "distance", "runDistance"],
    date: "date",
    total: true,
    values: [value("steps", "steps"), value("distance", "distance", "m")],
  },
  {
    ...zepp,
    title: "Zepp sleep",
    has: ["date", "deepSleepTime", "shallowSleepTime"],
    date: "date",
    total: true,
    values: [
      value("sleep", "deepSleepTime + shallowSleepTime + ?REMTime", "min"),
      value("sleep_deep", "deepSleepTime", "min"),
      value("sleep_light", "shallowSleepTime", "min"),
      value("sleep_rem", "REMTime", "min"),
    ],
  },
  {
    ...zepp,
    // walks and runs of the day's activity once more
    title: "Zepp stages of activity",
    has: ["date", "start", "stop", "steps", "calories"],
    date: "date",
    values: [],
  },
  {
    ...zepp,
    title: "Zepp steps a minute",
    has: ["date", "time", "steps"],
    file: /activity_minute/i,
    date: "date",
    time: "time",
    values: [value("steps", "steps")],
  },
  {
    ...zepp,
    // the night's stages once more, with dates that are not its own
    title: "Zepp sleep a minute",
    has: ["date", "time", "stage"],
    date: "date",
    values: [],
  },
  {
    ...zepp,
    title: "Zepp heart rate",
    has: ["date", "time", "heartRate"],
    date: "date",
    time: "time",
    values: beats("heartRate"),
  },
  {
    ...zepp,
    title: "Zepp body",
    device: "scale",
    has: ["time|timestamp", "weight", "fatRate"],
    date: "time|timestamp",
    values: [value("weight", "weight", "kg"), value("bmi", "bmi"), value("body_fat", "fatRate")],
  },
  {
    ...zepp,
    title: "Zepp sport",
    has: ["type", "startTime", "sportTime(s)"],
    date: "startTime",
    values: sessions("sportTime(s)", "s"),
  },
  {
    provider: "scale",
    title: "Scales (Renpho, Eufy, Wyze and others)",
    device: "scale",
    has: [`Time of Measurement|Measure Time|${times}`, weights, "BMI|Body Fat(%)|Body Fat (%)|Body Fat %"],
    date: `Time of Measurement|Measure Time|${times}`,
    values: [value("weight", weights), value("bmi", "BMI"), value("body_fat", "Body Fat(%)|Body Fat (%)|Body Fat %")],
  },
];
