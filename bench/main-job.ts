// The main job, from a member's days to a release, stage by stage in one process and one thread: where the time goes.
// Medians of several rounds; SQLite on disk, synchronous=FULL, as the services run it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collectBatch, mechanismNoise } from "../src/aggregate/collect.ts";
import { nextJob, prepareTaskOf, recordJob } from "../src/aggregate/jobs.ts";
import { preparer } from "../src/aggregate/prepare.ts";
import { respondToJob } from "../src/aggregate/respond.ts";
import { openTask } from "../src/aggregate/task.ts";
import { newUploads } from "../src/aggregate/upload.ts";
import { encodeStatistics } from "../src/contribution/statistics.ts";
import { wasmEngine } from "../src/math/wasm/engine.ts";
import { nodeCrypto, nodeEntropy, nodeWasm } from "../src/platform/node/index.ts";
import { sharedPrio3 } from "../src/protocol/vdaf/shared.ts";
import { newReporter } from "../src/report/seal.ts";
import { population } from "../src/simulate/index.ts";
import { openDatabase } from "../src/storage/sqlite/index.ts";
import { encodeManifest } from "../src/task/manifest.ts";
import type { SealedReport } from "../src/task/stages.ts";
import { type Bench, median, type Row } from "./harness.ts";
import { manifestOf } from "./manifest.ts";

const LAST_DAY = 20_772;

type Stage =
  | "device: contribution"
  | "device: shard and prove"
  | "device: whole report"
  | "leader: store"
  | "both: verify"
  | "both: collect";

export async function mainJob(reports = 300, rounds = 5): Promise<readonly Row[]> {
  const seconds = new Map<Stage, number[]>();
  for (let round = 0; round <= rounds; round++) {
    const times = await oneRound(reports);
    // The first round warms up.
    if (round > 0) for (const [stage, time] of times) seconds.set(stage, [...(seconds.get(stage) ?? []), time]);
  }
  const rows = [...seconds].map(
    ([name, times]): Row => ({ name, value: reports / median(times), unit: "reports/s", status: "measured" }),
  );
  const whole = ["device: whole report", "leader: store", "both: verify", "both: collect"] as const;
  const total = whole.reduce((sum, stage) => sum + median(seconds.get(stage) ?? []), 0);
  return [
    ...rows,
    { name: "device to release, one thread", value: reports / total, unit: "reports/s", status: "measured" },
  ];
}

/** No floors of its own: the parts have theirs. */
export const mainJobBench: Bench = { rows: () => mainJob(), floors: {} };

async function oneRound(count: number): Promise<Map<Stage, number>> {
  const folder = mkdtempSync(join(tmpdir(), "paceline-bench-"));
  const times = new Map<Stage, number>();
  const timed = async <T>(stage: Stage, work: () => Promise<T>): Promise<T> => {
    const started = performance.now();
    const result = await work();
    times.set(stage, (performance.now() - started) / 1000);
    return result;
  };
  const leaderStore = await openDatabase(join(folder, "leader.sqlite"));
  const helperStore = await openDatabase(join(folder, "helper.sqlite"));
  try {
    const pairs = { leader: nodeCrypto.x25519Generate(), helper: nodeCrypto.x25519Generate() };
    const manifest = await manifestOf(pairs);
    const bytes = encodeManifest(manifest);
    const verifyKey = nodeEntropy.bytes(32);
    const reporter = await newReporter(
      { crypto: nodeCrypto, entropy: nodeEntropy, engine: wasmEngine(nodeWasm) },
      { manifest, bytes },
    );
    const row = { id: reporter.task.id, manifest: bytes, verifyKey, closes: 0 };
    for (const store of [leaderStore, helperStore]) await store.transaction((rows) => rows.addTask(row));
    const leader = await openTask(nodeCrypto, "leader", row);
    const helper = await openTask(nodeCrypto, "helper", row);
    const members = population({ seed: "bench", members: count, lastDay: LAST_DAY });
    const { source, encoder, window } = manifest;
    if (source.kind !== "statistics" || encoder.kind !== "product")
      throw new Error("the benchmark asks for a histogram");
    const contributions = await timed("device: contribution", async () =>
      members.map((member) => encodeStatistics(member, source, encoder, window)),
    );
    const prio3 = sharedPrio3(manifest.vdaf, nodeWasm);
    await timed("device: shard and prove", async () => {
      for (const { vector } of contributions)
        prio3.shard(
          new Uint8Array(38),
          vector.indexOf(1) as never,
          nodeEntropy.bytes(16),
          nodeEntropy.bytes(prio3.randLength),
        );
    });
    const reports = await timed("device: whole report", async () => {
      const sealed: SealedReport[] = [];
      for (const contribution of contributions) sealed.push(await reporter.seal(contribution));
      return sealed;
    });
    await timed("leader: store", async () => {
      const uploads = newUploads(nodeCrypto, leaderStore);
      await Promise.all(reports.map((report) => uploads.accept(leader, report.bytes, 1)));
    });
    await timed("both: verify", async () => {
      const work = preparer({ crypto: nodeCrypto, wasm: nodeWasm });
      const own = prepareTaskOf(leader, { id: 1, pair: pairs.leader });
      const other = prepareTaskOf(helper, { id: 2, pair: pairs.helper });
      for (;;) {
        const job = await nextJob(nodeCrypto, leaderStore, work, own, 100);
        if (job === undefined) return;
        const answer = await respondToJob(nodeCrypto, helperStore, work, other, job.request, {
          open: true,
          permit: async () => undefined,
          verified: () => undefined,
        });
        await recordJob(leaderStore, own, job, answer);
      }
    });
    await timed("both: collect", async () => {
      for (const [store, task] of [
        [leaderStore, leader],
        [helperStore, helper],
      ] as const)
        await collectBatch(nodeCrypto, store, task, mechanismNoise(nodeEntropy), {
          agreed: () => undefined,
          written: () => undefined,
        });
    });
    return times;
  } finally {
    await leaderStore.close();
    await helperStore.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
