// Units as exports give them, into the registry's; wrong ones are refused.
import { expect, test } from "vitest";
import { toUnit, unitFactor } from "../../src/records/units.ts";
import { baseMetrics, type Metric, metricById } from "../../src/task/metrics.ts";

const metric = (id: string) => metricById(id) as Metric;

test.each([
  ["distance", 5.1, "mi", 8207.6544],
  ["distance", 5.1, "km", 5100],
  ["distance", 100, "ft", 30.48],
  ["weight", 155, "lb", 70.30681735],
  ["weight", 11, "st", 69.85322498],
  ["active_energy", 418.4, "kJ", 100],
  ["active_energy", 100, "Cal", 100],
  ["active_energy", 100, "cal", 0.1],
  ["sleep", 27_120, "s", 452],
  ["sleep", 7.5, "h", 450],
  ["sleep", 27_120_000, "ms", 452],
  ["hrv_rmssd", 0.045, "s", 45],
  ["spo2", 0.97, "ratio", 97],
  ["spo2", 0.57, "1", 57],
  ["spo2", 97, "%", 97],
  ["rhr", 61, "count/min", 61],
  ["rhr", 1.02, "Hz", 61.2],
  ["skin_temp", 0.9, "degF", 0.5],
  ["skin_temp", 0.5, "°C", 0.5],
  ["vo2max", 41.3, "mL/min·kg", 41.3],
  ["bmi", 23.1, "count", 23.1],
  ["steps", 12, "count", 12],
  ["visits", 1, "visit", 1],
  ["sleep", 7.5, "HR", 450],
] as const)("%s of %d %s is %d", (id, value, unit, expected) => {
  expect(toUnit(metric(id), value, unit)).toBe(expected);
});

test.each([
  ["steps", "km"],
  ["distance", "kg"],
  ["distance", "count"],
  ["weight", "stones of unusual size"],
  ["sleep", "toString"],
  ["active_energy", "CAL"],
  ["rhr", "min"],
  ["hrv_sdnn", "m"],
  ["readiness", "%"],
] as const)("%s is not measured in %s", (id, unit) => {
  expect(unitFactor(metric(id), unit)).toBeUndefined();
  expect(toUnit(metric(id), 1, unit)).toBeUndefined();
});

test("every metric takes its own unit as it is", () => {
  for (const each of baseMetrics) expect(toUnit(each, 1.23456789012345, each.unit)).toBe(1.23456789012345);
});
