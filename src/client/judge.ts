// The device's decision about one envelope, from public facts: signatures, proofs, the member's consent, its own limits, and
// whether a report can be sealed at all. Whatever is wrong with a task is said of that task and of no other.
import { toBase64Url } from "../base/bytes.ts";
import { type ErrorCode, isPacelineError } from "../base/errors.ts";
import type { Clock } from "../ports/clock.ts";
import { checkRecipients, type SealingTask } from "../report/sealer.ts";
import { sealingOf } from "../report/sealing-of.ts";
import { openEnvelope, readEnvelope, type SignedManifest } from "../task/envelope.ts";
import { type GuardLimits, guardManifest } from "../task/guard.ts";
import type { Proved } from "../task/prove.ts";
import type { Purpose } from "../task/purposes.ts";
import type { Settings } from "./options.ts";

/** A task this device would answer. */
export interface Accepted {
  /** base64url of the task id */
  readonly task: string;
  readonly signed: SignedManifest;
  readonly proved: Proved;
  readonly sealing: SealingTask;
}

export interface Refusal {
  readonly code: ErrorCode;
  readonly why: string;
  /** Whether both signatures held: what is refused then is the content. */
  readonly signed: boolean;
  /** Whether only this device's clock is in the way: a register shows what is open, so the clock may be wrong. */
  readonly untimely: boolean;
}

/** How far before its opening a task may be shown: clocks differ. */
const EARLY_SECONDS = 86_400;

export function limitsOf(settings: Settings): GuardLimits {
  return {
    rhoMax: settings.rhoPerTask,
    minBatchFloor: settings.minBatchFloor,
    windowAgeDaysMax: settings.windowAgeDaysMax,
    tokens: settings.tokens?.terms,
    memberSecret: settings.memberSecret !== undefined,
    leaderUrl: settings.coordinatorUrl,
    helperUrl: settings.helperUrl,
  };
}

/** @throws nothing that depends on the envelope */
export async function judge(
  settings: Settings,
  shown: unknown,
  consented: ReadonlySet<Purpose>,
  time: Clock,
): Promise<Accepted | Refusal> {
  const { platform, pinned } = settings;
  let signed: SignedManifest | undefined;
  const now = Math.floor(time.now() / 1000);
  try {
    signed = await openEnvelope(platform.crypto, readEnvelope(shown), pinned);
    const { manifest } = signed;
    const { opens } = manifest.upload;
    const soon = opens > now && opens - now <= EARLY_SECONDS;
    const proved = guardManifest(manifest, limitsOf(settings), { consented, paused: false, now: soon ? opens : now });
    // Where nothing trains, or what trains did not load, it waits: who trains checks it again before anything else.
    if (manifest.source.kind === "model-update")
      (await settings.training?.().catch(() => undefined))?.checkTraining(manifest);
    const sealing = await sealingOf(platform.crypto, signed.bytes, manifest);
    await checkRecipients(platform.crypto, sealing);
    return { task: toBase64Url(sealing.id), signed, proved, sealing };
  } catch (error) {
    const code = isPacelineError(error) ? error.code : "manifest_refused";
    const why = isPacelineError(error) ? error.message : "this device cannot read it";
    const upload = signed?.manifest.upload;
    const untimely = upload !== undefined && (now < upload.opens - EARLY_SECONDS || now >= upload.closes);
    return { code, why, signed: signed !== undefined, untimely };
  }
}
