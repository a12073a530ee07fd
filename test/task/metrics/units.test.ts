import { expect, test } from "vitest";
import { compileFormula } from "../../../src/task/compile.ts";
import { formulaOf } from "../../../src/task/expression.ts";
import { unitChecker } from "../../../src/task/metrics/units.ts";
import { baseMetrics, metricById } from "../../../src/task/metrics.ts";

const checker = unitChecker();
const unitOf = (id: string) => metricById(id)?.unit ?? expect.unreachable(id);
const checked = (formula: string, unit: string) => formulaOf(checker.check(compileFormula(formula), unitOf, unit));

test("every unit of the registry can be checked", () => {
  for (const { unit } of baseMetrics) expect(checker.fault(unit)).toBeUndefined();
});

test.each([
  ["moderate + 2 * vigorous", "min", "moderate + 2 * vigorous"],
  ["sleep", "h", "sleep * 0.0166666666667"],
  ["sleep + hrv_sdnn", "min", "sleep + hrv_sdnn * 0.0000166666666667"],
  ["sleep * sleep_efficiency", "min", "sleep * sleep_efficiency * 0.01"],
  ["sleep_deep / sleep_light", "%", "sleep_deep / sleep_light * 100"],
  ["sleep_deep / sleep_light", "1", "sleep_deep / sleep_light"],
  ["steps / worn", "{steps}/min", "steps / worn"],
  ["steps / worn", "{steps}/h", "steps / worn * 60"],
  ["min(steps, 10000)", "{steps}", "min(steps, 10000)"],
  ["max(rhr, resp_rate)", "/min", "max(rhr, resp_rate)"],
  ["rhr * sleep", "1", "rhr * sleep"],
  ["distance", "km", "distance * 0.001"],
  ["active_energy", "kJ", "active_energy * 4.184"],
  ["weight / bmi", "m2", "weight / bmi"],
  ["vo2max * weight", "L/min", "vo2max * weight * 0.001"],
])("%s in %s is %s", (formula, unit, text) => {
  expect(checked(formula, unit)).toBe(text);
});

test.each([
  ["steps + visits", "{steps}", "visits ({visits}) and steps ({steps}) are not of one dimension"],
  ["sleep + weight", "min", "weight (kg) and sleep (min) are not of one dimension"],
  ["min(rhr, sleep)", "/min", "not of one dimension"],
  ["sleep", "/min", "sleep (min) and the declared /min are not of one dimension"],
  ["steps", "1", "not of one dimension"],
  ["moderate * vigorous", "min", "not of one dimension"],
  ["sleep", "fortnight", 'the unit "fortnight"'],
  ["sleep", "Cel", 'the unit "Cel"'],
])("%s in %s is refused", (formula, unit, words) => {
  expect(() => checked(formula, unit)).toThrow(expect.objectContaining({ code: "invalid_query" }));
  expect(() => checked(formula, unit)).toThrow(words);
});

test("names that every object has are no units", () => {
  for (const unit of ["constructor", "toString", "__proto__", "m2x"]) expect(checker.fault(unit)).toContain("unit");
});
