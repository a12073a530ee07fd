// What makes a number uncertain, kept apart: the noise, the sample, values beyond the edges, members without a value.
import type { Estimate } from "./estimate.ts";
import type { CountedGroup, Interval } from "./group.ts";
import { noiseHalfWidth } from "./half-width.ts";
import type { CellNoise } from "./noise.ts";

export interface ErrorParts {
  /** Half of privacyInterval95's width. */
  readonly privacyNoise: number;
  /** What sampling adds: the root of the difference of the squared half-widths, 0 for counts and totals. */
  readonly sampling: number;
  /**
   * Values beyond the outer edges count as lying in the outer bins: so no larger share of the members was clipped than lies
   * there, read at the upper 95 % bound of its noise.
   */
  readonly clipping: { readonly atMostBelow: number; readonly atMostAbove: number } | Unknown;
  /** Members of the group who took part without a value for this statistic: a 95 % interval from the noise. */
  readonly nonResponse: { readonly members: Interval } | Unknown;
}

interface Unknown {
  readonly unknown: string;
}

/** A number of members as it was released, with the weights of the released rows in it. */
export interface Counted {
  readonly total: number;
  readonly weights: readonly number[];
}

export function partsOf(
  { interval95, privacyInterval95 }: Estimate,
  clipping: ErrorParts["clipping"],
  nonResponse: ErrorParts["nonResponse"],
): ErrorParts {
  const half = ([low, high]: Interval) => (high - low) / 2;
  const [whole, privacyNoise] = [half(interval95), half(privacyInterval95)];
  const sampling = Number.isFinite(whole) ? Math.sqrt(Math.max(0, whole ** 2 - privacyNoise ** 2)) : whole;
  return { privacyNoise, sampling: privacyNoise === Number.POSITIVE_INFINITY ? 0 : sampling, clipping, nonResponse };
}

export function clippingOf({ counts, totalInterval: [least], noise, noiseOf }: CountedGroup): ErrorParts["clipping"] {
  if (!(least > 0)) return { unknown: "the group may be no more than noise" };
  const share = (cell: number) => {
    const half = noiseHalfWidth(noiseOf(counts.map((_, i) => (i === cell ? 1 : 0))), noise, 0);
    return Math.min(1, Math.max(0, (counts[cell] as number) + half) / least);
  };
  return { atMostBelow: share(0), atMostAbove: share(counts.length - 1) };
}

/** @param present members who took part, where the release counts them @param own of these, who had a value */
export function nonResponseOf(present: Counted | undefined, own: Counted, noise: CellNoise): ErrorParts["nonResponse"] {
  if (present === undefined)
    return { unknown: "the release does not count members without a value; ask COUNT(*) beside" };
  const half = noiseHalfWidth([...present.weights, ...own.weights], noise, 0);
  const missing = present.total - own.total;
  return { members: [Math.max(0, missing - half), Math.max(0, missing + half)] };
}
