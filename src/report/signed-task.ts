// From a signed envelope to what sealing takes, for pages that carry no schemas: both signatures over the exact bytes first,
// then the few fields that sealing is bound to, each in its one form. Whoever seals verifies: no JSON of a backend names a key.
import { concat, fromBase64Url, toHex } from "../base/bytes.ts";
import { fail, isPacelineError } from "../base/errors.ts";
import type { ReportCrypto } from "../ports/crypto.ts";
import type { DeviceParameters } from "../protocol/vdaf/device-sharder.ts";
import { MANIFEST_VERSION, manifestLabel, type SigningRole } from "../task/labels.ts";
import type { SealingTask } from "./sealer.ts";
import { sealingOf } from "./sealing-of.ts";

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
    const { version, trustMode, window, minBatch, vdaf, noise } = manifest;
    const { start, end } = window;
    const known =
      // No key twice and no other form: another reader reads the same.
      JSON.stringify(manifest) === text &&
      version === MANIFEST_VERSION &&
      trustMode === "two-aggregators" &&
      [start, end, minBatch].every(Number.isSafeInteger) &&
      /^(member|installation)$/.test(noise.unit);
    if (!known) throw text;
    const sealing = await sealingOf(crypto, bytes, manifest);
    return { sealing, vdaf, unit: noise.unit };
  } catch (cause) {
    if (isPacelineError(cause) && cause.code === "manifest_refused") throw cause;
    return fail("manifest_refused", "the task cannot be sealed here", { cause });
  }
}
