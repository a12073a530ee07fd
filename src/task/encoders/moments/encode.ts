import { bernstein } from "./bernstein.ts";
import type { MomentsPart } from "./part.ts";

/** @returns the resolution's points, shared out; undefined when a value is missing */
export function encodeMoments(part: MomentsPart, values: readonly (number | undefined)[]): number[] | undefined {
  const { clip, order, resolution } = part;
  let shares = [1];
  for (const [i, bounds] of clip.entries()) {
    const place = placeIn(values[i], bounds as [number, number]);
    if (place === undefined) return undefined;
    const own = bernstein(order, place);
    shares = shares.flatMap((share) => own.map((one) => share * one));
  }
  return apportion(shares, resolution);
}

/** From 0 to 1; infinities lie at the ends, NaN nowhere. */
function placeIn(x: number | undefined, [low, high]: readonly [number, number]): number | undefined {
  if (x === undefined || Number.isNaN(x)) return undefined;
  // Differences of clipped numbers: an infinity never meets another.
  return Math.min(1, Math.max(0, (Math.min(high, Math.max(low, x)) - low) / (high - low)));
}

/** Whole numbers that add up to `points`, each within 1 of its share: what is left goes to the largest remainders (Hamilton). */
function apportion(shares: readonly number[], points: number): number[] {
  const whole = shares.map((share) => Math.min(points, Math.floor(share * points)));
  const left = points - whole.reduce((sum, one) => sum + one, 0);
  const order = shares.map((share, k) => ({ k, rest: share * points - (whole[k] as number) }));
  for (const { k } of order.sort((a, b) => b.rest - a.rest || a.k - b.k).slice(0, left))
    whole[k] = (whole[k] as number) + 1;
  return whole;
}
