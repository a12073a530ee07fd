// From a contribution to the bytes that leave the device: shared and proved with Prio3, each share sealed to one
// aggregator. Every report of a task has the same size and the same time, whatever is in it.
import { invariant } from "../base/errors.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { AnyEntropy } from "../ports/entropy.ts";
import type { HpkeCiphertext, HpkeConfig } from "../protocol/dap/hpke-config.ts";
import { InputShareAad, PlaintextInputShare, Report, type ReportMetadata } from "../protocol/dap/report.ts";
import { type Aggregator, dap18 } from "../protocol/dap/version.ts";
import { seal } from "../protocol/hpke/hpke.ts";
import { sharedPrio3 } from "../protocol/vdaf/shared.ts";
import { type DapTask, dapTaskOf, receivingKey } from "../task/dap.ts";
import type { SignedManifest } from "../task/envelope.ts";
import type { Contribution, SealedReport } from "../task/stages.ts";

/** Makes reports of one task. */
export interface Reporter {
  readonly task: DapTask;
  seal(contribution: Contribution): Promise<SealedReport>;
}

const NONCE_BYTES = 16;

export async function newReporter(
  { crypto, entropy }: { readonly crypto: Crypto; readonly entropy: AnyEntropy },
  { manifest, bytes }: SignedManifest,
): Promise<Reporter> {
  const task = await dapTaskOf(crypto, manifest, bytes);
  const prio3 = sharedPrio3(manifest.vdaf);
  const context = dap18.vdafContext(task.id);
  const keys = { leader: receivingKey(manifest.aggregators.leader), helper: receivingKey(manifest.aggregators.helper) };

  async function sealShare(
    to: Aggregator,
    key: HpkeConfig,
    share: Uint8Array,
    aad: Uint8Array,
  ): Promise<HpkeCiphertext> {
    const plaintext = PlaintextInputShare.encode({ privateExtensions: [], payload: share });
    const info = dap18.inputShareInfo(to);
    const { enc, ciphertext } = await seal({ crypto, recipient: key.publicKey, info, aad, plaintext });
    return { configId: key.id, enc, payload: ciphertext };
  }

  return {
    task,
    async seal(contribution) {
      const id = entropy.bytes(NONCE_BYTES);
      const rand = entropy.bytes(prio3.randLength);
      const { publicShare, inputShares } = prio3.shard(context, measurementOf(manifest, contribution), id, rand);
      // The window's first day for everyone: when a device reported is nobody's business.
      const metadata: ReportMetadata = { reportId: id, time: BigInt(manifest.window.start), publicExtensions: [] };
      const aad = InputShareAad.encode({ taskId: task.id, task: task.configuration, metadata, publicShare });
      const [leader, helper] = inputShares as [Uint8Array, Uint8Array];
      const [leaderShare, helperShare] = await Promise.all([
        sealShare("leader", keys.leader, leader, aad),
        sealShare("helper", keys.helper, helper, aad),
      ]);
      return { id, bytes: Report.encode({ metadata, publicShare, leaderShare, helperShare }) } as SealedReport;
    },
  };
}

/** What the circuit takes: a histogram's bucket, or the vector itself. */
function measurementOf({ vdaf }: SignedManifest["manifest"], { vector }: Contribution): never {
  if (vdaf.type === "Prio3SumVec") return vector as never;
  const bucket = vector.indexOf(1);
  invariant(bucket >= 0, "a histogram contribution is a unit vector");
  return bucket as never;
}
