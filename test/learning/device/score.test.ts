import fc from "fast-check";
import { expect, test } from "vitest";
import { scoreMember } from "../../../src/learning/device/score.ts";
import type { MemberDay } from "../../../src/records/types.ts";
import { plainTrainer } from "../../../src/simulate/training/index.ts";
import { builtIn } from "../../../src/task/metrics.ts";
import { daysBefore, end, training } from "../days.ts";

const own = Float32Array.of(0.25, -1, 0.5);
const score = (days: readonly MemberDay[], weights = own) =>
  scoreMember({ training: training(), weights }, plainTrainer(training()), days, { today: end, registry: builtIn });

test("reasons and bias add up to the log-odds", () => {
  const weight = fc.float({ min: -2, max: 2, noNaN: true });
  fc.assert(
    fc.property(fc.tuple(weight, weight, weight), fc.integer({ min: 0, max: 20_000 }), (weights, steps) => {
      const { probability, reasons, bias } = score(daysBefore(end, "steps", { 1: steps }), Float32Array.from(weights));
      const logOdds = reasons.reduce((sum, { contribution }) => sum + contribution, bias);
      // Probabilities are of single precision.
      expect(Math.abs(1 / (1 + Math.exp(-logOdds)) - probability)).toBeLessThan(1e-6);
    }),
  );
});

test("reasons come largest first, in the member's words, and missing data is no reason", () => {
  const days = [...daysBefore(end, "visits", { 2: 1 }), ...daysBefore(end, "steps", { 1: 14_000 })];
  const { reasons, bias } = score(days);
  expect(bias).toBe(0.5);
  expect(reasons.map(({ feature }) => feature)).toEqual(["steps", "visits"]);
  expect(reasons[0]).toEqual({ feature: "steps", title: "steps", contribution: -2 });
  expect(reasons[1]?.contribution).toBeCloseTo(0.25 * 3.5, 6);
  expect(score([]).reasons.every(({ contribution }) => Math.abs(contribution) === 0)).toBe(true);
});

test("today itself is not looked at", () => {
  expect(score(daysBefore(end, "steps", { 0: 30_000, 1: 8000 })).probability).toBeCloseTo(1 / (1 + Math.exp(-0.5)), 6);
});

test("a model of several classes, or of a value, is no score", () => {
  const output = { kind: "softmax", units: 3 } as const;
  const classes = training({ architecture: { input: [2], layers: [], output } });
  const model = { training: classes, weights: new Float32Array(9) };
  expect(() => scoreMember(model, plainTrainer(classes), [], { today: end, registry: builtIn })).toThrow(
    expect.objectContaining({ code: "unsupported" }),
  );
});
