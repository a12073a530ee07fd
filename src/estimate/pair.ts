// Correlation and slope of two values from the sums of their powers and products. Both are roots of sums over members, such as
// Σ(x − x̄)(y − ȳ) − b(x − x̄)² for a slope b, so noise in them is a weighted sum of the released rows' noises, whose exact law gives its
// half-width.
//
// Sampling: what a member adds to such a sum varies by the sum of its squares, which powers up to the fourth tell, whatever the
// members' law (the sandwich estimate; Huber 1967, White 1980). It is read with its own noise in it, so a share of that noise's deviation is added,
// and it is not taken to be less than of values without outliers, for which the second powers are enough.
import { normalQuantile } from "../privacy/numeric/normal.ts";
import type { MomentsPart } from "../task/encoders/moments/part.ts";
import { cellWeights, type Polynomial } from "../task/encoders/moments/read.ts";
import { clamp, type Estimate, hasMembers, hull, processingOf } from "./estimate.ts";
import { type CountedGroup, dot, type Interval } from "./group.ts";
import { level, noiseHalfWidth } from "./half-width.ts";
import { acceptedHull } from "./inversion.ts";
import { nothingKnown } from "./moments.ts";
import { crossing } from "./root.ts";

const z95 = normalQuantile((1 + level) / 2);
/** Slopes looked at, in ranges of the second value over the first's: a line over more than this many ranges says nothing. */
const slopeMax = 64;
/** Deviations of its own noise that are added to a sum of squares. */
const allowance = 0.5;

/** One sum over the members: as it was released, and the weights of the rows' noises in it. */
interface Sum {
  readonly value: number;
  readonly rows: readonly number[];
}

/** Sums over members of powers of their distances from the means, in x and y from 0 to 1 over each public range. */
interface Pair {
  readonly n: number;
  /** The noise's own squares are taken out of these three. */
  readonly xx: Sum;
  readonly yy: Sum;
  readonly xy: Sum;
  /** Of the fourth order: x⁴, x³y, x²y², xy³, y⁴. */
  readonly fourths: readonly Sum[];
}

/** undefined where noise may have made up the members, or a spread. */
function pairOf(part: MomentsPart, group: CountedGroup): Pair | undefined {
  if (!hasMembers(group)) return undefined;
  const { counts, noise, total: n } = group;
  const sumOf = (p: Polynomial, q: Polynomial): Sum => {
    const weights = cellWeights(part, p, q);
    return { value: dot(weights, counts), rows: group.noiseOf(weights) };
  };
  const mean = (sum: Sum) => clamp(sum.value / n, [0, 1]);
  const [x, y] = [powersAbout(mean(sumOf([0, 1], [1]))), powersAbout(mean(sumOf([1], [0, 1])))];
  const of = (i: number, j: number) => sumOf(x[i] as Polynomial, y[j] as Polynomial);
  // The distances' own sums are 0 but for noise, whose squares and products an estimated mean takes away.
  const [ownX, ownY] = [of(1, 0), of(0, 1)];
  const second = (i: number, j: number, one: Sum, other: Sum): Sum => {
    const { value, rows } = of(i, j);
    return { value: value + (noise.variance * dot(one.rows, other.rows)) / n, rows };
  };
  const [xx, yy, xy] = [second(2, 0, ownX, ownX), second(0, 2, ownY, ownY), second(1, 1, ownX, ownY)];
  const known = ({ value, rows }: Sum) => value > z95 * Math.sqrt(noise.variance * dot(rows, rows));
  if (!(known(xx) && known(yy))) return undefined;
  return { n, xx, yy, xy, fourths: [of(4, 0), of(3, 1), of(2, 2), of(1, 3), of(0, 4)] };
}

/** (x − mean)ʲ as polynomials in x, for j = 0 … 4. */
function powersAbout(mean: number): readonly Polynomial[] {
  const powers: number[][] = [[1]];
  for (let j = 1; j <= 4; j++) {
    const before = powers[j - 1] as number[];
    powers.push([...before, 0].map((_, i) => (i === 0 ? 0 : (before[i - 1] as number)) - mean * (before[i] ?? 0)));
  }
  return powers;
}

/** Σ of weighted fourth powers, with some of its noise; not below `least`. */
function squaresOf({ fourths }: Pair, weights: readonly number[], noiseVariance: number, least: number): number {
  const rows = (fourths[0] as Sum).rows.map((_, row) =>
    weights.reduce((sum, weight, i) => sum + weight * ((fourths[i] as Sum).rows[row] as number), 0),
  );
  const value = weights.reduce((sum, weight, i) => sum + weight * (fourths[i] as Sum).value, 0);
  return Math.max(least, value + allowance * Math.sqrt(noiseVariance * dot(rows, rows)));
}

const minus = (a: Sum, factor: number, b: Sum): readonly number[] =>
  a.rows.map((one, i) => one - factor * (b.rows[i] as number));

/** Pearson's r, between −1 and 1: the ρ for which Sxy − ρ√(SxxSyy) is no more than its errors. */
export function correlationOf(part: MomentsPart, group: CountedGroup): Estimate {
  const pair = pairOf(part, group);
  if (pair === undefined) return nothingKnown(-1, 1);
  const { noise } = group;
  const { n, xx, yy, xy } = pair;
  const both = Math.sqrt(xx.value * yy.value);
  const r = clamp(xy.value / both, [-1, 1]);
  const ratio = Math.sqrt(yy.value / xx.value);
  // What a member adds is xy − ρ(x²·ratio + y²/ratio)/2.
  const byBoth: Sum = {
    value: both,
    rows: xx.rows.map((one, i) => (one * ratio + (yy.rows[i] as number) / ratio) / 2),
  };
  const sampling = (rho: number) => {
    const quarter = (rho * rho) / 4;
    const weights = [quarter * ratio ** 2, -rho * ratio, 1 + 2 * quarter, -rho / ratio, quarter / ratio ** 2];
    const normal = (both * (1 - rho * rho)) ** 2 / n;
    return squaresOf(pair, weights, noise.variance, normal) * (n / Math.max(1, n - 3));
  };
  const rows = (rho: number) => minus(xy, rho, byBoth);
  const within = (sampled: 0 | 1): Interval => {
    const inside = (rho: number) =>
      noiseHalfWidth(rows(rho), noise, sampled * sampling(rho)) - Math.abs(xy.value - rho * both);
    const end = (last: -1 | 1) => (inside(r) < 0 ? r : inside(last) >= 0 ? last : crossing(inside, last, r));
    return [end(-1), end(1)];
  };
  const privacyInterval95 = within(0);
  const interval95 = hull(within(1), privacyInterval95);
  const own = rows(r);
  return {
    estimate: r,
    interval95,
    privacyInterval95,
    privacyNoiseSd: Math.min(1, Math.sqrt(noise.variance * dot(own, own)) / both),
    samplingSd: Math.min(1, Math.sqrt(sampling(r)) / both),
    uninformative: interval95[0] <= -1 && interval95[1] >= 1,
    ...processingOf(group),
  };
}

/** Of the least-squares line of the second value on the first, in their units: the b for which b·Sxx − Sxy is no more than its errors. */
export function slopeOf(part: MomentsPart, group: CountedGroup): Estimate {
  const [[lowX, highX], [lowY, highY]] = part.clip as [[number, number], [number, number]];
  const unit = (highY - lowY) / (highX - lowX);
  const pair = pairOf(part, group);
  if (pair === undefined) return nothingKnown(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
  const { noise } = group;
  const { n, xx, yy, xy } = pair;
  const slope = xy.value / xx.value;
  const rows = (b: number) => minus(xy, b, xx);
  const knots = [Math.min(-slopeMax, 2 * slope), Math.max(slopeMax, 2 * slope)];
  const profile = {
    knots,
    rows,
    value: (b: number) => b * xx.value - xy.value,
    squares: (b: number) => dot(rows(b), rows(b)),
  };
  const residual = (b: number) => Math.max(0, yy.value - 2 * b * xy.value + b * b * xx.value);
  const sampling = (b: number) =>
    squaresOf(pair, [b * b, -2 * b, 1, 0, 0], noise.variance, (xx.value * residual(b)) / n) * (n / Math.max(1, n - 4));
  const inUnits = ([low, high]: Interval): Interval => [
    low <= (knots[0] as number) ? Number.NEGATIVE_INFINITY : unit * low,
    high >= (knots[1] as number) ? Number.POSITIVE_INFINITY : unit * high,
  ];
  const privacyInterval95 = inUnits(acceptedHull(profile, noise, () => 0));
  const interval95 = hull(inUnits(acceptedHull(profile, noise, sampling)), privacyInterval95);
  const own = rows(slope);
  return {
    estimate: unit * slope,
    interval95,
    privacyInterval95,
    privacyNoiseSd: (unit * Math.sqrt(noise.variance * dot(own, own))) / xx.value,
    samplingSd: (unit * Math.sqrt(sampling(slope))) / xx.value,
    uninformative: !interval95.some(Number.isFinite),
    ...processingOf(group),
  };
}
