import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromBase64Url, utf8 } from "../../../src/base/bytes.ts";
import { encodeVector, encodeWords } from "../../../src/contribution/vector.ts";
import { isHeldOut } from "../../../src/learning/device/coins.ts";
import { roundContribution } from "../../../src/learning/device/contribution.ts";
import { daysNeeded } from "../../../src/learning/plan/training/examples.ts";
import type { TrainingManifest } from "../../../src/learning/plan/training/manifest.ts";
import { splitRiders } from "../../../src/learning/server/riders.ts";
import { rotateBack } from "../../../src/math/rotation.ts";
import type { Trainer } from "../../../src/ports/training-engine.ts";
import type { MemberDay } from "../../../src/records/types.ts";
import { plainTrainer } from "../../../src/simulate/training/index.ts";
import { standardMap, type VectorEncoder } from "../../../src/task/encoder.ts";
import { rowsOf } from "../../../src/task/linear-map.ts";
import { builtIn } from "../../../src/task/metrics.ts";
import type { Contribution } from "../../../src/task/stages.ts";
import { seededEntropy } from "../../privacy/entropy.ts";
import { checked, end } from "../days.ts";

const mapped = (encoder: VectorEncoder, { vector }: Contribution) =>
  rowsOf(standardMap(encoder)).map((row) => {
    let sum = 0;
    for (let i = 0; i < row.length; i += 2) sum += (row[i + 1] as number) * (vector[row[i] as number] as number);
    return sum;
  });
const weights = Float32Array.of(0.25, -1, 0.5);
const secretOf = (i: number) => new Uint8Array(16).fill(i);
interface Given {
  readonly trainer?: Trainer;
  readonly secret?: Uint8Array;
  readonly seed?: string;
}
const contribution = (
  change: Partial<TrainingManifest>,
  days: readonly MemberDay[],
  { trainer, secret = secretOf(0), seed = "update" }: Given = {},
) => {
  const one = checked(change);
  return roundContribution({
    ...{ checked: one, days, weights, secret, registry: builtIn, entropy: seededEntropy(seed) },
    window: { start: end - daysNeeded(one.training), end },
    trainer: trainer ?? plainTrainer(one.training),
  });
};
/** In model units, as the server sees one member. */
const parts = (change: Partial<TrainingManifest>, vector: readonly number[]) => {
  const { training, bounds } = checked(change);
  const back = rotateBack(vector, fromBase64Url(training.update.rotation), bounds.riders.length);
  return splitRiders(
    bounds.riders,
    back.map((x) => x / training.update.scale),
  );
};
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

  test("words: the same, whatever the bits; beyond its norm it is a bug", () => {
    const encoder = { kind: "words", length: 2, bits: 16, l2Squared: 25 } as const;
    expect(encodeWords(encoder, [3, -4])).toEqual({ vector: [3, -4], isNull: false });
    expect(encodeWords(encoder, undefined)).toEqual({ vector: [0, 0], isNull: true });
    for (const bad of [[3, 5], [3], [0.5, 0], [Number.NaN, 0], [2 ** 53, 0]])
      expect(() => encodeWords(encoder, bad)).toThrow(expect.objectContaining({ code: "internal" }));
  });
});

describe("a member's update", () => {
  const wide = { update: { clip: 100, scale: 1000, rotation: `${"B".repeat(21)}A` } };

  test("is minus the gradient on the weeks before the label's, clipped, rotated, scaled and rounded", () => {
    const row = [(1 - 0.3) / 0.2, 1];
    for (const [last, label] of [
      [4, 1],
      [20, 0],
    ] as const) {
      const logOdds = (row[0] as number) * 0.25 - (row[1] as number) + 0.5;
      const error = 1 / (1 + Math.exp(-logOdds)) - label;
      const { vector, isNull } = contribution(wide, month(last));
      expect([isNull, vector.length]).toEqual([false, 4]);
      const { update } = parts(wide, vector);
      for (const [j, x] of [...row, 1].entries()) expect(update[j]).toBeCloseTo(-error * x, 2);
    }
  });

  test("several epochs and batches, with momentum or FedProx, are what the trainer makes of them", () => {
    const local = { epochs: 3, batchSize: 1, learningRate: 0.1, momentum: 0.5, proximal: 0.2 };
    const { update } = parts(wide, contribution({ ...wide, local }, month(4)).vector);
    const one = checked({ ...wide, local });
    const trainer = plainTrainer(one.training);
    const trained = weights.slice();
    const examples = { rows: Float32Array.of((1 - 0.3) / 0.2, 1), labels: Float32Array.of(1) };
    trainer.train(trained, examples, { ...local, proximal: { mu: 0.2 } });
    trained.forEach((w, i) => {
      expect(update[i]).toBeCloseTo(w - (weights[i] as number), 2);
    });
  });

  test("is clipped", () => {
    const small = { update: { ...wide.update, clip: 0.01, scale: 10_000 } };
    const { vector } = contribution(small, month(4));
    expect(vector.reduce((sum, x) => sum + x * x, 0)).toBeLessThanOrEqual(checked(small).bounds.l2Squared);
    expect(Math.hypot(...parts(small, vector).update)).toBeCloseTo(0.01, 3);
  });

  test("of a hundred times what is learnt is clipped to the same bound: one member moves no more than any other", () => {
    const honest = plainTrainer(checked().training);
    const train: Trainer["train"] = (own, examples, options) =>
      honest.train(own, examples, { ...options, learningRate: 100 * options.learningRate });
    const { vector } = contribution({}, month(4), { trainer: { ...honest, train } });
    expect(Math.hypot(...vector) ** 2).toBeLessThanOrEqual(checked().bounds.l2Squared);
    expect(Math.hypot(...parts({}, vector).update)).toBeLessThan(1.02);
  });

  test("is null without a label: no days, or no sync since the anchor", () => {
    for (const days of [[], month(28).slice(0, 28), month(28).slice(0, 36)])
      expect(contribution({}, days)).toEqual({ vector: [0, 0, 0, 0], isNull: true });
  });

  test("is null where the model leaves the finite numbers on the member's days, in either sharing", () => {
    const huge = { local: { epochs: 100, batchSize: 1, learningRate: 100, momentum: 0, proximal: 100 } };
    for (const sharing of [checked().training.sharing, { kind: "verified" as const }]) {
      const one = contribution({ ...huge, sharing }, month(4));
      expect(one.isNull).toBe(true);
      expect(one.vector.every((x) => x === 0)).toBe(true);
    }
  });

  test("survives an engine that answers nonsense", () => {
    const train: Trainer["train"] = (own) => {
      own.set([Number.NaN, Infinity, -Infinity]);
      return { loss: Number.NaN, steps: 1 };
    };
    const trainer = { ...plainTrainer(checked().training), train };
    const { vector, isNull } = contribution({}, month(4), { trainer });
    expect(isNull).toBe(false);
    expect(vector.every((x) => Math.abs(x) === 0)).toBe(true);
  });
});

describe("a member who is held out", () => {
  const evaluation = { heldOut: 0.5, losses: [0.5, 1, 2] };
  const out = { evaluation };
  const run = utf8(checked().training.run);
  const judge = Array.from({ length: 64 }, (_, i) => secretOf(i)).find((secret) => isHeldOut(secret, run, evaluation));
  const pupil = Array.from({ length: 64 }, (_, i) => secretOf(i)).find((secret) => !isHeldOut(secret, run, evaluation));
  if (judge === undefined || pupil === undefined) throw new Error("a coin has two sides");

  test("tells how the model did, and nothing of an update; whoever trains tells nothing of that", () => {
    const fine = { ...out, update: { clip: 1, scale: 10_000, rotation: "A".repeat(22) } };
    const seen = parts(fine, contribution(fine, month(4), { secret: judge }).vector);
    expect(Math.hypot(...seen.update)).toBeLessThan(0.01);
    expect(Math.abs(seen.evaluation?.balance ?? 0)).toBeCloseTo(1, 2);
    expect(seen.evaluation?.buckets.reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 2);
    const trained = parts(fine, contribution(fine, month(4), { secret: pupil }).vector);
    expect(Math.hypot(...trained.update)).toBeGreaterThan(0.1);
    expect(Math.abs(trained.evaluation?.balance ?? 1)).toBeLessThan(0.01);
  });

  test("without an example it is null too, and of the same size", () => {
    const [none, some] = [contribution(out, [], { secret: judge }), contribution(out, month(4), { secret: judge })];
    expect([none.isNull, none.vector.length]).toEqual([true, some.vector.length]);
  });
});
