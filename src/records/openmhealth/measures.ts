// The measures of Open mHealth and IEEE 1752.1 by the member of a body that holds one: `{value, unit}`.
import type { MetricId } from "../types.ts";

export interface Measure {
  readonly metrics: readonly MetricId[];
  /** Of a night: it belongs to the day of waking, whatever its time frame begins with. */
  readonly night?: true;
}

export const measures: ReadonlyMap<string, Measure> = new Map<string, Measure>([
  ["step_count", { metrics: ["steps"] }],
  ["heart_rate", { metrics: ["hr_mean", "hr_max"] }],
  ["kcal_burned", { metrics: ["active_energy"] }],
  ["calories_burned", { metrics: ["active_energy"] }],
  ["minutes_moderate_activity", { metrics: ["moderate"] }],
  ["body_weight", { metrics: ["weight"] }],
  ["body_mass_index", { metrics: ["bmi"] }],
  ["body_fat_percentage", { metrics: ["body_fat"] }],
  ["oxygen_saturation", { metrics: ["spo2"] }],
  ["respiratory_rate", { metrics: ["resp_rate"] }],
  ["total_sleep_time", { metrics: ["sleep"], night: true }],
  ["sleep_duration", { metrics: ["sleep"], night: true }],
  ["deep_sleep_duration", { metrics: ["sleep_deep"], night: true }],
  ["light_sleep_duration", { metrics: ["sleep_light"], night: true }],
  ["rem_sleep_duration", { metrics: ["sleep_rem"], night: true }],
  ["sleep_efficiency_percentage", { metrics: ["sleep_efficiency"], night: true }],
]);
