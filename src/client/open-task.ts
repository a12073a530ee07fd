// From a signed envelope to a task that paceline/report takes: for apps that check tasks in one place, their backend or a
// worker, and seal in another.
import { fromBase64Url, toHex } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import { portableCrypto } from "../platform/web/index.ts";
import { sealingTask } from "../report/task.ts";
import { type Envelope, openEnvelope } from "../task/envelope.ts";
import { proveManifest } from "../task/prove.ts";
import type { ReportTask } from "./report.ts";

/**
 * Checks both signatures, and that the manifest's bounds, noise and cost are what it says. Whether the member consented, can
 * afford the cost and is not asked twice is still to be checked: createClient does all of it.
 * @param keys Ed25519, base64url, pinned in the app
 * @throws PacelineError manifest_refused, invalid_message or unsupported
 */
export async function openTask(
  envelope: Envelope,
  keys: { readonly registerKey: string; readonly helperKey: string; readonly registryKey?: string },
): Promise<ReportTask> {
  const pinned = {
    register: fromBase64Url(keys.registerKey),
    helper: fromBase64Url(keys.helperKey),
    registry: keys.registryKey === undefined ? undefined : fromBase64Url(keys.registryKey),
  };
  const signed = await openEnvelope(portableCrypto, envelope, pinned);
  proveManifest(signed.manifest);
  const { vdaf } = signed.manifest;
  if (vdaf.type !== "Prio3Histogram" && vdaf.type !== "Prio3SumVec")
    fail("unsupported", `paceline/report makes no ${vdaf.type} reports`, {
      hint: "Use paceline/client for this task.",
    });
  const { sealing } = await sealingTask(portableCrypto, signed);
  const { leader, helper } = sealing.keys;
  return {
    id: toHex(sealing.id),
    configuration: toHex(sealing.configuration),
    vdaf,
    time: Number(sealing.time),
    keys: {
      leader: { id: leader.id, publicKey: toHex(leader.publicKey) },
      helper: { id: helper.id, publicKey: toHex(helper.publicKey) },
    },
  };
}
