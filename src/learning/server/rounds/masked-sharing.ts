// The terms of a masked training, completed from what its author wrote: counts in thousandths, and what the finder makes of them.
import { fail } from "../../../base/errors.ts";
import { graphFor, roundCounts } from "../../masked/counts.ts";
import type { TrainingDraft } from "../../plan/training/draft.ts";
import type { MaskedSharing } from "../../plan/training/masked-sharing.ts";

/** Chance that any cell of a round's sum wraps around: once in a thousand million rounds. */
export const OVERFLOW = 1e-9;
const USUAL = { corrupt: 0.05, dropouts: 0.3, joinSeconds: 21_600, stageSeconds: 3600 };

/** @throws PacelineError invalid_query for shares that are no whole thousandths, manifest_refused where the finder has no graph */
export function maskedSharing(
  { bits = 32, cohort: { least }, masked = {} }: TrainingDraft,
  registrar: MaskedSharing["registrar"],
): MaskedSharing {
  const {
    corrupt = USUAL.corrupt,
    dropouts = USUAL.dropouts,
    joinSeconds = USUAL.joinSeconds,
    stageSeconds = USUAL.stageSeconds,
  } = masked;
  const shares = { corrupt: thousandths("corrupt", corrupt), dropouts: thousandths("dropouts", dropouts) };
  const { degree, threshold } = graphFor(shares, least);
  const { honest } = roundCounts(shares, least);
  return {
    ...{ kind: "masked", bits, overflow: OVERFLOW, least, ...shares, graph: { degree, threshold }, honest },
    ...{ joinSeconds, stageSeconds, registrar },
  };
}

function thousandths(name: string, share: number): number {
  const count = Math.round(share * 1000);
  if (Math.abs(count - share * 1000) > 1e-9)
    fail("invalid_query", `the training's masked.${name} is ${share}, a whole number of thousandths belongs here`);
  return count;
}
