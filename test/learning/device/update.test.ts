import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeVector } from "../../../src/contribution/vector.ts";
import { logisticScore, trainerOf } from "../../../src/learning/device/logistic.ts";
import { modelUpdate } from "../../../src/learning/device/update.ts";
import { daysNeeded, encoderOf } from "../../../src/learning/plan/encoder.ts";
import type { TrainingPlan } from "../../../src/learning/plan/plan.ts";
import type { MemberDay } from "../../../src/records/types.ts";
import { largestPerReport, standardMap, type VectorEncoder } from "../../../src/task/encoder.ts";
import { rowsOf } from "../../../src/task/linear-map.ts";
import type { Contribution } from "../../../src/task/stages.ts";
import { seededEntropy } from "../../privacy/entropy.ts";
import { end, plan } from "../days.ts";

const mapped = (encoder: VectorEncoder, { vector }: Contribution) =>
  rowsOf(standardMap(encoder)).map((row) => {
    let sum = 0;
    for (let i = 0; i < row.length; i += 2) sum += (row[i + 1] as number) * (vector[row[i] as number] as number);
    return sum;
  });
const update = (terms: TrainingPlan, days: readonly MemberDay[], seed = "update") =>
  modelUpdate({
    plan: terms,
    days,
    window: { start: end - daysNeeded(terms), end },
    trainer: trainerOf(terms),
    entropy: seededEntropy(seed),
  });
/** 56 days with visits on all of the first month's and on `last` of the second's. */
const month = (last: number): MemberDay[] =>
  Array.from({ length: 56 }, (_, i) => ({
    day: end - 56 + i,
    values: { visits: i < 28 + last ? 1 : 0, steps: i < 28 ? 11_000 : 500 },
  }));

describe("a vector's way", () => {
  test("encoded and mapped it is itself again; nothing is 0", () => {
    const bounded = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(bounded, (vector) => {
        const l2Squared = vector.reduce((sum, x) => sum + x * x, 1);
        const encoder: VectorEncoder = { kind: "vector", length: vector.length, bound: 9, l2Squared };
        const contribution = encodeVector(encoder, vector);
        expect(contribution.isNull).toBe(false);
        for (const x of contribution.vector) expect(x >= 0 && x <= 18).toBe(true);
        expect(contribution.vector.at(-1)).toBe(1);
        expect(mapped(encoder, contribution)).toEqual(vector.map((x) => x + 0));
        const nothing = encodeVector(encoder, undefined);
        expect(nothing.isNull).toBe(true);
        expect(nothing.vector).toEqual(new Array(vector.length + 1).fill(0));
        expect(mapped(encoder, nothing).every((x) => Math.abs(x) === 0)).toBe(true);
      }),
    );
  });

  test.each([
    ["too long", [3, 4, 0]],
    ["too short", [3]],
    ["outside the bound", [5, 0]],
    ["outside the norm", [4, 4]],
    ["not whole", [0.5, 0]],
    ["not a number", [Number.NaN, 0]],
  ])("one that is %s is a bug, not a report", (_, vector) => {
    const encoder: VectorEncoder = { kind: "vector", length: 2, bound: 4, l2Squared: 25 };
    expect(() => encodeVector(encoder, vector)).toThrow(expect.objectContaining({ code: "internal" }));
  });

  test("a circuit-valid lie is bounded by the encoder", () => {
    const encoder = encoderOf(plan());
    expect(largestPerReport(encoder)).toBeGreaterThanOrEqual(BigInt(2 * encoder.bound));
  });
});

describe("a member's update", () => {
  test("is minus the gradient on the weeks before the label's, clipped, scaled and rounded", () => {
    const terms = plan({ clip: 100, scale: 1 / 8 });
    const encoder = encoderOf(terms);
    const row = [(1 - 0.3) / 0.2, 1];
    for (const [last, label] of [
      [4, 1],
      [20, 0],
    ] as const) {
      const error = logisticScore(terms.weights, row) - label;
      const real = [...row, 1].map((x) => (-error * x) / 8);
      const contribution = update(terms, month(last));
      expect(contribution.isNull).toBe(false);
      for (const [j, x] of mapped(encoder, contribution).entries())
        expect(Math.abs(x - (real[j] as number))).toBeLessThan(1);
    }
  });

  test("is clipped", () => {
    const encoder = encoderOf(plan({ clip: 0.01 }));
    const norm = Math.hypot(...mapped(encoder, update(plan({ clip: 0.01 }), month(4))));
    expect(norm ** 2).toBeLessThanOrEqual(encoder.l2Squared);
    expect(Math.hypot(...mapped(encoderOf(plan()), update(plan(), month(4))))).toBeGreaterThan(50);
  });

  test("is null without a label: no days, or no sync since the anchor", () => {
    for (const days of [[], month(28).slice(0, 28), month(28).slice(0, 36)]) {
      const contribution = update(plan(), days);
      expect(contribution.isNull).toBe(true);
      expect(contribution.vector).toEqual([0, 0, 0, 0]);
    }
  });

  test("survives an engine that answers nonsense", () => {
    const gradient = Float32Array.of(Number.NaN, Infinity, -Infinity);
    const trainer = { ...trainerOf(plan()), gradient: () => ({ loss: Number.NaN, gradient }) };
    const entropy = seededEntropy("nonsense");
    const contribution = modelUpdate({
      plan: plan(),
      days: month(4),
      window: { start: end - daysNeeded(plan()), end },
      trainer,
      entropy,
    });
    expect(mapped(encoderOf(plan()), contribution)).toEqual([0, 0, 0]);
  });
});
