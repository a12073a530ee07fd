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
 * How many are found where at most this share of the absent is alarmed.
 * @throws PacelineError invalid_argument where there are too few absent to tell so small a share
 */
export function foundAt(
  present: ArrayLike<number>,
  absent: ArrayLike<number>,
  falseAlarms: number,
  confidence: number,
): FoundAt {
  const no = falling(absent);
  const allowed = Math.floor(falseAlarms * no.length);
  if (!(allowed >= 1))
    fail("invalid_argument", `a share of ${falseAlarms} of ${no.length} is nobody: ask for more runs`);
  // Strictly above the first that may not be alarmed any more.
  const bar = no[allowed] ?? Number.NEGATIVE_INFINITY;
  const above = (scores: ArrayLike<number>) => Float64Array.from(scores).filter((score) => score > bar).length;
  const [hits, alarms] = [above(present), above(absent)];
  const alpha = (1 - confidence) / 2;
  return {
    falseAlarms: alarms / no.length,
    found: hits / present.length,
    low: proportionAtLeast(hits, present.length, alpha),
    high: proportionAtMost(hits, present.length, alpha),
  };
}

function falling(scores: ArrayLike<number>): Float64Array {
  if (scores.length === 0) fail("invalid_argument", "there are no scores");
  return Float64Array.from(scores).sort().reverse();
}
