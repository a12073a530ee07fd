// The worker that trains: the sums of real threads, on WebAssembly, are those of this one in plain TypeScript.
import { afterAll, expect, test } from "vitest";
import { startPool } from "../../../../src/platform/node/workers.ts";
import type { Workers } from "../../../../src/ports/workers.ts";
import type { LocalJob } from "../../../../src/simulate/training/engine/local.ts";
import { sharedPool } from "../../../../src/simulate/training/engine/pool.ts";
import { type LocalRunner, simulateTraining } from "../../../../src/simulate/training/engine/rounds.ts";
import { runnerOf, toyPool, toySetup } from "./toys.ts";

interface Training {
  simulateLocal(job: LocalJob): Float64Array;
}

const pools: Workers<Training>[] = [];
afterAll(() => Promise.all(pools.map((pool) => pool.close())));

function threads(size: number): LocalRunner {
  const pool = startPool<Training>(import.meta.resolve("#workers/trainer"), size);
  pools.push(pool);
  return { size, local: (job) => pool.run((worker) => worker.simulateLocal(job)) };
}

test("has the same bits on one thread, on three, and here", async () => {
  const people = sharedPool(toyPool(200));
  const setup = toySetup({
    rounds: 3,
    architecture: {
      input: [4],
      layers: [{ kind: "dense", units: 4, activation: "tanh" }],
      output: { kind: "softmax", units: 3 },
    },
    initial: Float32Array.from({ length: 35 }, (_, i) => Math.sin(i)),
    local: { epochs: 2, batchSize: 5, learningRate: 0.1, momentum: 0.5, proximal: 0.1 },
  });
  const run = { members: 300, dropout: 0.1, seed: "threads" };
  const [here, one, three] = await Promise.all(
    [runnerOf(2), threads(1), threads(3)].map((runner) => simulateTraining(setup, people, run, runner)),
  );
  expect(one).toEqual(here);
  expect(three).toEqual(here);
});

test("an error of a thread comes back with its code", async () => {
  const wrong = toySetup({ initial: new Float32Array(3) });
  const run = { members: 10, dropout: 0, seed: "wrong" };
  await expect(simulateTraining(wrong, toyPool(10), run, threads(1))).rejects.toMatchObject({
    code: "invalid_argument",
  });
});
