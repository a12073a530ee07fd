// Whole rounds as the simulator runs them, cohort, noise and the server's step included: a thousand people with rows of their own on two
// threads, and a hundred rounds of a small model over ten thousand on one.
import { utf8 } from "../../src/base/bytes.ts";
import { initialWeights } from "../../src/learning/plan/weights.ts";
import { residentEngine } from "../../src/math/tensor/resident.ts";
import { startPool } from "../../src/platform/node/index.ts";
import type { Architecture } from "../../src/ports/training-engine.ts";
import { rational } from "../../src/privacy/rational.ts";
import { type LocalJob, simulateLocal } from "../../src/simulate/training/engine/local.ts";
import { poolOfPeople, sharedPool, type TrainingPool } from "../../src/simulate/training/engine/pool.ts";
import { type LocalRunner, simulateTraining, type TrainingSetup } from "../../src/simulate/training/engine/rounds.ts";
import type { Row } from "../harness.ts";
import { BATCH, examplesOf, mlp } from "./models.ts";
import { THREADS } from "./processor.ts";
import { CLIENT_ROWS, jobOf } from "./rounds.ts";
import { own } from "./steps.ts";

export const TRAININGS = {
  round: `a round of 1,000 clients, ${CLIENT_ROWS} rows each, dense 561-64-6, two threads`,
  many: "100 rounds of 10,000 members, logistic, 12 features, one thread",
} as const;

/** Of clients on one thread by the clock: what a machine reaches that is left alone. */
export const CLIENTS_LEAST = 420;

function setupOf(architecture: Architecture, rounds: number, more: Partial<TrainingSetup> = {}): TrainingSetup {
  return {
    ...{ architecture, rounds, clip: 1, fineness: 2 ** 16, rho: rational(1n, 2n) },
    initial: initialWeights(architecture, utf8("bench")),
    local: { epochs: 1, batchSize: BATCH, learningRate: 0.01, momentum: 0, proximal: 0 },
    optimiser: { kind: "fedavg", learningRate: 1 },
    noise: { kind: "two-aggregators" },
    ...more,
  };
}

/** Everybody's rows are another part of the same numbers: drawing so many would take longer than training on them. */
function thousand(): TrainingPool {
  const [people, all] = [1000, examplesOf(mlp, 2 * CLIENT_ROWS, "thousand")];
  return sharedPool(
    poolOfPeople(
      Array.from({ length: people }, (_, p) => {
        const from = (p * 131) % CLIENT_ROWS;
        return {
          rows: all.rows.subarray(561 * from, 561 * (from + CLIENT_ROWS)),
          labels: all.labels.subarray(from, from + CLIENT_ROWS),
        };
      }),
      561,
    ),
  );
}

interface Training {
  simulateLocal(job: LocalJob): Float64Array;
}

function onThreads(size: number): LocalRunner & { close(): Promise<void> } {
  const pool = startPool<Training>(import.meta.resolve("#workers/trainer"), size);
  return { size, local: (job) => pool.run((worker) => worker.simulateLocal(job)), close: () => pool.close() };
}

const clock = async (work: () => Promise<unknown>): Promise<number> => {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1e3;
};

const TURNS = 4;

/** The fastest of some turns, as threads wait for each other on a busy machine. */
async function thousandRow(): Promise<Row> {
  const pool = thousand();
  const [engine, few] = [residentEngine(own), jobOf(60)];
  const [one, two] = [onThreads(1), onThreads(THREADS)];
  const round = (runner: LocalRunner, members: number) =>
    simulateTraining(setupOf(mlp, 1), pool, { members, dropout: 0, seed: "round" }, runner);
  try {
    const [a, b] = [await round(one, 40), await round(two, 40)];
    if (a.weights.some((w, i) => w !== b.weights[i])) throw new Error("two threads come to other weights than one");
    const [rates, seconds]: [number[], number[]] = [[], []];
    for (let turn = 0; turn < TURNS; turn++) {
      rates.push(60 / (await clock(async () => simulateLocal(engine, few))));
      seconds.push(await clock(() => round(two, 1000)));
    }
    return {
      ...{ name: TRAININGS.round, value: Math.min(...seconds), unit: "s", status: "measured" },
      peer: { name: "clients a second, one thread", value: Math.max(...rates) },
    };
  } finally {
    await Promise.all([one.close(), two.close()]);
  }
}

async function manyRow(): Promise<Row> {
  const model: Architecture = { input: [12], layers: [], output: { kind: "logistic", units: 1 } };
  const people = Array.from({ length: 10_000 }, (_, p) => ({
    rows: Float32Array.from({ length: 12 }, (__, i) => Math.sin(13 * p + i)),
    labels: [Number(Math.sin(13 * p) > 0)],
  }));
  const engine = residentEngine(own);
  const runner: LocalRunner = { size: 1, local: async (job) => simulateLocal(engine, job) };
  const setup = setupOf(model, 100, {
    local: { epochs: 1, batchSize: 1024, learningRate: 1, momentum: 0, proximal: 0 },
  });
  const run = { members: 10_000, dropout: 0.1, seed: "many" };
  const pool = poolOfPeople(people, 12);
  let moved = 0;
  const value = await clock(async () => {
    const { weights, rounds } = await simulateTraining(setup, pool, run, runner);
    if (rounds.length !== 100) throw new Error(`${rounds.length} rounds`);
    moved = Math.hypot(...weights);
  });
  if (!(moved > 0)) throw new Error("a training that moves nothing");
  return { name: TRAININGS.many, value, unit: "s", status: "measured" };
}

export const trainingRows = async (): Promise<Row[]> => [await thousandRow(), await manyRow()];
