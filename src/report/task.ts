// What sealing needs of a manifest.
import type { Crypto } from "../ports/crypto.ts";
import { type DapTask, dapTaskOf, receivingKey } from "../task/dap.ts";
import type { SignedManifest } from "../task/envelope.ts";
import type { SealingTask } from "./sealer.ts";

/** @throws PacelineError unsupported, invalid_message for a receiving key that we cannot use */
export async function sealingTask(
  crypto: Crypto,
  { manifest, bytes }: SignedManifest,
): Promise<{ readonly task: DapTask; readonly sealing: SealingTask }> {
  const { leader, helper } = manifest.aggregators;
  const task = await dapTaskOf(crypto, manifest, bytes);
  const sealing = {
    id: task.id,
    configuration: task.encoded,
    keys: { leader: receivingKey(leader), helper: receivingKey(helper) },
    // the window's first day, for everyone
    time: BigInt(manifest.window.start),
  };
  return { task, sealing };
}
