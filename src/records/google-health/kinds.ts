// The kinds of data points of the Google Health API (version 4), by the member that holds one: fields, metrics, units.
import type { MetricId } from "../types.ts";

export interface Kind {
  /** Field, metric, unit. */
  readonly fields: readonly (readonly [string, MetricId, string])[];
  /** Of a rollup over a day: field, metric, unit. */
  readonly rollup?: readonly [string, MetricId, string];
}

const one = (field: string, metric: MetricId, unit: string, rollup?: string): Kind =>
  rollup === undefined
    ? { fields: [[field, metric, unit]] }
    : { fields: [[field, metric, unit]], rollup: [rollup, metric, unit] };

export const kinds: ReadonlyMap<string, Kind> = new Map([
  ["steps", one("count", "steps", "{steps}", "countSum")],
  ["distance", one("millimeters", "distance", "mm", "millimetersSum")],
  ["floors", one("count", "floors", "{floors}", "countSum")],
  ["activeEnergyBurned", one("kcal", "active_energy", "kcal", "kcalSum")],
  [
    "heartRate",
    {
      fields: [
        ["beatsPerMinute", "hr_mean", "/min"],
        ["beatsPerMinute", "hr_max", "/min"],
      ],
    },
  ],
  ["dailyRestingHeartRate", one("beatsPerMinute", "rhr", "/min")],
  [
    "heartRateVariability",
    {
      fields: [
        ["rootMeanSquareOfSuccessiveDifferencesMilliseconds", "hrv_rmssd", "ms"],
        ["standardDeviationMilliseconds", "hrv_sdnn", "ms"],
      ],
    },
  ],
  ["dailyHeartRateVariability", one("averageHeartRateVariabilityMilliseconds", "hrv_rmssd", "ms")],
  ["oxygenSaturation", one("percentage", "spo2", "%")],
  ["dailyOxygenSaturation", one("averagePercentage", "spo2", "%")],
  [
    "dailyRespiratoryRate",
    {
      fields: [
        ["breathsPerMinute", "resp_rate", "/min"],
        ["averageBreathsPerMinute", "resp_rate", "/min"],
      ],
    },
  ],
  ["vo2Max", one("vo2Max", "vo2max", "mL/kg/min")],
  ["dailyVo2Max", one("vo2Max", "vo2max", "mL/kg/min")],
  ["runVo2Max", one("runVo2Max", "vo2max", "mL/kg/min")],
  ["weight", one("weightGrams", "weight", "g")],
  ["bodyFat", one("percentage", "body_fat", "%")],
  ["dailySleepTemperatureDerivations", { fields: [] }],
  ["activeMinutes", { fields: [] }],
]);
