// Overlapping rounds in simulation: the schedule of devices that come by, and a training by it.
import { describe, expect, test } from "vitest";
import { plainEngine } from "../../../../src/math/tensor/trainer.ts";
import { rational } from "../../../../src/privacy/rational.ts";
import { overlapFigures, simulateOverlapStudy } from "../../../../src/simulate/index.ts";
import { Random } from "../../../../src/simulate/random.ts";
import { type ArrivalOptions, schedule } from "../../../../src/simulate/training/engine/arrivals.ts";
import { simulateLocal } from "../../../../src/simulate/training/engine/local.ts";
import { simulateOverlapped } from "../../../../src/simulate/training/engine/overlapped.ts";
import { sharedPool } from "../../../../src/simulate/training/engine/pool.ts";
import {
  type LocalRunner,
  simulateTraining,
  type TrainingSetup,
} from "../../../../src/simulate/training/engine/rounds.ts";
import type { TrainingStudyOptions } from "../../../../src/simulate/training/study/options.ts";
import { splitPeople } from "../../../../src/simulate/training/study/people.ts";

const options = (change: Partial<ArrivalOptions> = {}): ArrivalOptions => ({
  ...{ members: 200, rounds: 24, overlap: 1, goal: 160, deadline: 72 },
  ...{ visits: { median: 24, spread: 0.7 }, seed: "arrivals" },
  ...change,
});

describe("the schedule", () => {
  test.each([1, 2, 4, 8])("of %i open: never more, each on the newest model, closed by count or time", (overlap) => {
    const rounds = schedule(options({ overlap }));
    expect(rounds.map(({ number }) => number).sort((a, b) => a - b)).toEqual(Array.from({ length: 24 }, (_, i) => i));
    for (const [i, round] of rounds.entries()) {
      if (i > 0) expect(round.closed).toBeGreaterThanOrEqual(rounds[i - 1]?.closed as number);
      // What was closed by the moment that it opened is what its model is made of.
      expect(round.steps).toBe(round.opened === 0 ? 0 : rounds.filter(({ closed }) => closed <= round.opened).length);
      const came = round.answered.reduce((sum, one) => sum + one, 0);
      if (round.closed - round.opened < 72) expect(came).toBe(160);
      const beside = rounds.filter((one) => one.opened <= round.opened && one.closed > round.opened);
      expect(beside.length).toBeLessThanOrEqual(overlap);
    }
  });

  test("of one open takes the time of all rounds, and four a quarter or so; the same seed the same times", () => {
    const last = (overlap: number) => schedule(options({ overlap })).at(-1)?.closed as number;
    expect(last(4)).toBeLessThan(last(1) / 3);
    expect(last(4)).toBe(last(4));
  });

  test("closes at the deadline with whoever came", () => {
    const [first] = schedule(options({ goal: 200, deadline: 1, rounds: 1 }));
    expect(first?.closed).toBe(1);
    const came = first?.answered.reduce((sum, one) => sum + one, 0) ?? 0;
    expect(came).toBeGreaterThan(0);
    expect(came).toBeLessThan(60);
  });

  test("with a goal beyond the members is none", () => {
    expect(() => schedule(options({ goal: 201 }))).toThrow(expect.objectContaining({ code: "invalid_argument" }));
  });
});

/** Two classes along one of two columns, twenty rows a person. */
const people = Array.from({ length: 30 }, (_, p) => {
  const random = new Random(`person ${p}`);
  const rows = Array.from({ length: 20 }, () => Float32Array.of(random.normal(), random.normal()));
  return { rows, labels: rows.map(([x = 0]) => (x + random.normal(0, 0.3) > 0 ? 1 : 0)) };
});
const architecture = { input: [2] as const, layers: [], output: { kind: "softmax", units: 2 } as const };
const training = {
  ...{ title: "t", architecture, initial: new Float32Array(6), bits: 32 as const, rounds: 12, clip: 1 },
  local: { epochs: 1, batchSize: 32, learningRate: 0.2, momentum: 0, proximal: 0 },
  optimiser: { kind: "fedavg", learningRate: 1 } as const,
};
const runner: LocalRunner = { size: 1, local: async (job) => simulateLocal(plainEngine, job) };
const study: TrainingStudyOptions = {
  ...{ training, people: { people, inputs: 2, prepare: (all) => all.map(({ rows }) => rows) } },
  ...{ notes: [], members: [60], epsilons: [8], delta: 1e-6, repeats: 1, seed: "s", heldOut: 0.2, dropout: 0 },
  noise: { kind: "two-aggregators" },
};
const overlaps = { overlaps: [3], share: 0.8, deadline: 72, visits: { median: 24, spread: 0.7 } };

describe("a training by the schedule", () => {
  test("of one open and all members is one round after the other, to the bit", async () => {
    const { title: _, bits: __, ...rest } = training;
    const setup: TrainingSetup = { ...rest, rho: rational(1n, 2n), noise: study.noise, fineness: 1e5 };
    const pool = sharedPool(splitPeople(study.people, 0.2, "s").training);
    const plain = await simulateTraining(setup, pool, { members: 60, dropout: 0, seed: "s" }, runner);
    const rounds = schedule(options({ members: 60, goal: 60, rounds: 12, deadline: 1e4 }));
    const steps: number[] = [];
    const weights = await simulateOverlapped(setup, pool, { rounds, expected: 60, seed: "s" }, runner, (_, round) => {
      steps.push(round.steps);
    });
    expect(weights).toEqual(plain.weights);
    expect(steps).toEqual(Array.from({ length: 12 }, (_, i) => i));
  });

  test("tells how long each takes to an accuracy, with one round after the other beside it", async () => {
    const told = await simulateOverlapStudy({ ...study, ...overlaps }, runner, plainEngine);
    expect(await simulateOverlapStudy({ ...study, ...overlaps }, runner, plainEngine)).toEqual(told);
    expect(told.points.map(({ overlap }) => overlap)).toEqual([1, 3]);
    const [alone, three] = told.points;
    expect(alone?.behind).toBe(0);
    expect(three?.behind).toBeGreaterThan(0.5);
    expect(three?.moments.at(-1)?.hours).toBeLessThan((alone?.moments.at(-1)?.hours as number) / 2);
    expect(alone?.moments.at(-1)?.accuracy).toBeGreaterThan(0.8);
    expect(alone?.hoursToTarget).toBeGreaterThan(0);
    expect(overlapFigures(told)[0]?.words).toContain("3 open: target");
    expect(told.target).toBeCloseTo(0.98 * (alone?.moments.at(-1)?.accuracy as number), 12);
    expect(told.points.map(({ short }) => short)).toEqual([0, 0]);
  });

  test("has no target where nothing is learnt, and tells of rounds with too few reports", async () => {
    const told = await simulateOverlapStudy({ ...study, ...overlaps, deadline: 0.01 }, runner, plainEngine);
    const [alone] = told.points;
    expect(alone?.moments.at(-1)?.accuracy).toBeLessThanOrEqual(told.majority);
    expect([told.target, alone?.hoursToTarget]).toEqual([null, null]);
    expect(alone?.short).toBe(alone?.moments.length);
    const words = overlapFigures(told)[0]?.words;
    expect(words).toContain("there is no target");
    expect(words).toContain("rounds closed at their deadline with too few reports");
  });

  test.each<[string, object]>([
    ["two budgets", { epsilons: [1, 2] }],
    ["two cohorts", { members: [10, 20] }],
    ["nine open", { overlaps: [9] }],
    ["one and a half open", { overlaps: [1.5] }],
    ["nobody who closes a round", { share: 0 }],
    ["members who drop out besides", { dropout: 0.1 }],
    [
      "a clip that follows",
      { training: { ...training, adaptiveClip: { quantile: 0.5, rate: 0.2, share: 0.1, least: 0.1, most: 10 } } },
    ],
    ["rules that end it", { training: { ...training, decisions: { stop: { certainty: 1, patience: 1, gain: 0 } } } }],
    ["members who are held out by the plan", { training: { ...training, evaluation: { heldOut: 0.2, losses: [] } } }],
  ])("is refused with %s", async (_, change) => {
    const asked = simulateOverlapStudy({ ...study, ...overlaps, ...change }, runner, plainEngine);
    await expect(asked).rejects.toMatchObject({ code: "invalid_argument" });
  });
});
