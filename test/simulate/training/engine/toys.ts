// Small trainings for tests: people whose rows lie around the mean of their class.
import { initialWeights } from "../../../../src/learning/plan/weights.ts";
import { plainEngine } from "../../../../src/math/tensor/trainer.ts";
import type { Architecture } from "../../../../src/ports/training-engine.ts";
import { Random } from "../../../../src/simulate/random.ts";
import { simulateLocal } from "../../../../src/simulate/training/engine/local.ts";
import { type PersonExamples, poolOfPeople } from "../../../../src/simulate/training/engine/pool.ts";
import type { LocalRunner, TrainingSetup } from "../../../../src/simulate/training/engine/rounds.ts";

export const architecture: Architecture = { input: [4], layers: [], output: { kind: "softmax", units: 3 } };

export function toyPeople(count: number, seed = "people", rows = 12): PersonExamples[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, p) => {
    const labels = Array.from({ length: rows }, () => random.below(3));
    return {
      labels,
      rows: labels.flatMap((label) => Array.from({ length: 4 }, (_, d) => random.normal(d === label ? 1.5 : 0, 1))),
      group: p % 4 === 0 ? "few" : "many",
    };
  });
}

export const toyPool = (count: number, seed?: string, rows?: number) => poolOfPeople(toyPeople(count, seed, rows), 4);

export function toySetup(more: Partial<TrainingSetup> = {}): TrainingSetup {
  return {
    architecture,
    initial: initialWeights(architecture, Uint8Array.of(1)),
    local: { epochs: 1, batchSize: 4, learningRate: 0.1, momentum: 0, proximal: 0 },
    clip: 1,
    optimiser: { kind: "fedavg", learningRate: 1 },
    rounds: 5,
    rho: undefined,
    noise: { kind: "two-aggregators" },
    fineness: 2 ** 16,
    ...more,
  };
}

/** Devices' parts computed here, `size` at a time, the later ones first. */
export function runnerOf(size: number): LocalRunner {
  let waiting: (() => void)[] = [];
  return {
    size,
    async local(job) {
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        setImmediate(() => {
          for (const start of waiting.reverse()) start();
          waiting = [];
        });
      });
      return simulateLocal(plainEngine, job);
    },
  };
}
