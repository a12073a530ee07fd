import { expect, test } from "vitest";
import { queryableMetric } from "../../src/task/derived.ts";
import { about } from "../../src/task/metrics/about.ts";
import { baseAttributes, baseMetrics, builtIn, isPlausible, metricById, registryWith } from "../../src/task/metrics.ts";

test("the registry has at least 30 metrics, each with its documentation", () => {
  expect(baseMetrics.length).toBeGreaterThanOrEqual(30);
  for (const { id } of [...baseMetrics, ...baseAttributes]) expect(about[id].caveat).not.toBe("");
});

// The canonical table of wearable metrics: unit and public bounds as published for it.
test.each([
  ["steps", "{steps}", 0, 30_000],
  ["rhr", "/min", 35, 110],
  ["hrv_sdnn", "ms", 0, 250],
  ["hrv_rmssd", "ms", 5, 200],
  ["sleep", "min", 0, 840],
  ["exercise_sessions", "{sessions}", 0, 6],
  ["active_energy", "kcal", 0, 4000],
  ["weight", "kg", 35, 200],
  ["body_fat", "%", 3, 60],
  ["spo2", "%", 80, 100],
  ["resp_rate", "/min", 8, 30],
  ["vo2max", "mL/kg/min", 15, 75],
  ["moderate", "min", 0, 300],
  ["vigorous", "min", 0, 300],
  ["visits", "{visits}", 0, 3],
  ["satisfaction", "{rating}", 1, 5],
])("%s is in %s, clipped to %d..%d", (id, unit, min, max) => {
  expect(metricById(id)).toMatchObject({ id, unit, clip: { min, max } });
  expect(builtIn.bounds.get(id)).toEqual({ min, max });
});

test("RMSSD and SDNN are two metrics, and neither has the other's code", () => {
  expect(about.hrv_sdnn.loinc).toEqual(["80404-7"]);
  expect(about.hrv_rmssd.loinc).toBeUndefined();
});

test("moderate-equivalent minutes are derived, with bounds from their parts", () => {
  expect(queryableMetric("mvpa")).toMatchObject({ unit: "min", range: { min: 0, max: 900 } });
});

test("attributes have a public list, or wait for the operator's", () => {
  expect(builtIn.attribute("ageBand")?.values).toContain("35-44");
  expect(builtIn.attribute("site")?.values).toBeNull();
  expect(builtIn.attribute("shoeSize")).toBeUndefined();
});

test("what every object has is no metric", () => {
  for (const id of ["toString", "__proto__", "constructor"]) expect(metricById(id)).toBeUndefined();
});

test("a registry with more rows keeps the built-in ones as they are", () => {
  const rhr = metricById("rhr") ?? expect.unreachable();
  const mine = { ...rhr, title: "mine", clip: { min: 0, max: 1e6 } };
  const registry = registryWith({ metrics: [mine, { ...mine, id: "mood" }], attributes: [], formulas: [] });
  expect(registry.metric("rhr")).toBe(rhr);
  expect(registry.bounds.get("rhr")).toEqual({ min: 35, max: 110 });
  expect(registry.metric("mood")?.clip.max).toBe(1e6);
});

test("plausible bounds are part of what is plausible; what is no number is not", () => {
  const rhr = metricById("rhr") ?? expect.unreachable();
  const plausible = [24.99, 25, 150, 150.01, Number.NaN, Number.POSITIVE_INFINITY].map((value) =>
    isPlausible(rhr, value),
  );
  expect(plausible).toEqual([false, true, true, false, false, false]);
});
