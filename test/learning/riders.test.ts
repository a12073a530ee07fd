import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { maskedUpdate } from "../../src/learning/device/masked-update.ts";
import { evaluationVector, trainingVector } from "../../src/learning/device/riders.ts";
import { normOf } from "../../src/learning/device/rounding.ts";
import { type AdaptiveClip, type EvaluationPlan, riderLayout } from "../../src/learning/plan/riders.ts";
import { roundingBounds } from "../../src/learning/plan/rounding-bounds.ts";
import { maskedMean } from "../../src/learning/server/masked-mean.ts";
import { heldOutMetric, nextClip, splitRiders } from "../../src/learning/server/riders.ts";
import { rotatedLength } from "../../src/math/rotation.ts";
import { discreteGaussian, l2SquaredSensitivity, rational } from "../../src/privacy/index.ts";
import { Random } from "../../src/simulate/random.ts";
import { seededEntropy } from "../privacy/entropy.ts";

const adaptiveClip: AdaptiveClip = { quantile: 0.5, rate: 0.2, share: 0.05, least: 0.001, most: 1000 };
const evaluation: EvaluationPlan = { heldOut: 0.2, losses: [0.5, 1, 2] };
const refused = expect.objectContaining({ code: "invalid_argument" });
const rotationSeed = Uint8Array.of(7);
const both = riderLayout({ cells: 5, clip: 2, adaptiveClip, evaluation });

const cell = fc.oneof(
  fc.double({ min: -1e3, max: 1e3, noNaN: true }),
  fc.constantFrom(0, -0, 1e300, -1e300, 1e-300, Number.NaN, Number.POSITIVE_INFINITY),
);
const update = fc.array(cell, { minLength: 5, maxLength: 5 });
const own = fc.record({
  right: fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(Number.NaN, -1, 7)),
  loss: fc.oneof(fc.double({ min: 0, max: 5, noNaN: true }), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY)),
});

describe("the joint bound", () => {
  test("is C/√(1−s): the squares of clip and bit add up to it, in the shares of ρ that the plan states", () => {
    const { clip, jointClip, bit } = both;
    expect(clip ** 2 + (bit?.size ?? 0) ** 2).toBeCloseTo(jointClip ** 2, 12);
    expect((bit?.size ?? 0) ** 2 / jointClip ** 2).toBeCloseTo(adaptiveClip.share, 12);
    expect(riderLayout({ cells: 5, clip: 2 })).toMatchObject({ jointClip: 2, length: 5 });
    // who is held out costs nothing more
    expect(riderLayout({ cells: 5, clip: 2, evaluation }).jointClip).toBe(2);
    expect(riderLayout({ cells: 5, clip: 2, adaptiveClip }).jointClip).toBe(jointClip);
  });

  test("holds for the integers that leave, whoever contributes what: the sensitivity that is charged", () => {
    const scale = 9;
    const bounds = roundingBounds(both.jointClip * scale, rotatedLength(both.length));
    let most = 0;
    fc.assert(
      fc.property(update, own, fc.boolean(), fc.string(), (raw, evaluated, trains, seed) => {
        const vector = trains ? trainingVector(both, raw) : evaluationVector(both, evaluation, evaluated);
        expect(normOf(vector)).toBeLessThanOrEqual(both.jointClip * (1 + 1e-12));
        const entropy = seededEntropy(seed);
        const integers = maskedUpdate(vector, { ...bounds, scale, clip: both.jointClip, rotationSeed }, entropy);
        const squared = integers.reduce((sum, x) => sum + x * x, 0);
        expect(squared).toBeLessThanOrEqual(bounds.l2Squared);
        most = Math.max(most, squared);
      }),
      { numRuns: 500 },
    );
    expect(most).toBeGreaterThan(0.7 * bounds.l2Squared);
  });

  test("is debited exactly: one draw of σ² costs l2Squared/2σ², bits and evaluation included, every round the same", () => {
    const sigmaSquared = rational(31_337n, 3n);
    let clip = 2;
    const costs = [0.3, 0.9, 0.1, 1].map((within) => {
      const layout = riderLayout({ cells: 5, clip, adaptiveClip, evaluation });
      // The scale follows the clip, so that their product, and with it every integer bound, stays.
      const { l2Squared } = roundingBounds(layout.jointClip * (18 / clip), rotatedLength(layout.length));
      clip = nextClip(clip, 200 * within - 100, 100, adaptiveClip);
      const { rho } = discreteGaussian({ sensitivity: l2SquaredSensitivity(BigInt(l2Squared)), sigmaSquared });
      expect(rho).toBe((BigInt(l2Squared) * 3n * 1_000_000_000n + 2n * 31_337n - 1n) / (2n * 31_337n));
      return rho;
    });
    expect(new Set(costs).size).toBe(1);
  });
});

describe("parts", () => {
  test("come apart again as what went in", () => {
    const sum = new Float64Array(both.length);
    const add = (vector: Float64Array) => {
      for (const [i, x] of vector.entries()) sum[i] = (sum[i] as number) + x;
    };
    add(trainingVector(both, [1, 0, 0, 0, 0])); // within
    add(trainingVector(both, [0, 0, 2, 0, 0])); // exactly on the bound: within
    add(trainingVector(both, [0, 30, 0, 40, 0])); // beyond: clipped to 1.2, 1.6
    add(evaluationVector(both, evaluation, { right: 0.75, loss: 0.5 }));
    add(evaluationVector(both, evaluation, { right: 0, loss: 9 }));
    const { update: updates, bits, evaluation: sums } = splitRiders(both, sum);
    for (const [i, x] of [1, 1.2, 2, 1.6, 0].entries()) expect(updates[i]).toBeCloseTo(x, 12);
    expect(bits).toBeCloseTo(1, 12);
    expect(sums?.balance).toBeCloseTo(0.5 - 1, 12);
    for (const [i, x] of [1, 0, 0, 1].entries()) expect(sums?.buckets[i]).toBeCloseTo(x, 12);
    if (sums === undefined) throw new Error("an evaluation was asked for");
    const metric = heldOutMetric(both, sums, 2, 3);
    expect(metric.accuracy).toBeCloseTo(0.375, 12);
    expect(metric.noiseSd).toBeCloseTo(3 / (4 * both.jointClip * Math.SQRT1_2), 12);
  });

  test("members who are held out tell in which bin of the probability they were, and what became of them", () => {
    const asked: EvaluationPlan = { ...evaluation, scores: [0.2, 0.6] };
    const layout = riderLayout({ cells: 5, clip: 2, evaluation: asked });
    expect(layout.length).toBe(5 + 1 + 4 + 6);
    const sum = new Float64Array(layout.length);
    const foreseen = (probability: number, came: boolean) => ({ probability, came });
    for (const own of [
      [foreseen(0.1, false)],
      [foreseen(0.2, true)],
      [foreseen(0.7, true), foreseen(0.1, false), foreseen(0.7, true), foreseen(0.7, true)],
      [foreseen(Number.NaN, true)],
      [],
    ]) {
      const vector = evaluationVector(layout, asked, { right: 1, loss: 0.1, foreseen: own });
      expect(normOf(vector)).toBeLessThanOrEqual(layout.jointClip * (1 + 1e-12));
      for (const [i, x] of vector.entries()) sum[i] = (sum[i] as number) + x;
    }
    const { evaluation: sums } = splitRiders(layout, sum);
    for (const [i, x] of [1.25, 0, 0].entries()) expect(sums?.scores?.not[i]).toBeCloseTo(x, 12);
    // A probability that is no number is in the highest bin, as a loss is.
    for (const [i, x] of [0, 1, 1.75].entries()) expect(sums?.scores?.came[i]).toBeCloseTo(x, 12);
    if (sums === undefined) throw new Error("an evaluation was asked for");
    const metric = heldOutMetric(layout, sums, 5, 3);
    expect(metric.scores?.noiseSd).toBeCloseTo(3 / (2 * Math.sqrt(1 / 3)), 12);
    expect(metric.accuracy).toBeCloseTo(1, 12);
    for (const scores of [[0.5, 0.5], [0.6, 0.2], Array.from({ length: 32 }, (_, i) => (i + 1) / 40)])
      expect(() => riderLayout({ cells: 1, clip: 1, evaluation: { ...evaluation, scores } })).toThrow(refused);
  });

  test("a plan without riders is an update alone, and nobody is evaluated", () => {
    const plain = riderLayout({ cells: 3, clip: 1 });
    expect([...trainingVector(plain, [0, 3, 4])].map((x) => x.toFixed(12))).toEqual(
      [0, 0.6, 0.8].map((x) => x.toFixed(12)),
    );
    expect(splitRiders(plain, Float64Array.of(1, 2, 3))).toEqual({
      update: Float64Array.of(1, 2, 3),
      bits: undefined,
      evaluation: undefined,
    });
    expect(() => evaluationVector(plain, evaluation, { right: 1, loss: 0 })).toThrow(refused);
  });

  test("what does not fit is refused", () => {
    expect(() => trainingVector(both, [1, 2])).toThrow(refused);
    expect(() => splitRiders(both, new Float64Array(3))).toThrow(refused);
    for (const cells of [0, 1.5, Number.NaN]) expect(() => riderLayout({ cells, clip: 1 })).toThrow(refused);
    for (const clip of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => riderLayout({ cells: 1, clip })).toThrow(refused);
    for (const losses of [[1, 1], [2, 1], Array.from({ length: 32 }, (_, i) => i + 1)])
      expect(() => riderLayout({ cells: 1, clip: 1, evaluation: { heldOut: 0.1, losses } })).toThrow(refused);
    for (const wrong of [{ share: 0 }, { share: 0.6 }, { least: 2, most: 1 }])
      expect(() => riderLayout({ cells: 1, clip: 1, adaptiveClip: { ...adaptiveClip, ...wrong } })).toThrow(refused);
  });
});

describe("the next clip", () => {
  test("is the paper's: C·exp(−η(b̄ − γ)), with values computed in Python", () => {
    // 3·exp(−0.2·(0.8 − 0.5)), 3·exp(−0.2·(0.1 − 0.5))
    expect(nextClip(3, 60, 100, adaptiveClip)).toBeCloseTo(2.825293600752746, 12);
    expect(nextClip(3, -80, 100, adaptiveClip)).toBeCloseTo(3.249861203024876, 12);
  });

  test("moves by a factor e^η at most, whatever the noise, and stays between its bounds", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 1000 }), fc.double({ min: -1e9, max: 1e9 }), (clip, bits) => {
        if (Number.isNaN(clip) || Number.isNaN(bits)) return;
        const next = nextClip(clip, bits, 100, adaptiveClip);
        expect(next).toBeGreaterThanOrEqual(Math.max(adaptiveClip.least, clip * Math.exp(-0.2) * (1 - 1e-12)));
        expect(next).toBeLessThanOrEqual(Math.min(adaptiveClip.most, clip * Math.exp(0.2) * (1 + 1e-12)));
      }),
    );
    expect(() => nextClip(1, Number.NaN, 100, adaptiveClip)).toThrow(refused);
    expect(() => nextClip(1, 0, 0, adaptiveClip)).toThrow(refused);
  });

  test.each([
    [0.5, 0.1],
    [0.5, 60],
    [0.8, 8],
  ])(
    "finds the %s quantile of norms from %s, through rotation, rounding and both aggregators' noise",
    (quantile, from) => {
      const plan = { ...adaptiveClip, quantile };
      const random = new Random(`norms ${quantile} ${from}`);
      const members = 300;
      const norms = Array.from({ length: members }, () => random.logNormal(2, 0.5));
      let clip = from;
      let around = 0;
      for (let round = 0; round < 50; round++) {
        const layout = riderLayout({ cells: 5, clip, adaptiveClip: plan });
        const dimension = rotatedLength(layout.length);
        const scale = 400 / clip;
        const bounds = roundingBounds(layout.jointClip * scale, dimension);
        const sensitivity = l2SquaredSensitivity(BigInt(bounds.l2Squared));
        const mechanism = discreteGaussian({ sensitivity, rho: rational(1n, 20n) });
        const entropy = seededEntropy(`round ${round}`);
        const sum = [mechanism, mechanism]
          .map((one) => one.drawNoise(entropy, dimension))
          .reduce((a, b) => a.map((x, i) => x + (b[i] as bigint)));
        for (const norm of norms) {
          const vector = trainingVector(layout, [0, norm, 0, 0, 0]);
          const integers = maskedUpdate(vector, { ...bounds, scale, clip: layout.jointClip, rotationSeed }, entropy);
          for (const [i, x] of integers.entries()) sum[i] = (sum[i] as bigint) + BigInt(x);
        }
        const { bits } = splitRiders(
          layout,
          maskedMean(sum, { scale, rotationSeed, length: layout.length, denominator: 1 }),
        );
        clip = nextClip(clip, bits as number, members, plan);
        if (round >= 40) around += norms.filter((norm) => norm <= clip).length / members / 10;
      }
      expect(Math.abs(around - quantile)).toBeLessThan(0.05);
    },
  );
});
