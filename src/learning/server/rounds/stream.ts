// The stream of a training, completed from what its author wrote: the best factor for it, and its time.
import { fail } from "../../../base/errors.ts";
import { chooseFactor } from "../../../privacy/factorisation/choose.ts";
import { STREAM_ROUNDS_MAX, type TrainingStream } from "../../plan/stream.ts";
import type { TrainingDraft } from "../../plan/training/draft.ts";
import { KEPT_BYTES_MAX } from "../../plan/training/stream.ts";

/** A factor's, where a draft does not say. */
export const USUAL_BANDS = 16;
const DAY = 86_400;
/** For rounds that are asked again. */
const SPARE = 2;

export interface StreamTerms {
  /** Unix seconds. */
  readonly now: number;
  /** How long a round takes reports. */
  readonly roundSeconds: number;
  /** Of one share of a round's sum. */
  readonly shareBytes: number;
}

/** @throws PacelineError invalid_query, unsupported where it is no better than independent noise */
export function streamFor(
  { rounds, stream }: Pick<TrainingDraft, "rounds" | "stream">,
  { now, roundSeconds, shareBytes }: StreamTerms,
): TrainingStream | undefined {
  if (stream === undefined) return undefined;
  const { separation, bands = USUAL_BANDS } = stream;
  if (rounds > STREAM_ROUNDS_MAX || separation > rounds)
    fail("invalid_query", `a stream of ${rounds} rounds with a member in one of ${separation} of them`, {
      hint: `At most ${STREAM_ROUNDS_MAX} rounds, and a separation of at most as many.`,
    });
  const kept = 1 + Math.floor(KEPT_BYTES_MAX / shareBytes);
  const { coefficients } = chooseFactor({ rounds, separation }, Math.min(bands, kept));
  const least = (rounds * roundSeconds) / DAY;
  const days = stream.days ?? Math.ceil(SPARE * least);
  if (days < least || days > DAYS_MAX)
    fail("invalid_query", `${rounds} rounds of ${roundSeconds} seconds in ${days} days`, {
      hint: `They take ${Math.ceil(least)} days at least, and a stream has at most ${DAYS_MAX}: use fewer rounds, or a coordinator whose tasks take reports for less time.`,
    });
  return { separation, coefficients: [...coefficients], opens: now, until: now + days * DAY };
}

/** Windows are asked about for so long. */
const DAYS_MAX = 60;
