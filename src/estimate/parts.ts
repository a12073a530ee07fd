// What makes a number uncertain, kept apart: the noise, the sample, values beyond the edges, members without a value.
import type { Estimate } from "./estimate.ts";
import { noiseHalfWidth } from "./half-width.ts";
import type { HistogramGroup, Interval } from "./histogram.ts";
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

/** A number of members as it was released, with the noise in it as weights of equal cells. */
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

export function clippingOf({ counts, totalInterval: [least], noise }: HistogramGroup): ErrorParts["clipping"] {
  if (!(least > 0)) return { unknown: "the group may be no more than noise" };
  const half = noiseHalfWidth([1], noise, 0);
  const share = (count: number) => Math.min(1, Math.max(0, count + half) / least);
  return { atMostBelow: share(counts[0] as number), atMostAbove: share(counts.at(-1) as number) };
}

/** @param present members who took part, where the release counts them @param own of these, who had a value */
export function nonResponseOf(
  present: Counted | undefined,
  own: Counted | undefined,
  noise: CellNoise,
): ErrorParts["nonResponse"] {
  if (present === undefined || own === undefined)
    return { unknown: "the release does not count members without a value; ask COUNT(*) beside" };
  const half = noiseHalfWidth([...present.weights, ...own.weights], noise, 0);
  const missing = present.total - own.total;
  return { members: [Math.max(0, missing - half), Math.max(0, missing + half)] };
}
