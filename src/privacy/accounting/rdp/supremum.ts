// The zCDP parameter of a Rényi curve that has no closed one: the supremum of D_α/α, bounded from above.
import type { Divergence } from "./curve.ts";

/** Intervals shorter than this, relative to α - 1, are not split: their chords are closer than rounding. */
const shortest = 1e-6;

/** What is left between the bound found and the supremum, relative. */
const tolerance = 1e-9;

/**
 * An upper bound of sup D_α/α over α > 1. (α-1)·D_α is convex and 0 at α = 1, so on every interval it lies below its
 * chord; intervals whose chord could still beat the best value found are halved.
 * @param divergence precise down to α = 1 + 1e-9 @param largest D at infinity: beyond α = largest/best nothing is larger
 */
export function supremumRho(divergence: Divergence, largest: number): number {
  const at = (x: number) => ({ x, value: divergence(1 + x) });
  type Point = ReturnType<typeof at>;
  const first = at(1e-9);
  let best = first.value / (1 + first.x);
  // On the first interval D_α ≤ D at its end.
  let bound = first.value;
  const points = [first];
  for (let x = 2e-9; 1 + x / 2 < largest / best; x *= 2) {
    const point = at(x);
    points.push(point);
    best = Math.max(best, point.value / (1 + x));
  }
  const intervals: [Point, Point][] = [];
  for (let i = 1; i < points.length; i++) intervals.push([points[i - 1] as Point, points[i] as Point]);
  while (intervals.length > 0) {
    const [low, high] = intervals.pop() as [Point, Point];
    const most = chordMaximum(low, high);
    if (most <= best * (1 + tolerance) || high.x - low.x < shortest * high.x) {
      bound = Math.max(bound, most);
      continue;
    }
    const middle = at((low.x + high.x) / 2);
    best = Math.max(best, middle.value / (1 + middle.x));
    intervals.push([low, middle], [middle, high]);
  }
  return Math.max(bound, best);
}

/** The largest (chord of x·D)/(x(1+x)) between two points, x = α - 1: where c(x) = s(x - z), the top lies at z + √(z²+z). */
function chordMaximum(low: { x: number; value: number }, high: { x: number; value: number }): number {
  const [start, end] = [low.x * low.value, high.x * high.value];
  const slope = (end - start) / (high.x - low.x);
  const zero = Math.max(0, low.x - start / slope);
  const top = Math.min(high.x, Math.max(low.x, zero + Math.sqrt(zero * zero + zero)));
  return (start + slope * (top - low.x)) / (top * (1 + top));
}
