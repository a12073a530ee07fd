import fc from "fast-check";
import { expect, test } from "vitest";
import { scoreMember } from "../../../src/learning/device/score.ts";
import { daysBefore, end, plan } from "../days.ts";

test("reasons and bias add up to the log-odds", () => {
  const weight = fc.double({ min: -2, max: 2, noNaN: true });
  fc.assert(
    fc.property(fc.tuple(weight, weight, weight), fc.integer({ min: 0, max: 20_000 }), (weights, steps) => {
      const { probability, reasons, bias } = scoreMember(
        plan({ weights }),
        daysBefore(end, "steps", { 1: steps }),
        end,
      );
      const logOdds = reasons.reduce((sum, { contribution }) => sum + contribution, bias);
      expect(Math.log(probability / (1 - probability))).toBeCloseTo(logOdds, 9);
    }),
  );
});

test("reasons come largest first, in the member's words, and missing data is no reason", () => {
  const days = [...daysBefore(end, "visits", { 2: 1 }), ...daysBefore(end, "steps", { 1: 14_000 })];
  const { reasons, bias } = scoreMember(plan(), days, end);
  expect(bias).toBe(0.5);
  expect(reasons.map(({ feature }) => feature)).toEqual(["steps", "visits"]);
  expect(reasons[0]).toEqual({ feature: "steps", title: "steps", contribution: -2 });
  expect(reasons[1]?.contribution).toBeCloseTo(0.25 * 3.5, 12);
  expect(scoreMember(plan(), [], end).reasons.every(({ contribution }) => Math.abs(contribution) === 0)).toBe(true);
});

test("today itself is not looked at", () => {
  const days = daysBefore(end, "steps", { 0: 30_000, 1: 8000 });
  expect(scoreMember(plan(), days, end).probability).toBe(1 / (1 + Math.exp(-0.5)));
});
