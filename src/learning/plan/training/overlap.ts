// What overlapping rounds cannot be combined with, and how many server steps are behind a round's model, for every party.
import { fail } from "../../../base/errors.ts";
import type { TrainingManifest } from "./manifest.ts";

type Combined = Pick<TrainingManifest, "adaptiveClip" | "decisions"> & { readonly stream?: unknown };

/** @returns why rounds of such a training go one after the other; undefined where they may overlap */
export function overlapFault({ stream, adaptiveClip, decisions }: Combined): string | undefined {
  if (stream !== undefined)
    return "noise that is correlated over rounds cancels in one order only, and an aggregator's stream goes on with the next round alone: rounds of a stream do not overlap";
  if (adaptiveClip !== undefined)
    return "a clip that follows the updates is that of the round before, and of rounds that are open together each would move it for all: with overlapping rounds the clip is fixed";
  if (decisions.rollback !== undefined || decisions.stop !== undefined)
    return "a rule that turns back or ends a training does so when a round is closed, and the rounds that are open by then were paid and would be given up: with overlapping rounds that is for the operator to decide";
  return undefined;
}

/** Server steps that the round's model has behind it, as far as bounds on how it moved need them: of one round after the other, its rounds. */
export const stepsOf = ({ round, overlap }: Pick<TrainingManifest, "round" | "overlap">): number =>
  overlap === undefined ? round.number - 1 : overlap.steps;

/** @throws PacelineError manifest_refused */
export function checkOverlap(training: TrainingManifest): void {
  const { overlap, round } = training;
  if (overlap === undefined) return;
  const fault = overlapFault(training);
  if (fault !== undefined) fail("manifest_refused", fault);
  // Each step is the release of a round that was asked before this one, and of another number.
  if (overlap.steps >= round.of)
    fail(
      "manifest_refused",
      `a training of ${round.of} rounds has no model with ${overlap.steps} behind it and another to come`,
    );
}
