// The pool of workers as an aggregator uses it: batches of sealed reports go out, are opened and their proofs checked on
// other threads, and come back; one worker against two, in turns.
import { Worker } from "node:worker_threads";
import { prepareTaskOf } from "../../src/aggregate/jobs.ts";
import type { LeaderPrepared, Preparer, PrepareTask } from "../../src/aggregate/prepare.ts";
import { openTask } from "../../src/aggregate/task.ts";
import { wasmEngine } from "../../src/math/wasm/engine.ts";
import { nodeCrypto, nodeEntropy, nodeWasm, startPool } from "../../src/platform/node/index.ts";
import { newReporter } from "../../src/report/seal.ts";
import { population } from "../../src/simulate/index.ts";
import { encodeManifest } from "../../src/task/manifest.ts";
import { type Contender, measure, median, type Timing } from "../harness.ts";
import { contributionOf, manifestOf, NOW } from "../manifest.ts";

const BATCH = 100;
/** Batches given out at a time; even, so that two workers can share them. */
const BATCHES = 8;

const ROUNDS = 15;

export interface Scaling {
  /** Times as many reports a second that two workers verify, compared with one. */
  readonly workers: number;
  /** The same for two threads that verify by themselves, with no pool: what the machine had for a second thread. */
  readonly threads: number;
}

/** Of all rounds, the third counts in which the machine had most left: other work on it says nothing about the pool. */
export async function poolScaling(): Promise<Scaling> {
  const { task, reports } = await sealedReports();
  const module = new URL("../../workers/verifier.ts", import.meta.url);
  const pools = [1, 2].map((size) => startPool<Preparer>(module, size));
  const threads = [verifyThread(task, reports), verifyThread(task, reports)] as const;
  try {
    const contenders = [
      ...pools.map((pool) =>
        timed(`${pool.size} workers`, async () => {
          const batches = Array.from({ length: BATCHES }, () =>
            pool.run((worker) => worker.prepareLeader(task, reports)),
          );
          mustBeGood((await Promise.all(batches)).flat());
        }),
      ),
      timed("one thread", async () => {
        for (const _ of threads) await threads[0].verify();
      }),
      timed("two threads", () => Promise.all(threads.map(({ verify }) => verify()))),
    ];
    const timings = await measure(contenders, { rounds: ROUNDS, turn: 0.15, warmUp: 0.4 });
    const [one, two, alone, together] = timings as [Timing, Timing, Timing, Timing];
    const rounds = one.rounds.map((_, round) => ({
      workers: (one.rounds[round] as number) / (two.rounds[round] as number),
      threads: (alone.rounds[round] as number) / (together.rounds[round] as number),
    }));
    const quiet = rounds.sort((a, b) => b.threads - a.threads).slice(0, ROUNDS / 3);
    return {
      workers: median(quiet.map(({ workers }) => workers)),
      threads: median(quiet.map(({ threads }) => threads)),
    };
  } finally {
    await Promise.all([...pools.map((pool) => pool.close()), ...threads.map(({ worker }) => worker.terminate())]);
  }
}

function timed(name: string, work: () => Promise<unknown>): Contender {
  return {
    name,
    async seconds(iterations) {
      const started = performance.now();
      for (let i = 0; i < iterations; i++) await work();
      return (performance.now() - started) / 1000;
    },
  };
}

/** A thread that verifies half of the batches when asked. */
function verifyThread(task: PrepareTask, reports: readonly Uint8Array[]) {
  const workerData = { task, reports, batches: BATCHES / 2 };
  const worker = new Worker(new URL("./verify-worker.ts", import.meta.url), { workerData });
  const verify = () =>
    new Promise((resolve) => {
      worker.once("message", resolve);
      worker.postMessage("verify");
    });
  return { worker, verify };
}

async function sealedReports() {
  const pairs = { leader: await nodeCrypto.x25519Generate(), helper: await nodeCrypto.x25519Generate() };
  const manifest = await manifestOf(pairs);
  const bytes = encodeManifest(manifest);
  const reporter = await newReporter(
    { crypto: nodeCrypto, entropy: nodeEntropy, engine: wasmEngine(nodeWasm) },
    { manifest, bytes },
  );
  const members = population({ seed: "bench", members: BATCH, lastDay: manifest.window.end });
  const reports: Uint8Array[] = [];
  for (const member of members) reports.push((await reporter.seal(contributionOf(manifest, member))).bytes);
  const row = { id: reporter.task.id, manifest: bytes, verifyKey: nodeEntropy.bytes(32), closes: 0 };
  const leader = await openTask(nodeCrypto, "leader", row);
  return { task: prepareTaskOf(leader, { id: 1, pair: pairs.leader }, NOW), reports };
}

function mustBeGood(prepared: readonly LeaderPrepared[]): void {
  if (prepared.some((one) => "error" in one)) throw new Error("a good report was refused");
}
