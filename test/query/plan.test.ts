import { describe, expect, test } from "vitest";
import { predictMeanHalfWidth } from "../../src/estimate/predict.ts";
import type { NoiseEvent } from "../../src/privacy/accounting/events.ts";
import { mechanismFrom } from "../../src/privacy/mechanisms/from-event.ts";
import { explainPlan } from "../../src/query/explain.ts";
import { planQuery } from "../../src/query/plan.ts";
import type { QuerySpec } from "../../src/query/spec.ts";
import { proveManifest } from "../../src/task/prove.ts";
import { manifestOf, smallSpec } from "../support/questions.ts";

describe("planQuery", () => {
  test("a plan proves, and its noise has the ε that was asked for", () => {
    for (const epsilon of ["0.1", "0.5", "1", "2.25"]) {
      const spec = { ...smallSpec, epsilon };
      const { noise, rho } = planQuery(spec);
      const mechanism = mechanismFrom(noise as NoiseEvent);
      if (!("epsilon" in mechanism)) throw new Error("Laplace");
      expect(Number(mechanism.epsilon.num) / Number(mechanism.epsilon.den)).toBe(Number(epsilon));
      expect(proveManifest(manifestOf(spec)).rho).toBe(BigInt(rho));
      // The KL bound of zCDP is below ε²/2, and never free.
      expect(Number(rho) / 1e9).toBeLessThanOrEqual(Number(epsilon) ** 2 / 2 + 1e-9);
    }
  });

  test("groups multiply cells, not the cost", () => {
    const grouped = { ...smallSpec, groupBy: { attribute: "site", values: ["a", "b", "c"] } } satisfies QuerySpec;
    expect(planQuery(grouped).rho).toBe(planQuery(smallSpec).rho);
    expect(planQuery(grouped).map.rows).toHaveLength(9);
    expect(planQuery(grouped).vdaf.length).toBe(10);
  });

  test("a week is seven days, in its bounds too", () => {
    const weekly: QuerySpec = { ...smallSpec, metric: "mvpa", per: "week", edges: [0, 150, 300, 6300] };
    const { source } = planQuery(weekly);
    expect(source).toMatchObject({ statistic: { times: 7 }, metric: "mvpa" });
    expect(() => planQuery({ ...weekly, per: "day" })).toThrow("0 to 900 min");
    expect(() => planQuery({ ...weekly, edges: [0, 6301] })).toThrow("0 to 6300 min");
  });

  test.each<[string, Partial<QuerySpec>]>([
    ['no attribute "shoeSize"', { groupBy: { attribute: "shoeSize", values: ["43"] } }],
    ["none of a week", { per: "week" }],
    ['no metric "mood"', { metric: "mood" }],
    ["daysMin 8 is more than the window's 7 days", { daysMin: 8 }],
    ["epsilon must be above 0", { epsilon: "0.000" }],
    ["ascend", { edges: [35, 70, 60, 110] }],
    ["twice", { groupBy: { attribute: "site", values: ["a", "a"] } }],
    ["public range", { edges: [0, 60] }],
    ["public range", { edges: [35, 200] }],
  ])("refuses: %s", (why, change) => {
    expect(() => planQuery({ ...smallSpec, ...change })).toThrow(expect.objectContaining({ code: "invalid_query" }));
    expect(() => planQuery({ ...smallSpec, ...change })).toThrow(why);
  });

  test("a refusal over the metric names the ones there are", () => {
    expect(() => planQuery({ ...smallSpec, metric: "mood" })).toThrow(
      expect.objectContaining({ hint: expect.stringContaining("rhr, hr_mean") }),
    );
  });

  test("the notice says what the device does, in the question's own numbers", () => {
    const { notice } = planQuery({ ...smallSpec, groupBy: { attribute: "ageBand", values: ["18-24"] } });
    for (const words of [
      "average daily resting heart rate",
      "7 days",
      "age band",
      "3 ranges",
      "at least 5 reports, empty ones included",
    ])
      expect(notice).toContain(words);
  });
});

/** P(|X + Y| ≤ h) for two discrete Laplace of scale 1/ε, summed over their lattice. */
function withinOfTwo(epsilon: number, h: number): number {
  const reach = Math.ceil(60 / epsilon);
  const norm = Math.tanh(epsilon / 2);
  const p = (k: number) => norm * Math.exp(-epsilon * Math.abs(k));
  let sum = 0;
  for (let x = -reach; x <= reach; x++) for (let s = -h; s <= h; s++) sum += p(x) * p(s - x);
  return sum;
}

describe("explainPlan", () => {
  test("the count's half-width is the smallest that holds 95 % of both aggregators' noise", () => {
    for (const epsilon of ["0.25", "1", "2"]) {
      const { countHalfWidth95: h } = explainPlan(planQuery({ ...smallSpec, epsilon }));
      expect(withinOfTwo(Number(epsilon), h)).toBeGreaterThanOrEqual(0.95);
      expect(withinOfTwo(Number(epsilon), h - 1)).toBeLessThan(0.95);
    }
  });

  test("costs are the plan's", () => {
    const plan = planQuery({ ...smallSpec, groupBy: { attribute: "site", values: ["a", "b"] } });
    expect(explainPlan(plan)).toMatchObject({ rho: Number(plan.rho) / 1e9, cells: 6, notice: plan.notice });
  });

  test("a mean's half-width is a release's own, not a formula of its own: never more than half the range", () => {
    const groupBy = { attribute: "site", values: ["a", "b", "c", "d", "e", "f"] } satisfies QuerySpec["groupBy"];
    const edges = Array.from({ length: 16 }, (_, i) => 35 + 5 * i);
    const plan = planQuery({ ...smallSpec, edges, groupBy, epsilon: "0.25" });
    const mean = (members: number) =>
      explainPlan(plan, [members]).predicted[0]?.widths95.find(({ statistic }) => statistic === "mean");
    expect(mean(30)?.halfWidth).toBe(37.5);
    expect(mean(1_000_000)?.halfWidth).toBeLessThan(0.2);
    expect(mean(3000)?.privacyHalfWidth).toBe(predictMeanHalfWidth({ edges, members: 500, epsilon: 0.25 }));
  });

  test("every statistic that the release's bins give is predicted", () => {
    const statistics = (edges: number[]) =>
      explainPlan(planQuery({ ...smallSpec, edges }), [100]).predicted[0]?.widths95.map(({ statistic }) => statistic);
    expect(statistics([35, 110])).toEqual(["count"]);
    expect(statistics([35, 60, 110])).toEqual(["count", "share>=60"]);
    expect(statistics([35, 60, 80, 110])).toEqual(["count", "mean", "p25", "median", "p75"]);
  });
});
