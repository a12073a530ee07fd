// Auditing by many runs: a mechanism is run on two neighbours, an attacker's score is taken each time, and the error rates of
// a test on it bound from below what the mechanism can promise (Ding et al. 2018; Jagielski, Ullman and Oprea 2020).
//
// The test is chosen on the first half of the scores and judged on the second, so that choosing it costs no confidence. Its two
// rates get half of what may go wrong each (Clopper and Pearson). So of a mechanism that keeps its claim the audited bound
// exceeds it in at most 1 − confidence of all audits; of `among` audits looked at together, at most in that share one or more does.
import { fail } from "../../base/errors.ts";
import { type Claim, checkClaim, claimedOf, leastFor, type TestRates } from "./claim.ts";
import { proportionAtLeast, proportionAtMost } from "./proportions.ts";

export interface AuditOptions {
  /** 0.99: one audit in a hundred of a right mechanism may look wrong. */
  readonly confidence: number;
  /** Audits that are looked at together and share the confidence (Bonferroni). 1 when left out. */
  readonly among?: number;
}

export interface Audit {
  readonly claim: Claim;
  /** The least ε, ρ or divergence there is, with this confidence. */
  readonly audited: number;
  /** The claim is refuted. */
  readonly crossed: boolean;
  readonly confidence: number;
  readonly among: number;
  /** Scores from here on are taken for "present". */
  readonly threshold: number;
  /** On the second half: how often the test said "present". */
  readonly judged: {
    readonly present: { readonly hits: number; readonly trials: number };
    readonly absent: { readonly hits: number; readonly trials: number };
  };
  /** The limits of both rates. */
  readonly rates: TestRates;
}

/** Fewer decide nothing. */
const LEAST = 20;
/** Tests tried while choosing: from either end of the scores, in steps of a quarter. */
const STEP = 1.25;

/**
 * @param present scores of runs with the member: larger ones should speak for it @param absent of runs without
 * @throws PacelineError invalid_argument for fewer than 20 scores on a side, for one that is no number, or a confidence that is none
 */
export function auditScores(
  claim: Claim,
  { present, absent }: { readonly present: ArrayLike<number>; readonly absent: ArrayLike<number> },
  { confidence, among = 1 }: AuditOptions,
): Audit {
  if (!(confidence > 0 && confidence < 1 && Number.isSafeInteger(among) && among >= 1))
    fail("invalid_argument", "an audit has a confidence between 0 and 1, and is one of 1 or more");
  checkClaim(claim);
  const alpha = (1 - confidence) / among / 2;
  const [presentFirst, presentLast] = halves(present);
  const [absentFirst, absentLast] = halves(absent);
  const threshold = bestThreshold(claim, presentFirst, absentFirst, alpha);
  const judged = { present: counted(presentLast, threshold), absent: counted(absentLast, threshold) };
  const rates = limitsOf(judged, alpha);
  const audited = leastFor(claim, rates);
  return { claim, audited, crossed: audited > claimedOf(claim), confidence, among, threshold, judged, rates };
}

/** Sorted. */
function halves(scores: ArrayLike<number>): [Float64Array, Float64Array] {
  if (scores.length < 2 * LEAST)
    fail("invalid_argument", `an audit needs ${2 * LEAST} scores on each side, not ${scores.length}`);
  const all = Float64Array.from(scores);
  if (all.some(Number.isNaN)) fail("invalid_argument", "a score is no number");
  const middle = all.length >> 1;
  return [all.slice(0, middle).sort(), all.slice(middle).sort()];
}

type Judged = Audit["judged"];

function limitsOf({ present, absent }: Judged, alpha: number): TestRates {
  return {
    present: proportionAtLeast(present.hits, present.trials, alpha),
    absent: proportionAtMost(absent.hits, absent.trials, alpha),
  };
}

/** The one whose limits on these very scores say most. */
function bestThreshold(claim: Claim, present: Float64Array, absent: Float64Array, alpha: number): number {
  let [best, most] = [Number.POSITIVE_INFINITY, -1];
  for (const threshold of new Set([...candidates(present), ...candidates(absent)])) {
    const judged = { present: counted(present, threshold), absent: counted(absent, threshold) };
    // Limits take long: only for what might be better than what is known.
    const { present: yes, absent: no } = judged;
    if (leastFor(claim, { present: yes.hits / yes.trials, absent: no.hits / no.trials }) <= most) continue;
    const least = leastFor(claim, limitsOf(judged, alpha));
    if (least > most) [best, most] = [threshold, least];
  }
  return best;
}

/** A few dozen of the scores, close together at both ends. */
function candidates(sorted: Float64Array): readonly number[] {
  const places: number[] = [];
  for (let at = 1; at <= sorted.length / 2; at = Math.max(at + 1, Math.floor(at * STEP))) places.push(at);
  return places.flatMap((at) => [sorted[at] as number, sorted[sorted.length - at] as number]);
}

/** How many of the sorted scores are at least the threshold. */
function counted(sorted: Float64Array, threshold: number): { readonly hits: number; readonly trials: number } {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < threshold) low = middle + 1;
    else high = middle;
  }
  return { hits: sorted.length - low, trials: sorted.length };
}
