// A round of a training as the simulator computes it on one thread: each client's 343 rows once through the dense model, its update
// clipped and added. Clients are 30 people in turn, so that their rows fit into memory.
import { utf8 } from "../../src/base/bytes.ts";
import { riderLayout } from "../../src/learning/plan/riders.ts";
import { initialWeights } from "../../src/learning/plan/weights.ts";
import { residentEngine } from "../../src/math/tensor/resident.ts";
import { type LocalJob, simulateLocal } from "../../src/simulate/training/engine/local.ts";
import { poolOfPeople } from "../../src/simulate/training/engine/pool.ts";
import { local, measure, type Row } from "../harness.ts";
import { BATCH, examplesOf, mlp } from "./models.ts";
import { own } from "./steps.ts";

export const CLIENT_ROWS = 343;
const PEOPLE = 30;
const CLIENTS = [10, 30, 300] as const;

export const roundName = (clients: number) => `a round of ${clients} clients, 343 rows each, dense 561-64-6`;

export function jobOf(clients: number): LocalJob {
  const people = Array.from({ length: Math.min(clients, PEOPLE) }, (_, p) =>
    examplesOf(mlp, CLIENT_ROWS, `person ${p}`),
  );
  const weights = initialWeights(mlp, utf8("bench"));
  return {
    architecture: mlp,
    local: { epochs: 1, batchSize: BATCH, learningRate: 0.01, momentum: 0, proximal: 0 },
    layout: riderLayout({ cells: weights.length, clip: 1 }),
    weights,
    pool: poolOfPeople(people, 561),
    people: Uint32Array.from({ length: clients }, (_, i) => i % PEOPLE),
    training: new Uint32Array(clients).fill(1),
    heldOut: new Uint32Array(clients),
  };
}

export async function roundRows(): Promise<Row[]> {
  const engine = residentEngine(own);
  const jobs = CLIENTS.map((clients) => ({ clients, job: jobOf(clients) }));
  for (const { job } of jobs)
    if (!(Math.abs(simulateLocal(engine, job)[0] as number) > 0)) throw new Error("a round that moves nothing");
  const timings = await measure(
    jobs.map(({ clients, job }) => local(roundName(clients), () => simulateLocal(engine, job))),
    { rounds: 5 },
  );
  return timings.map(({ name, seconds }) => ({ name, value: 1e3 * seconds, unit: "ms", status: "measured" }));
}
