// Correlation and slope of two values from their released moments. Both are functions of the six released sums, so noise in them
// is a weighted sum of the rows' noise, whose exact law gives its half-width.
//
// Sampling: how far a product moment strays depends on fourth moments, which are not released. They are taken to be those of
// values as heavy-tailed as a gamma law with the released mean and deviation from the nearer end of the public range: little more
// than a normal's for values that lie in a bell around the middle, 6/shape for skewed ones.
import { normalQuantile } from "../privacy/numeric/normal.ts";
import { momentSums } from "../task/encoders/decode.ts";
import { clamp, type Estimate, hull } from "./estimate.ts";
import { level, noiseHalfWidth } from "./half-width.ts";
import type { Interval } from "./histogram.ts";
import { acceptedHull, profileOf } from "./inversion.ts";
import { type MomentRows, nothingKnown, presentOf } from "./moments.ts";
import type { CellNoise } from "./noise.ts";
import { crossing } from "./root.ts";

const z95 = normalQuantile((1 + level) / 2);
/** Slopes looked at, in ranges of the second value over the first's: a line over more than this many ranges says nothing. */
const slopeMax = 64;

/** Sums over members, in z from −1 to 1 over each public range. */
interface Pair {
  readonly n: number;
  readonly x: number;
  readonly y: number;
  /** Sums of squares and products about the means, the noise's own squares taken out. */
  readonly sxx: number;
  readonly syy: number;
  readonly sxy: number;
  /** Derivatives of those three by the released rows. */
  readonly by: { readonly sxx: Rows; readonly syy: Rows; readonly sxy: Rows };
  /** How much wider sampling errors are than those of normal values, as variances. */
  readonly tails: number;
}

/** Present, x, y, x², y², xy. */
type Rows = readonly [number, number, number, number, number, number];

/** undefined where noise may have made up the members, or a spread. */
function pairOf(rows: MomentRows, noise: CellNoise): Pair | undefined {
  const { part } = rows;
  if (!(presentOf(rows, noise).interval[0] > 0)) return undefined;
  const { present: n, sums } = momentSums(rows);
  const [x, y, xx, yy, xy] = sums.map(({ sum }) => sum / n) as [number, number, number, number, number];
  const [counted, scaled] = [1 / part.presentWeight, 1 / (part.weight * part.resolution)];
  // The square of a noised sum is larger than the sum's by the noise's variance, n times as much as its mean.
  const own = (noise.variance * scaled ** 2) / n;
  const [sxx, syy, sxy] = [n * (xx - x * x) + own, n * (yy - y * y) + own, n * (xy - x * y)];
  // A square is half of (row + present).
  const by = {
    sxx: [(x * x + 0.5) * counted, -2 * x * scaled, 0, scaled / 2, 0, 0],
    syy: [(y * y + 0.5) * counted, 0, -2 * y * scaled, 0, scaled / 2, 0],
    sxy: [x * y * counted, -y * scaled, -x * scaled, 0, 0, scaled],
  } as const;
  const known = (value: number, rowsOf: Rows) => value > z95 * deviation(rowsOf, noise);
  if (!(known(sxx, by.sxx) && known(syy, by.syy))) return undefined;
  const tails = 1 + (excess(sxx / n, x) + excess(syy / n, y)) / 6;
  return { n, x, y, sxx, syy, sxy, by, tails };
}

/** Excess kurtosis of a gamma law with this variance and mean, counted from the nearer end. */
function excess(variance: number, mean: number): number {
  return Math.min(kurtosisMax, (6 * variance) / Math.max(1e-6, 1 - Math.abs(mean)) ** 2);
}
/** An exponential law's. */
const kurtosisMax = 6;

const deviation = (rows: Rows, noise: CellNoise) => Math.sqrt(noise.variance * rows.reduce((sum, w) => sum + w * w, 0));
const minus = (a: Rows, factor: number, b: Rows) =>
  a.map((one, i) => one - factor * (b[i] as number)) as unknown as Rows;

/** Pearson's r, between −1 and 1: the ρ for which Sxy − ρ√(SxxSyy) is no more than its errors. */
export function correlationOf(rows: MomentRows, noise: CellNoise): Estimate {
  const pair = pairOf(rows, noise);
  if (pair === undefined) return nothingKnown([-1, 1]);
  const { n, sxx, syy, sxy, by, tails } = pair;
  const both = Math.sqrt(sxx * syy);
  const r = clamp(sxy / both, [-1, 1]);
  const byBoth = by.sxx.map((one, i) => (one * syy + (by.syy[i] as number) * sxx) / (2 * both)) as unknown as Rows;
  const weights = (rho: number) => minus(by.sxy, rho, byBoth);
  const sampling = (rho: number) => (tails * (both * (1 - rho * rho)) ** 2) / Math.max(1, n - 3);
  const within = (sampled: 0 | 1): Interval => {
    const inside = (rho: number) =>
      noiseHalfWidth(weights(rho), noise, sampled * sampling(rho)) - Math.abs(sxy - rho * both);
    const end = (last: -1 | 1) => (inside(r) < 0 ? r : inside(last) >= 0 ? last : crossing(inside, last, r));
    return [end(-1), end(1)];
  };
  const privacyInterval95 = within(0);
  const interval95 = hull(within(1), privacyInterval95);
  return {
    estimate: r,
    interval95,
    privacyInterval95,
    privacyNoiseSd: Math.min(1, deviation(weights(r), noise) / both),
    samplingSd: Math.min(1, Math.sqrt(sampling(r)) / both),
    uninformative: interval95[0] <= -1 && interval95[1] >= 1,
  };
}

/** Of the least-squares line of the second value on the first, in their units: the b for which b·Sxx − Sxy is no more than its errors. */
export function slopeOf(rows: MomentRows, noise: CellNoise): Estimate {
  const [[lowX, highX], [lowY, highY]] = rows.part.clip as [[number, number], [number, number]];
  const unit = (highY - lowY) / (highX - lowX);
  const pair = pairOf(rows, noise);
  if (pair === undefined) return nothingKnown([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
  const { n, sxx, syy, sxy, by, tails } = pair;
  const slope = sxy / sxx;
  const weights = (b: number) => minus(by.sxy, b, by.sxx);
  const knots = [Math.min(-slopeMax, 2 * slope), Math.max(slopeMax, 2 * slope)];
  const profile = { ...profileOf({ knots, weights }, [0, 0, 0, 0, 0, 0]), value: (b: number) => b * sxx - sxy };
  const residual = (b: number) => Math.max(0, syy - 2 * b * sxy + b * b * sxx);
  const sampling = (b: number) => (tails * sxx * residual(b)) / Math.max(1, n - 4);
  const inUnits = ([low, high]: Interval): Interval => [
    low <= (knots[0] as number) ? Number.NEGATIVE_INFINITY : unit * low,
    high >= (knots[1] as number) ? Number.POSITIVE_INFINITY : unit * high,
  ];
  const privacyInterval95 = inUnits(acceptedHull(profile, noise, () => 0));
  const interval95 = hull(inUnits(acceptedHull(profile, noise, sampling)), privacyInterval95);
  return {
    estimate: unit * slope,
    interval95,
    privacyInterval95,
    privacyNoiseSd: (unit * deviation(weights(slope), noise)) / sxx,
    samplingSd: (unit * Math.sqrt(sampling(slope))) / sxx,
    uninformative: !interval95.some(Number.isFinite),
  };
}
