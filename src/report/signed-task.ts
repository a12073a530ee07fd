// From a signed envelope to what sealing takes, for pages that carry no schemas: both signatures over the exact bytes first,
// then the few fields that sealing is bound to, each in its one form. Whoever seals verifies: no JSON of a backend names a key.
import { concat, fromBase64Url, toHex, utf8 } from "../base/bytes.ts";
import { Writer } from "../base/codec.ts";
import { fail, isPacelineError } from "../base/errors.ts";
import type { ReportCrypto } from "../ports/crypto.ts";
import type { DeviceParameters } from "../protocol/vdaf/device-sharder.ts";
import { algorithmIds } from "../protocol/vdaf/parameters.ts";
import { manifestLabel, type SigningRole, taskLabel } from "../task/labels.ts";
import type { SealingTask } from "./sealer.ts";

/** As the register shows it: base64url of the manifest's exact bytes and of the two signatures over them. */
export type SignedTask = Readonly<Record<"manifest" | SigningRole, string>>;

export interface OpenedTask {
  readonly sealing: SealingTask;
  readonly vdaf: DeviceParameters;
  /** Whom the task counts. */
  readonly unit: "member" | "installation";
}

/**
 * @param keys Ed25519, pinned in the app
 * @throws PacelineError manifest_refused
 */
export async function openSignedTask(
  crypto: ReportCrypto,
  task: SignedTask,
  keys: Readonly<Record<SigningRole, Uint8Array>>,
): Promise<OpenedTask> {
  try {
    const bytes = fromBase64Url(task.manifest);
    for (const role of ["register", "helper"] as const) {
      const signed = concat(manifestLabel(role), bytes);
      if (!(await crypto.ed25519Verify(keys[role], signed, fromBase64Url(task[role]))))
        fail("manifest_refused", `the ${role}'s signature does not verify under the pinned key`);
    }
    // Strict UTF-8 in every engine.
    const text = decodeURIComponent(toHex(bytes).replace(/../g, "%$&"));
    const manifest = JSON.parse(text);
    const { version, trustMode, window, minBatch, vdaf, aggregators, noise } = manifest;
    const { start, end } = window;
    const { type, length, chunkLength } = vdaf as DeviceParameters;
    const known =
      // No key twice and no other form: another reader reads the same.
      JSON.stringify(manifest) === text &&
      version === 1 &&
      trustMode === "two-aggregators" &&
      [start, end, minBatch].every(Number.isSafeInteger) &&
      /^(member|installation)$/.test(noise.unit);
    if (!known) throw type;
    const parameters = new Writer().u32(length);
    if (type === "Prio3SumVec") parameters.u64(vdaf.maxMeasurement);
    if (type === "Prio3L1BoundSum") parameters.u32(vdaf.maxValue);
    parameters.u32(chunkLength);
    if (type === "Prio3MultihotCountVec") parameters.u64(vdaf.maxWeight);
    const interval = new Writer()
      .u64(start)
      .u64(end - start)
      .done();
    const { leader, helper } = aggregators;
    const configuration = new Writer()
      .opaque8(await crypto.sha256(bytes))
      .opaque16(utf8(leader.url))
      .opaque16(utf8(helper.url))
      .u64(86_400)
      .u64(minBatch)
      .u8(1)
      .u16(0)
      .u32(algorithmIds[type])
      .opaque16(parameters.done())
      .opaque16(new Writer().u16(1).opaque16(interval).done())
      .done();
    const sealing = {
      id: await crypto.sha256(concat(taskLabel(), configuration)),
      configuration,
      keys: { leader: receivingKey(leader.hpke), helper: receivingKey(helper.hpke) },
      time: BigInt(start),
    };
    return { sealing, vdaf, unit: noise.unit };
  } catch (cause) {
    if (isPacelineError(cause) && cause.code === "manifest_refused") throw cause;
    return fail("manifest_refused", "the task is in no form that can be sealed here", { cause });
  }
}

/** Of an HpkeConfig in the suite that DAP requires. */
function receivingKey(hpke: string) {
  const bytes = fromBase64Url(hpke);
  if (!/^..0020000100010020.{64}$/.test(toHex(bytes))) throw hpke;
  return { id: bytes[0] as number, publicKey: bytes.slice(9) };
}
