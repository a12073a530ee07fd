// A training whose noise is correlated over its rounds (`privacy/factorisation`, with its proof): what follows from its manifest for
// every party. Everything that the stream's price depends on has one hash; what is debited, which noise stream an aggregator goes on
// with, and in which rounds a device takes part is kept under it. A manifest in which any of that differs is another stream's, with
// a debit and noise of its own.
import { utf8 } from "../../../base/bytes.ts";
import { canonicalJson, type Json } from "../../../base/canonical.ts";
import { fail } from "../../../base/errors.ts";
import type { Crypto } from "../../../ports/crypto.ts";
import { checkFactor } from "../../../privacy/factorisation/choose.ts";
import { streamSensitivity } from "../../../privacy/factorisation/participation.ts";
import type { Manifest } from "../../../task/manifest.ts";
import type { StreamPlan, TrainingStream } from "../stream.ts";
import { decodeTraining, type TrainingManifest } from "./manifest.ts";

/** Of the sums that an aggregator keeps from one round to the next, of which the factor has bands less one. */
export const KEPT_BYTES_MAX = 16 * 1024 * 1024;
/** For all of its rounds. */
const SECONDS_MAX = 90 * 86_400;

/** A round's place in a stream. */
export interface TaskStream {
  /** 32 bytes: of all rounds of the stream, and of no other. */
  readonly key: Uint8Array;
  /** From 0 on. */
  readonly round: number;
  readonly plan: StreamPlan;
  /** Of a share's words. */
  readonly bits: 32 | 64;
  /** Unix seconds: reports of any round are taken in [opens, until), and no later. */
  readonly opens: number;
  readonly until: number;
}

export function planOf({ round }: Pick<TrainingManifest, "round">, stream: TrainingStream): StreamPlan {
  const { separation, coefficients } = stream;
  return { rounds: round.of, separation, coefficients };
}

/** What a factor makes of a round's sum and of one contribution's squared norm, both at most. */
export function streamGain(plan: StreamPlan) {
  const sum = plan.coefficients.reduce((all, one) => all + one, 0);
  return { sum, sensitivity: Number(streamSensitivity(plan.coefficients, plan)) };
}

/** @param manifest that `checkTraining` has passed @returns undefined for a task by itself */
export async function streamOf(crypto: Pick<Crypto, "sha256">, manifest: Manifest): Promise<TaskStream | undefined> {
  const { source, encoder, noise, rho, window } = manifest;
  if (source.kind !== "model-update") return undefined;
  const training = decodeTraining(source.training);
  const { run, round, stream } = training;
  if (stream === undefined) return undefined;
  if (encoder.kind !== "words" || encoder.bits === 16) return fail("manifest_refused", NARROW);
  const constant = { run, of: round.of, stream, encoder, noise, rho, window };
  const text = canonicalJson(constant as unknown as Json);
  return {
    key: await crypto.sha256(utf8(`paceline stream v1\n${text}`)),
    ...{ round: round.number - 1, plan: planOf(training, stream), bits: encoder.bits },
    ...{ opens: stream.opens, until: stream.until },
  };
}

const NARROW = "a stream's shares are additive, of 32 or 64 bits";

/**
 * That a stream's noise is made for all of its rounds, and worth what it asks of aggregators; see `privacy/factorisation/PROOF.md`.
 * @param l2Squared of one contribution's integers, as the encoder has it
 * @throws PacelineError manifest_refused, unsupported, invalid_argument
 */
export function checkStream(manifest: Manifest, training: TrainingManifest, l2Squared: number): void {
  const { stream, sharing, adaptiveClip, round } = training;
  if (stream === undefined) return;
  const refuse = (why: string): never => fail("manifest_refused", why);
  const { noise, encoder, upload, tokens } = manifest;
  if (sharing.kind !== "additive" || encoder.kind !== "words" || encoder.bits === 16) refuse(NARROW);
  if (adaptiveClip !== undefined) refuse("a stream's rounds have one clip: noise of other scales would not cancel");
  const plan = planOf(training, stream);
  // In every round, or with one band, it is independent noise; this refuses what has no proved sensitivity, too.
  checkFactor(stream.coefficients, plan);
  const wanted = BigInt(l2Squared) * streamSensitivity(stream.coefficients, plan);
  if (noise.mechanism !== "discrete-gaussian" || noise.sensitivity.bound !== `${wanted}`)
    refuse(`the noise of a stream of ${round.of} rounds is discrete Gaussian, for a squared sensitivity of ${wanted}`);
  if (upload.opens < stream.opens || upload.closes > stream.until)
    refuse("the round takes reports outside of the stream's time, whose weeks pay for it");
  if (stream.until - stream.opens > SECONDS_MAX) refuse("a stream takes reports for at most 90 days");
  const kept = encoder.kind === "words" ? ((stream.coefficients.length - 1) * encoder.length * encoder.bits) / 8 : 0;
  if (kept > KEPT_BYTES_MAX)
    refuse(`a factor of ${stream.coefficients.length} bands keeps ${kept} bytes of sums, at most ${KEPT_BYTES_MAX}`);
  // A token is paid by a report, and only a member's own secret keeps the same rounds on a device that was reset.
  if (tokens !== undefined && noise.unit !== "member")
    refuse("a stream whose reports spend tokens counts members: an installation's rounds change when it is reset");
}
