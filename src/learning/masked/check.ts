// What device, registrar, coordinator and anyone who verifies check of a masked round, each for itself, from public facts.
import { fromBase64Url } from "../../base/bytes.ts";
import { canonicalJson } from "../../base/canonical.ts";
import { fail, isPacelineError } from "../../base/errors.ts";
import type { RoundTerms } from "../../protocol/secagg/terms.ts";
import type { MaskedManifest } from "../../task/masked/manifest.ts";
import { epochsOf } from "../../task/prove.ts";
import type { CheckedTraining } from "../plan/training/bounds.ts";
import { checkTrainingParts } from "../plan/training/check.ts";
import { decodeTraining, type TrainingManifest } from "../plan/training/manifest.ts";
import type { MaskedSharing } from "../plan/training/masked-sharing.ts";
import { graphFor, type Range, rangeOf, roundCounts } from "./counts.ts";
import { checkMaskedOverflow, priceOf } from "./noise.ts";

/** Stages of a round: keys, nonces, shares, vectors, signatures, unmasking. */
export const STAGES = 6;

export interface CheckedMasked extends CheckedTraining {
  readonly training: TrainingManifest & { readonly sharing: MaskedSharing };
  readonly sigmaSquared: bigint;
  readonly range: Range;
  /** Of `noise`: zCDP of the honest shares, at most what the manifest states. */
  readonly rho: bigint;
  /** Whose budgets pay: ISO weeks and years, as of a task. */
  readonly epochs: readonly string[];
}

/** @throws PacelineError manifest_refused saying which part does not hold */
export function checkMasked(manifest: MaskedManifest): CheckedMasked {
  try {
    return check(manifest);
  } catch (error) {
    if (isPacelineError(error) && error.code !== "manifest_refused")
      fail("manifest_refused", error.message, { cause: error });
    throw error;
  }
}

const WINDOW_DAYS_MAX = 400;

function check(manifest: MaskedManifest): CheckedMasked {
  const refuse = (why: string): never => fail("manifest_refused", why);
  const { source, window, joining, noise } = manifest;
  const training = decodeTraining(source.training);
  const { sharing, cohort } = training;
  if (sharing.kind !== "masked") return refuse("a masked round whose training is not masked");
  if (window.end <= window.start || window.end - window.start > WINDOW_DAYS_MAX)
    refuse(`the window must hold 1 to ${WINDOW_DAYS_MAX} days`);
  const bounds = checkTrainingParts(manifest, source.metrics, training);
  const range = rangeOf(sharing, cohort.most);
  const smallest = roundCounts(sharing, sharing.least);
  const { degree, threshold } = graphFor(sharing, sharing.least);
  // Where the largest has none, members would join in vain.
  graphFor(sharing, cohort.most);
  const { graph } = sharing;
  if (graph.degree !== degree || graph.threshold !== threshold)
    refuse(
      `${graph.degree} neighbours of whom ${graph.threshold} rebuild a secret are stated; of ${sharing.least} members it takes ${degree} and ${threshold}`,
    );
  if (sharing.honest !== smallest.honest)
    refuse(
      `${sharing.honest} honest shares of noise are stated; of ${sharing.least} members ${smallest.honest} are sure`,
    );
  if (manifest.minBatch !== smallest.survivors)
    refuse(`${manifest.minBatch} members are said to stay at least; of ${sharing.least} it is ${smallest.survivors}`);
  const sigmaSquared = BigInt(noise.sigmaSquared);
  const rho = priceOf(range, sigmaSquared, bounds);
  if (BigInt(manifest.rho) < rho) refuse(`the manifest states ${manifest.rho} nano-rho, its noise costs ${rho}`);
  checkMaskedOverflow({ ...training, sharing }, bounds, Number(manifest.rho) / 1e9);
  checkTimes(joining, sharing);
  const upload = { opens: joining.opens, closes: joining.ends };
  return {
    ...{ training: { ...training, sharing }, bounds, sigmaSquared, range, rho },
    epochs: epochsOf({ window, upload }),
  };
}

/** Asked for its outcome once a deadline has passed: a minute for clocks and for the registrar's answer. */
export const SLACK_SECONDS = 60;

/** When members may join and when the round is over at the latest, in Unix seconds. */
export function timesOf(sharing: Pick<MaskedSharing, "joinSeconds" | "stageSeconds">, opens: number) {
  const closes = opens + sharing.joinSeconds;
  return { opens, closes, ends: closes + STAGES * sharing.stageSeconds + SLACK_SECONDS };
}

function checkTimes(joining: MaskedManifest["joining"], sharing: MaskedSharing): void {
  if (canonicalJson(joining) !== canonicalJson(timesOf(sharing, joining.opens)))
    fail("manifest_refused", "the round's times do not follow from how long members may join and a stage waits");
}

/** The terms of a round with so many members: what the registrar signs with their keys, and each device computes again. */
export function roundTermsOf(task: Uint8Array, { training, bounds }: CheckedMasked, members: number): RoundTerms {
  const { sharing } = training;
  const { corrupt, survivors, unopened } = roundCounts(sharing, members);
  return {
    ...{ manifest: task, model: fromBase64Url(training.weights), round: training.round.number },
    ...{ corrupt, survivors, unopened, width: sharing.bits, length: bounds.dimension },
  };
}

/**
 * That a round's roster is one that this manifest allows, with the counts that follow from it and no others.
 * @throws PacelineError manifest_refused
 */
export function checkRoundTerms(task: Uint8Array, checked: CheckedMasked, terms: RoundTerms, members: number): void {
  const { sharing, cohort } = checked.training;
  if (members < sharing.least || members > cohort.most)
    fail("manifest_refused", `a round of ${members} members, ${sharing.least} to ${cohort.most} belong here`);
  const own = roundTermsOf(task, checked, members);
  for (const name of ["corrupt", "survivors", "unopened"] as const)
    if (terms[name] !== own[name])
      fail(
        "manifest_refused",
        `the round states ${terms[name]} for "${name}"; of ${members} members it is ${own[name]}`,
      );
}
