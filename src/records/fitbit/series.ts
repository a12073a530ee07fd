// What Fitbit's files and fields are here.
import type { MetricId } from "../types.ts";

/** Of an archive, by the file's name: metric and unit, and whether an entry is a day's; without a metric, what is left out. */
export const takeoutSeries: readonly (readonly [RegExp, MetricId | undefined, string, boolean])[] = [
  [/(?:^|[^a-z])steps[^a-z]/i, "steps", "{steps}", false],
  [/(?:^|[^a-z])distance[^a-z]/i, "distance", "cm", false],
  [/moderately_active_minutes/i, "moderate", "min", true],
  [/very_active_minutes/i, "vigorous", "min", true],
  [/lightly_active_minutes|sedentary_minutes|calories|altitude|time_in_heart_rate_zones/i, undefined, "", true],
];

/** Fields of a day's value: metric and unit. */
export const dailySeries: readonly (readonly [string, MetricId, string])[] = [
  ["restingHeartRate", "rhr", "/min"],
  ["value", "rhr", "/min"],
  ["dailyRmssd", "hrv_rmssd", "ms"],
  ["breathingRate", "resp_rate", "/min"],
  ["nightlyRelative", "skin_temp", "K"],
  ["avg", "spo2", "%"],
  ["filteredDemographicVO2Max", "vo2max", "mL/kg/min"],
];

/** Field of a day's summary, resource of the Web API, metric, unit. */
export const summaryFields: readonly (readonly [string, string, MetricId, string])[] = [
  ["steps", "steps", "steps", "{steps}"],
  ["floors", "floors", "floors", "{floors}"],
  ["fairlyActiveMinutes", "minutesFairlyActive", "moderate", "min"],
  ["veryActiveMinutes", "minutesVeryActive", "vigorous", "min"],
  ["restingHeartRate", "", "rhr", "/min"],
];

/** By resource. */
export const intradaySeries: Readonly<Record<string, readonly [MetricId, string]>> = {
  steps: ["steps", "{steps}"],
  floors: ["floors", "{floors}"],
};
