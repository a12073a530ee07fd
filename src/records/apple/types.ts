// What Apple's types of record are here. HealthKit's names, without the prefix that all share.
import type { MetricId } from "../types.ts";

const QUANTITY = "HKQuantityTypeIdentifier";

/** The metrics that a type of record gives; a heart rate is one of the day's mean and perhaps its highest. */
export const quantities: ReadonlyMap<string, readonly MetricId[]> = new Map(
  (
    [
      ["StepCount", "steps"],
      ["DistanceWalkingRunning", "distance"],
      ["FlightsClimbed", "floors"],
      ["ActiveEnergyBurned", "active_energy"],
      ["RestingHeartRate", "rhr"],
      ["HeartRate", "hr_mean", "hr_max"],
      ["HeartRateVariabilitySDNN", "hrv_sdnn"],
      ["AppleExerciseTime", "exercise"],
      ["BodyMass", "weight"],
      ["BodyMassIndex", "bmi"],
      ["BodyFatPercentage", "body_fat"],
      ["OxygenSaturation", "spo2"],
      ["RespiratoryRate", "resp_rate"],
      ["VO2Max", "vo2max"],
    ] as const
  ).map(([type, ...metrics]) => [QUANTITY + type, metrics]),
);

export const EXERCISE_TIME = `${QUANTITY}AppleExerciseTime`;
export const SLEEP = "HKCategoryTypeIdentifierSleepAnalysis";
const SLEEP_VALUE = "HKCategoryValueSleepAnalysis";

/** Asleep, by Apple's value; lying in bed and awake are no sleep. */
export const stages: ReadonlyMap<string, "asleep" | "deep" | "light" | "rem"> = new Map([
  [`${SLEEP_VALUE}Asleep`, "asleep"],
  [`${SLEEP_VALUE}AsleepUnspecified`, "asleep"],
  [`${SLEEP_VALUE}AsleepCore`, "light"],
  [`${SLEEP_VALUE}AsleepDeep`, "deep"],
  [`${SLEEP_VALUE}AsleepREM`, "rem"],
]);

/** Apple's percent is a share of 1; some apps write percents. Units are UTF-8, of which here only "·" is not ASCII. */
export function unitOf(unit: string | undefined, value: number): string {
  if (unit === "%") return Math.abs(value) <= 1 ? "ratio" : "%";
  return (unit ?? "").replace("\u00c2\u00b7", "\u00b7");
}
