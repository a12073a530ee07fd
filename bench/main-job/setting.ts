// Both aggregators over SQLite on disk, synchronous=FULL, as the services run them, and a device that makes reports for them:
// in one process and one thread, without HTTP between.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collectBatch, mechanismNoise } from "../../src/aggregate/collect.ts";
import { nextJob, prepareTaskOf, recordJob } from "../../src/aggregate/jobs.ts";
import { preparer } from "../../src/aggregate/prepare.ts";
import { respondToJob } from "../../src/aggregate/respond.ts";
import { openTask } from "../../src/aggregate/task.ts";
import { newUploads } from "../../src/aggregate/upload.ts";
import { wasmEngine } from "../../src/math/wasm/engine.ts";
import { nodeCrypto, nodeEntropy, nodeWasm } from "../../src/platform/node/index.ts";
import { UploadErrors } from "../../src/protocol/dap/report.ts";
import type { Member } from "../../src/records/types.ts";
import { newReporter } from "../../src/report/seal.ts";
import { openDatabase } from "../../src/storage/sqlite/index.ts";
import { encodeManifest } from "../../src/task/manifest.ts";
import type { Contribution } from "../../src/task/stages.ts";
import { contributionOf, manifestOf, NOW } from "../manifest.ts";

/** What the configuration's `jobReports` is when it is left out. */
export const JOB_REPORTS = 500;

const unlimited = { perSecond: 1e9, burst: 1e9, perTask: 1e9, bytes: 2 ** 50 };

export type Setting = Awaited<ReturnType<typeof openSetting>>;

export async function openSetting() {
  const folder = mkdtempSync(join(tmpdir(), "paceline-bench-"));
  const leaderStore = await openDatabase(join(folder, "leader.sqlite"));
  const helperStore = await openDatabase(join(folder, "helper.sqlite"));
  const pairs = { leader: nodeCrypto.x25519Generate(), helper: nodeCrypto.x25519Generate() };
  const manifest = await manifestOf(pairs);
  const bytes = encodeManifest(manifest);
  const reporter = await newReporter(
    { crypto: nodeCrypto, entropy: nodeEntropy, engine: wasmEngine(nodeWasm) },
    { manifest, bytes },
  );
  const row = {
    id: reporter.task.id,
    manifest: bytes,
    verifyKey: nodeEntropy.bytes(32),
    closes: manifest.upload.closes,
  };
  for (const store of [leaderStore, helperStore]) await store.transaction((rows) => rows.addTask(row));
  const leader = await openTask(nodeCrypto, "leader", row);
  const helper = await openTask(nodeCrypto, "helper", row);
  const prepares = {
    leader: prepareTaskOf(leader, { id: 1, pair: pairs.leader }, NOW),
    helper: prepareTaskOf(helper, { id: 2, pair: pairs.helper }, NOW),
  };
  const work = preparer({ crypto: nodeCrypto, wasm: nodeWasm });
  const uploads = newUploads(nodeCrypto, leaderStore, unlimited);
  const parties = { leader: [leaderStore, leader], helper: [helperStore, helper] } as const;
  return {
    folder,
    stores: { leader: leaderStore, helper: helperStore },
    leader,
    prepares,
    seal: async (contribution: Contribution) => (await reporter.seal(contribution)).bytes,
    contribution: (member: Member) => contributionOf(manifest, member),
    /** Many devices at once, a body each. */
    async store(reports: readonly Uint8Array[]) {
      const answers = await Promise.all(reports.map((report) => uploads.accept(leader, report, NOW)));
      for (const { errors } of answers)
        if (errors.length > 0) throw new Error(`a report was refused: ${UploadErrors.decode(errors)[0]?.error}`);
    },
    /** One aggregation job. @returns whether there was anything to verify */
    async verifyJob(): Promise<boolean> {
      const job = await nextJob(nodeCrypto, leaderStore, work, prepares.leader, {
        most: JOB_REPORTS,
        leave: 0,
        now: () => NOW * 1000,
      });
      if (job === undefined) return false;
      const answer = await respondToJob(nodeCrypto, helperStore, work, prepares.helper, job.request, {
        at: NOW * 1000,
        permit: async () => undefined,
        verified: () => undefined,
      });
      await recordJob(leaderStore, prepares.leader, job, answer);
      return true;
    },
    async collect(party: keyof typeof parties) {
      const [store, task] = parties[party];
      return await collectBatch(
        nodeCrypto,
        store,
        task,
        { noise: mechanismNoise(nodeEntropy), summing: work },
        {
          agreed: () => undefined,
          written: () => undefined,
        },
      );
    },
    async close() {
      for (const store of [leaderStore, helperStore]) await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
