// What a test can do at each rate of false alarms, from scores: the curve by which attacks are compared, and its value where few
// false alarms are allowed (Carlini et al. 2022, "Membership inference attacks from first principles").
import { fail } from "../../base/errors.ts";
import { proportionAtLeast, proportionAtMost } from "./proportions.ts";

export interface RocPoint {
  /** The share of the absent who are taken for present. */
  readonly falseAlarms: number;
  /** The share of the present who are found. */
  readonly found: number;
}

export interface FoundAt extends RocPoint {
  /** Clopper and Pearson's limits of `found`, each wrong with half of what may be wrong. */
  readonly low: number;
  readonly high: number;
}

/** Points that are kept, evenly over the logarithm of the false alarms. */
const KEPT = 60;

/** From no false alarm to everybody. @param present scores with the member: larger ones speak for it */
export function rocOf(present: ArrayLike<number>, absent: ArrayLike<number>): readonly RocPoint[] {
  const [yes, no] = [falling(present), falling(absent)];
  const points: RocPoint[] = [];
  for (let at = 0, i = 0, last = -1; at < no.length; at++) {
    // Those who score alike are alarmed together.
    if (at + 1 < no.length && no[at + 1] === no[at]) continue;
    while (i < yes.length && (yes[i] as number) >= (no[at] as number)) i++;
    const place = Math.floor((KEPT * Math.log(at + 1)) / Math.log(Math.max(2, no.length)));
    if (place === last && at + 1 < no.length) continue;
    last = place;
    points.push({ falseAlarms: (at + 1) / no.length, found: i / yes.length });
  }
  return points;
}

/**
 * How many are found where this share of the absent is alarmed: those above a bar, and of those at it as many as a coin lets
 * through, where scores are alike.
 * @throws PacelineError invalid_argument where there are too few absent to tell so small a share
 */
export function foundAt(
  present: ArrayLike<number>,
  absent: ArrayLike<number>,
  falseAlarms: number,
  confidence: number,
): FoundAt {
  const allowed = Math.floor(falseAlarms * absent.length);
  if (!(allowed >= 1 && falseAlarms <= 1))
    fail("invalid_argument", `a share of ${falseAlarms} of ${absent.length} is nobody: ask for more runs`);
  const bar = falling(absent)[allowed - 1] as number;
  const [no, yes] = [around(absent, bar), around(present, bar)];
  const hits = yes.above + (yes.at * (allowed - no.above)) / no.at;
  const alpha = (1 - confidence) / 2;
  return {
    falseAlarms: allowed / absent.length,
    found: hits / present.length,
    low: proportionAtLeast(Math.floor(hits), present.length, alpha),
    high: proportionAtMost(Math.ceil(hits), present.length, alpha),
  };
}

function around(scores: ArrayLike<number>, bar: number): { readonly above: number; readonly at: number } {
  let [above, at] = [0, 0];
  for (let i = 0; i < scores.length; i++) {
    if ((scores[i] as number) > bar) above += 1;
    else if (scores[i] === bar) at += 1;
  }
  return { above, at };
}

function falling(scores: ArrayLike<number>): Float64Array {
  if (scores.length === 0) fail("invalid_argument", "there are no scores");
  const all = Float64Array.from(scores);
  if (all.some(Number.isNaN)) fail("invalid_argument", "a score is no number");
  return all.sort().reverse();
}
