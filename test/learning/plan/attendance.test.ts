import { describe, expect, test } from "vitest";
import { attendancePlan } from "../../../src/learning/plan/attendance.ts";
import { daysNeeded, encoderOf } from "../../../src/learning/plan/encoder.ts";
import { decodePlan, encodePlan } from "../../../src/learning/plan/plan.ts";
import { population } from "../../../src/simulate/population.ts";
import { casesOf } from "../../../src/simulate/training/cases.ts";
import { baseMetrics } from "../../../src/task/metrics.ts";
import { mean, sd } from "../../simulate/measures.ts";
import { end } from "../days.ts";

const metrics = baseMetrics.map(({ id }) => id);
const members = population({ seed: "attendance.test", lastDay: end - 1, members: 1200 });

test("with every metric: twelve features of the eight weeks before, about visits", () => {
  const plan = attendancePlan({ metrics });
  expect(decodePlan(encodePlan(plan))).toEqual(plan);
  expect(plan.features).toHaveLength(12);
  expect(new Set(plan.features.map(({ metric }) => metric))).toEqual(
    new Set(["visits", "steps", "moderate", "vigorous", "sleep", "rhr"]),
  );
  expect(plan.label).toEqual({ kind: "falls-below", metric: "visits", days: 28, factor: 0.6 });
  expect(daysNeeded(plan)).toBe(84);
  expect([plan.round, plan.rounds, attendancePlan({ metrics, rounds: 3 }).rounds]).toEqual([1, 5, 3]);
  expect(encoderOf(plan).bound).toBe(255);
});

test("without visits: steps, and features of what is there", () => {
  const plan = attendancePlan({ metrics: ["moderate", "sleep", "steps", "vigorous"] });
  expect(decodePlan(encodePlan(plan))).toEqual(plan);
  expect(plan.title).toBe("moves less next month");
  expect(plan.label).toMatchObject({ metric: "steps", factor: 0.9 });
  expect(new Set(plan.features.map(({ metric }) => metric))).toEqual(
    new Set(["steps", "moderate", "vigorous", "sleep"]),
  );
  expect(plan.weights).toHaveLength(plan.features.length + 1);
});

test.each([[["steps"]], [["visits"]], [["visits", "rhr"]]])("%j is enough", (few) => {
  const plan = attendancePlan({ metrics: few });
  expect(decodePlan(encodePlan(plan))).toEqual(plan);
  expect(plan.features.every(({ metric }) => few.includes(metric))).toBe(true);
});

test.each([[[]], [["rhr", "sleep"]], [["Visits"]]])("%j is not enough", (few) => {
  expect(() => attendancePlan({ metrics: few })).toThrow(expect.objectContaining({ code: "invalid_argument" }));
});

describe("on the synthetic population", () => {
  const plan = attendancePlan({ metrics });
  const cases = casesOf(plan, members, end);

  test("the public constants fit: every feature about centred, with about unit spread", () => {
    plan.features.forEach(({ name }, j) => {
      // members whose device does not measure it have exactly 0; no measured value equals a centre
      const column = cases.map(({ row }) => row[j] as number).filter((x) => x !== 0);
      expect(Math.abs(mean(column)), name).toBeLessThan(0.25);
      expect(sd(column), name).toBeGreaterThan(0.7);
      expect(sd(column), name).toBeLessThan(1.4);
    });
  });

  test("three members in ten have label 1, without visits one in five", () => {
    const rate = mean(cases.map(({ label }) => label));
    expect(rate).toBeGreaterThan(0.25);
    expect(rate).toBeLessThan(0.35);
    const fallback = casesOf(attendancePlan({ metrics: ["steps", "sleep"] }), members, end);
    const moving = mean(fallback.map(({ label }) => label));
    expect(moving).toBeGreaterThan(0.15);
    expect(moving).toBeLessThan(0.3);
  });

  test("members who stopped syncing have no label", () => {
    const silent = members.filter(({ days }) => (days.at(-1)?.day ?? 0) < end - 15);
    expect(silent.length).toBeGreaterThan(50);
    expect(casesOf(plan, silent, end)).toEqual([]);
    expect(cases.length).toBeGreaterThan(0.85 * members.length);
  });
});
