// The device's decision about a masked round, from public facts: both signatures, everything recomputed, the member's consent, the
// device's own limits and floors. A refusal sends nothing at all.
import { equalBytes, fromBase64Url, toBase64Url } from "../../base/bytes.ts";
import { type ErrorCode, fail, isPacelineError } from "../../base/errors.ts";
import { type CheckedMasked, checkMasked } from "../../learning/masked/check.ts";
import { roundCounts } from "../../learning/masked/counts.ts";
import { checkGraphFloors } from "../../protocol/secagg/terms.ts";
import { openMasked, readMaskedEnvelope } from "../../task/masked/envelope.ts";
import type { MaskedManifest } from "../../task/masked/manifest.ts";
import { registryOf } from "../../task/metrics/definition.ts";
import { untimely } from "../../task/prove.ts";
import { type Purpose, purposes } from "../../task/purposes.ts";
import type { Settings } from "../options.ts";
import type { RegistrarSettings } from "./options.ts";

/** A round that this device would take part in. */
export interface Invited {
  /** base64url, and the 32 bytes */
  readonly task: string;
  readonly id: Uint8Array;
  readonly manifest: MaskedManifest;
  readonly checked: CheckedMasked;
}

export interface MaskedRefusal {
  readonly code: ErrorCode;
  readonly why: string;
}

type Own = Pick<
  Settings,
  "platform" | "pinned" | "coordinatorUrl" | "rhoPerTask" | "minBatchFloor" | "windowAgeDaysMax" | "tokens"
>;

/** @param now seconds since 1970 @throws nothing that depends on what is shown */
export async function judgeMasked(
  settings: Own,
  registrar: RegistrarSettings,
  shown: unknown,
  state: { readonly consented: ReadonlySet<Purpose>; readonly now: number },
): Promise<Invited | MaskedRefusal> {
  try {
    const { platform, pinned } = settings;
    const keys = { register: pinned.register, registrar: registrar.key, registry: pinned.registry };
    const { manifest, task } = await openMasked(platform.crypto, readMaskedEnvelope(shown), keys);
    const checked = checkMasked(manifest);
    guardMasked(settings, registrar, { manifest, checked }, state);
    return { task: toBase64Url(task), id: task, manifest, checked };
  } catch (error) {
    if (isPacelineError(error)) return { code: error.code, why: error.message };
    return { code: "manifest_refused", why: "this device cannot read the round" };
  }
}

/** @throws PacelineError manifest_refused or consent_missing, fit to show to the member */
function guardMasked(
  settings: Own,
  registrar: RegistrarSettings,
  { manifest, checked }: Pick<Invited, "manifest" | "checked">,
  { consented, now }: { readonly consented: ReadonlySet<Purpose>; readonly now: number },
): void {
  const refuse = (why: string): never => fail("manifest_refused", why);
  const { sharing } = checked.training;
  if (!consented.has(manifest.purpose)) fail("consent_missing", `no consent for: ${purposes[manifest.purpose]}`);
  if (BigInt(manifest.rho) > settings.rhoPerTask)
    refuse(`the round costs ${manifest.rho} nano-rho, this device allows ${settings.rhoPerTask} a task`);
  if (manifest.minBatch < settings.minBatchFloor)
    refuse(`a sum of ${manifest.minBatch} is below this device's floor of ${settings.minBatchFloor}`);
  const fault = untimely(manifest.window, now, settings);
  if (fault !== undefined) refuse(fault);
  if (settings.tokens !== undefined) refuse("the round spends no tokens: on a reset device nothing would bound it");
  if (manifest.coordinator.url !== settings.coordinatorUrl) refuse("the coordinator is not the pinned one");
  if (sharing.registrar.url !== registrar.url || !equalBytes(fromBase64Url(sharing.registrar.key), registrar.key))
    refuse("the registrar is not the pinned one");
  checkSmallest(checked, registrar);
  const known = registryOf(manifest);
  for (const id of manifest.source.metrics) {
    const metric = known.metric(id) ?? refuse(`this device knows no metric "${id}"`);
    if (!metric.purposes.includes(manifest.purpose)) refuse(`${metric.title} is not for ${manifest.purpose}`);
  }
}

/** The floors, of the smallest round that the manifest allows: no device joins one that it would have to leave. */
function checkSmallest({ training: { sharing } }: CheckedMasked, { floors }: RegistrarSettings): void {
  const { survivors, corrupt } = roundCounts(sharing, sharing.least);
  const least = (what: string, value: number, floor: number) => {
    if (value < floor) fail("manifest_refused", `a round with ${value} ${what}, this device wants at least ${floor}`);
  };
  least("members", sharing.least, floors.members);
  least("corrupt members allowed for", corrupt, Math.floor((floors.corruptShare + 1e-14) * sharing.least));
  least("survivors", survivors, floors.survivors);
  checkGraphFloors(sharing.graph, floors);
}
