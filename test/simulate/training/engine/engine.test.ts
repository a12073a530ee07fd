import { describe, expect, test } from "vitest";
import { localUpdate } from "../../../../src/learning/device/contribution.ts";
import { maskedUpdate } from "../../../../src/learning/device/masked-update.ts";
import { trainingVector } from "../../../../src/learning/device/riders.ts";
import { riderLayout } from "../../../../src/learning/plan/riders.ts";
import { roundingBounds } from "../../../../src/learning/plan/rounding-bounds.ts";
import { maskedMean } from "../../../../src/learning/server/masked-mean.ts";
import { rotatedLength } from "../../../../src/math/rotation.ts";
import { plainEngine } from "../../../../src/math/tensor/trainer.ts";
import type { Trainer } from "../../../../src/ports/training-engine.ts";
import { rational } from "../../../../src/privacy/index.ts";
import { cohorts } from "../../../../src/simulate/training/engine/cohort.ts";
import { measure } from "../../../../src/simulate/training/engine/measure.ts";
import { type NoiseSource, releases } from "../../../../src/simulate/training/engine/noise.ts";
import { examplesOf, poolOfPeople, sharedPool } from "../../../../src/simulate/training/engine/pool.ts";
import { simulateTraining, type TrainingSetup } from "../../../../src/simulate/training/engine/rounds.ts";
import { seededEntropy } from "../../../privacy/entropy.ts";
import { architecture, runnerOf, toyPeople, toyPool, toySetup } from "./toys.ts";

const trainer = plainEngine.open(architecture) as Trainer;
const accuracyOf = (weights: Float32Array) =>
  measure(trainer, weights, toyPool(40, "others"), architecture.output).accuracy;
const run = { members: 900, dropout: 0, seed: "a" };
const everything: Partial<TrainingSetup> = {
  rho: rational(1n, 2n),
  adaptiveClip: { quantile: 0.5, rate: 0.2, share: 0.05, least: 0.01, most: 10 },
  evaluation: { heldOut: 0.2, losses: [0.5, 1] },
  optimiser: { kind: "fedadam", learningRate: 0.1, beta1: 0.9, beta2: 0.99, adaptivity: 0.01 },
};

describe("a simulated training", () => {
  test("has the same bits however many threads there are, in whatever order they end, on shared memory and not", async () => {
    const pool = toyPool(900);
    const results = await Promise.all(
      [1, 2, 3, 7].map((size) =>
        simulateTraining(
          toySetup(everything),
          size === 2 ? sharedPool(pool) : pool,
          { ...run, dropout: 0.1 },
          runnerOf(size),
        ),
      ),
    );
    for (const result of results) expect(result).toEqual(results[0]);
    const [first] = results;
    const other = await simulateTraining(toySetup(everything), pool, { ...run, seed: "b" }, runnerOf(1));
    expect(other.weights).not.toEqual(first?.weights);
  });

  test("without noise is FedAvg: the mean of the devices' clipped updates, round after round", async () => {
    const pool = toyPool(30);
    const setup = toySetup({ rounds: 4, fineness: 2 ** 24, clip: 0.3 });
    const { weights } = await simulateTraining(setup, pool, { ...run, members: 30 }, runnerOf(2));
    const layout = riderLayout({ cells: weights.length, clip: 0.3 });
    let byHand = Float64Array.from(setup.initial);
    for (let round = 0; round < 4; round++) {
      const sum = new Float64Array(byHand.length);
      for (let p = 0; p < 30; p++) {
        const update = localUpdate(trainer, setup, Float32Array.from(byHand), examplesOf(pool, p));
        for (const [i, x] of trainingVector(layout, update).entries()) sum[i] = (sum[i] as number) + x;
      }
      byHand = byHand.map((w, i) => w + (sum[i] as number) / 30);
    }
    for (const [i, w] of weights.entries()) expect(Math.abs(w - (byHand[i] as number))).toBeLessThan(1e-5);
  });

  test("learns, and learns less the less it may tell", async () => {
    const accuracies = [];
    for (const rho of [undefined, rational(1n, 10n), rational(1n, 100_000n)])
      accuracies.push(
        accuracyOf((await simulateTraining(toySetup({ rho, rounds: 8 }), toyPool(300), run, runnerOf(1))).weights),
      );
    const [free, some, little] = accuracies as [number, number, number];
    expect(free).toBeGreaterThan(0.75);
    expect(some).toBeGreaterThan(free - 0.05);
    expect(little).toBeLessThan(free - 0.1);
  });

  test("repeats its people where there are more members, which changes nothing but the noise's weight", async () => {
    const pool = toyPool(30);
    const once = await simulateTraining(toySetup({ fineness: 2 ** 24 }), pool, { ...run, members: 30 }, runnerOf(1));
    const many = await simulateTraining(toySetup({ fineness: 2 ** 24 }), pool, { ...run, members: 900 }, runnerOf(1));
    for (const [i, w] of many.weights.entries()) expect(Math.abs(w - (once.weights[i] as number))).toBeLessThan(1e-5);
  });

  test("turns back where the members who are held out say so, and ends at the best model", async () => {
    const setup = toySetup({
      rounds: 12,
      fineness: 2 ** 24,
      clip: 100,
      evaluation: { heldOut: 0.3, losses: [] },
      // far too large a step from the third model on: momentum runs away
      optimiser: { kind: "fedavgm", learningRate: 60, momentum: 0.99 },
      decisions: { rollback: { certainty: 0, patience: 1, most: 2 } },
    });
    const trained = await simulateTraining(setup, toyPool(60), { ...run, members: 60 }, runnerOf(1));
    expect(trained.rollbacks).toBe(2);
    expect(trained.ended).toBe("stopped");
    const said = trained.rounds.map(({ heldOut }) => heldOut?.accuracy ?? Number.NaN);
    const ends = { rounds: trained.rounds.length, best: Math.max(...said) };
    expect(ends.rounds).toBeLessThan(12);
    expect(accuracyOf(trained.weights)).toBeGreaterThan(ends.best - 0.15);
  });

  test("counts who drops out, and ends without a sum where noise is made for more than are left", async () => {
    const setup = toySetup({ noise: { kind: "shares", honest: 60 }, rho: rational(1n, 10n) });
    const { rounds } = await simulateTraining(setup, toyPool(100), { ...run, members: 100, dropout: 0.2 }, runnerOf(1));
    for (const { present } of rounds) expect(Math.abs(present - 80)).toBeLessThan(20);
    await expect(
      simulateTraining(setup, toyPool(100), { ...run, members: 100, dropout: 0.9 }, runnerOf(1)),
    ).rejects.toMatchObject({ code: "round_aborted" });
  });

  test("with correlated noise is divided by those who take part in a round, and never runs beyond what is accounted", async () => {
    const stream = { rounds: 6, separation: 3, coefficients: [4, 2, 1] };
    const evaluation = { heldOut: 0.5, losses: [] };
    const setup = toySetup({ stream, evaluation, rounds: 6, fineness: 2 ** 24, clip: 100 });
    const one = { ...run, members: 1200 };
    const { rounds } = await simulateTraining(setup, toyPool(300), one, runnerOf(1));
    for (const { present, heldOut } of rounds) {
      expect(Math.abs(present - 400)).toBeLessThan(100);
      // three classes, and a model that begins with answering always the same
      expect(heldOut?.accuracy).toBeGreaterThan(0.15);
      expect(heldOut?.accuracy).toBeLessThan(1);
    }
    expect(rounds.at(-1)?.heldOut?.accuracy).toBeGreaterThan(0.6);
    const beyond = toySetup({ stream, rounds: 7, rho: rational(1n, 1n) });
    await expect(simulateTraining(beyond, toyPool(30), run, runnerOf(1))).rejects.toMatchObject({
      code: "invalid_argument",
    });
  });

  test("needs members with data", async () => {
    const refused = { code: "invalid_argument" };
    await expect(simulateTraining(toySetup(), toyPool(0), run, runnerOf(1))).rejects.toMatchObject(refused);
    await expect(simulateTraining(toySetup(), toyPool(3), { ...run, members: 0 }, runnerOf(1))).rejects.toMatchObject(
      refused,
    );
    expect(() => poolOfPeople([{ rows: [1, 2, 3], labels: [0] }], 4)).toThrow(
      expect.objectContaining({ code: "invalid_data" }),
    );
    expect(() => poolOfPeople([{ rows: [1, 2, 3, Number.NaN], labels: [0] }], 4)).toThrow(
      expect.objectContaining({ code: "invalid_data" }),
    );
  });
});

describe("a released sum", () => {
  const layout = riderLayout({ cells: 60, clip: 2 });
  const options = { rounds: 4, stream: undefined, fineness: 2000, seed: "noise", rho: undefined } as const;
  const central: NoiseSource = { kind: "central" };

  test("differs from the devices' own rounded integers by no more than rounding does", () => {
    const members = 400;
    const bounds = roundingBounds(options.fineness, rotatedLength(60));
    const scale = options.fineness / 2;
    const rotationSeed = Uint8Array.of(3);
    const total = new Array<bigint>(64).fill(0n);
    const plain = new Float64Array(60);
    for (let m = 0; m < members; m++) {
      const vector = trainingVector(
        layout,
        Float64Array.from({ length: 60 }, (_, i) => Math.sin(m + 7 * i)),
      );
      const integers = maskedUpdate(vector, { ...bounds, scale, clip: 2, rotationSeed }, seededEntropy(`${m}`));
      for (const [i, x] of integers.entries()) total[i] = (total[i] as bigint) + BigInt(x);
      for (const [i, x] of vector.entries()) plain[i] = (plain[i] as number) + x;
    }
    const devices = maskedMean(total, { scale, rotationSeed, length: 60, denominator: 1 });
    const { sum } = releases({ ...options, source: central })(0, layout, plain, members);
    const rms = (a: Float64Array) => Math.sqrt(a.reduce((all, x, i) => all + (x - (plain[i] as number)) ** 2, 0) / 60);
    // a half a member at most, in integer units; devices' fractions are spread evenly: √(1/6)
    expect(rms(sum) * scale).toBeGreaterThan(7);
    expect(rms(sum) * scale).toBeLessThan(13);
    expect(rms(devices) * scale).toBeLessThan(rms(sum) * scale);
    expect(rms(devices) * scale).toBeGreaterThan(4);
  });

  test.each([
    [{ kind: "central" }, 1],
    [{ kind: "two-aggregators" }, 2],
    [{ kind: "shares", honest: 50 }, 2],
  ] as const)("carries the noise that is stated: %o", (source, factor) => {
    const wide = riderLayout({ cells: 2000, clip: 2 });
    const { l2Squared } = roundingBounds(options.fineness, 2048);
    const release = releases({ ...options, source, rho: rational(1n, 1n) });
    const { sum, noiseSd } = release(0, wide, new Float64Array(2000), 100);
    const scale = options.fineness / 2;
    // a quarter of ρ a round: σ² = Δ²/2ρ
    const expected = Math.sqrt((factor * l2Squared) / (2 * 0.25)) / scale;
    expect(noiseSd).toBeCloseTo(expected, 6);
    const rms = Math.sqrt(sum.reduce((all, x) => all + x * x, 0) / 2000);
    expect(Math.abs(rms / expected - 1)).toBeLessThan(0.06);
  });

  test("of a stream carries correlated noise: sums over rounds have less of it", () => {
    const wide = riderLayout({ cells: 2000, clip: 2 });
    const stream = { rounds: 16, separation: 4, coefficients: [256, 128, 96, 80] };
    const spread = (plan: typeof stream) => {
      const release = releases({ ...options, source: central, rho: rational(1n, 1n), stream: plan });
      const total = new Float64Array(2000);
      for (let round = 0; round < 16; round++)
        for (const [i, x] of release(round, wide, new Float64Array(2000), 0).sum.entries())
          total[i] = (total[i] as number) + x;
      return Math.sqrt(total.reduce((all, x) => all + x * x, 0) / 2000);
    };
    expect(spread(stream)).toBeLessThan(0.75 * spread({ ...stream, coefficients: [1] }));
  });
});

describe("a cohort", () => {
  const options = { members: 2000, people: 7, heldOut: 0.25, separation: 4, dropout: 0.1, seed: "c" };

  test("is the same for equal seeds; members keep their slot and whether they are held out", () => {
    const [a, b] = [cohorts(options), cohorts(options)];
    for (const round of [0, 1, 5]) expect(a(round)).toEqual(b(round));
    const sums = [0, 1, 2, 3].map((round) => a(round).present);
    expect(Math.abs(sums.reduce((x, y) => x + y, 0) - 1800)).toBeLessThan(100);
    const still = cohorts({ ...options, dropout: 0 });
    expect(still(0)).toEqual(still(4));
    const all = [0, 1, 2, 3].map(still);
    expect(all.reduce((sum, { present }) => sum + present, 0)).toBe(2000);
    const held = all.reduce((sum, { heldOut }) => sum + heldOut.reduce((x, y) => x + y, 0), 0);
    expect(Math.abs(held - 500)).toBeLessThan(100);
  });
});

test("measures: accuracy, macro-F1 and what differs between groups, of answers that are known", () => {
  const people = [
    { rows: [1, 0, 0, 0, 0, 1, 0, 0], labels: [0, 1], group: "a" },
    { rows: [1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0], labels: [1, 0, 1], group: "b" },
  ];
  // class 0 where the first number is 1, class 1 where the second is
  const weights = new Float32Array(trainer.parameters);
  weights[0] = 5;
  weights[4] = 5;
  const told = measure(trainer, weights, poolOfPeople(people, 4), architecture.output);
  expect(told).toMatchObject({ rows: 5, accuracy: 0.8, groups: [{ group: "a", accuracy: 1 }, { group: "b" }] });
  expect(told.groups[1]?.accuracy).toBeCloseTo(2 / 3, 12);
  expect(told.gap).toBeCloseTo(1 / 3, 12);
  // class 0: 2 hits of 3 answers and 2 labels; class 1: 2 of 2 and 3; class 2 never
  expect(told.macroF1).toBeCloseTo((4 / 5 + 4 / 5 + 0) / 3, 12);
  expect(toyPeople(3)).toEqual(toyPeople(3));
});
