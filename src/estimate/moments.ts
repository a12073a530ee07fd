// Statistics of released moments: the rows are linear in the members' values, so the mean is the root of a linear statistic in
// the integers as they were released; correlation and slope are smooth functions of five sums, by the delta method.
import { normalQuantile } from "../privacy/numeric/normal.ts";
import { momentSums, type PartRows } from "../task/encoders/decode.ts";
import type { Part } from "../task/encoders/kinds.ts";
import { clamp, type Estimate } from "./estimate.ts";
import { level } from "./half-width.ts";
import type { Interval } from "./histogram.ts";
import { acceptedHull, profileOf } from "./inversion.ts";
import type { CellNoise } from "./noise.ts";

type MomentRows = PartRows<Extract<Part, { kind: "moments" }>>;

/** z for two-sided intervals. */
const z95 = normalQuantile((1 + level) / 2);

/** Members with a value: the noised present row. */
export function presentOf({ part, values }: MomentRows, noise: CellNoise): { total: number; interval: Interval } {
  const total = (values[0] as number) / part.presentWeight;
  const half = (z95 * Math.sqrt(noise.variance)) / part.presentWeight;
  return { total, interval: [total - half, total + half] };
}

/** The mean of one value, in its own unit. Without second moments the sampling variance is the largest the mean allows. */
export function meanOfMoments(rows: MomentRows, noise: CellNoise): Estimate {
  const { part, values } = rows;
  const [low, high] = part.clip[0] as [number, number];
  const [middle, half] = [(low + high) / 2, (high - low) / 2];
  const { present, sums } = momentSums(rows);
  const place = (z: number) => middle + half * z;
  const scale = part.weight * part.resolution;
  // T(z) = z·present − Σz, in members; the noise of each row is divided by its weight.
  const profile = profileOf(
    { knots: [-1, 1], weights: (z) => [z / part.presentWeight, -1 / scale] },
    values.slice(0, 2),
  );
  if (!(presentOf(rows, noise).interval[0] > 0)) return nothingKnown([low, high]);
  const point = clamp((sums[0]?.sum ?? 0) / present, [-1, 1]);
  const second = part.order === 2 ? clamp((sums[1]?.sum ?? 0) / present, [point ** 2, 1]) : 1;
  const spread = (z: number) => (part.order === 2 ? second - point ** 2 + (z - point) ** 2 : 1 - z * z);
  const within = (sampling: boolean) =>
    acceptedHull(profile, noise, (z) => (sampling ? Math.max(0, present * spread(z)) : 0)).map(
      place,
    ) as unknown as Interval;
  const estimate = place(point);
  const privacyInterval95 = within(false);
  const interval95 = within(true);
  return {
    estimate,
    interval95,
    privacyInterval95,
    privacyNoiseSd: (half * Math.sqrt(noise.variance * ((point / part.presentWeight) ** 2 + 1 / scale ** 2))) / present,
    samplingSd: half * Math.sqrt(Math.max(0, spread(point)) / present),
    uninformative: interval95[0] <= low && interval95[1] >= high,
  };
}

interface Pair {
  readonly n: number;
  /** Means of z₁, z₂ and of their squares and product. */
  readonly x: number;
  readonly y: number;
  readonly xx: number;
  readonly yy: number;
  readonly xy: number;
}

/** Means and, per mean, the variance of its noise; undefined where noise may have made up the members or a spread. */
function pairOf(rows: MomentRows, noise: CellNoise): { pair: Pair; variances: readonly number[] } | undefined {
  const { part } = rows;
  const { present: n, sums } = momentSums(rows);
  if (!(presentOf(rows, noise).interval[0] > 0)) return undefined;
  const [x, y, xx, yy, xy] = sums.map(({ sum }) => sum / n) as [number, number, number, number, number];
  const own = noise.variance / (part.weight * part.resolution * n) ** 2;
  const counted = noise.variance / (part.presentWeight * n) ** 2;
  // A square is half of (row + present).
  const variances = [
    own + x * x * counted,
    own + y * y * counted,
    own / 4 + counted / 4,
    own / 4 + counted / 4,
    own + xy * xy * counted,
  ];
  return { pair: { n, x, y, xx, yy, xy }, variances };
}

const vectorOf = ({ x, y, xx, yy, xy }: Pair): number[] => [x, y, xx, yy, xy];

/** Variance of f at the means from independent errors of these variances, by central differences. */
function deltaVariance(
  f: (means: readonly number[]) => number,
  means: readonly number[],
  variances: readonly number[],
): number {
  return means.reduce((sum, mean, i) => {
    const step = Math.max(1e-6, Math.sqrt(variances[i] as number) / 10);
    const at = (value: number) => f(means.map((each, j) => (i === j ? value : each)));
    const slope = (at(mean + step) - at(mean - step)) / (2 * step);
    return sum + slope ** 2 * (variances[i] as number);
  }, 0);
}

/** Spreads and product moment about the means; none where noise leaves no spread. */
function centred([x, y, xx, yy, xy]: readonly number[]): { sxx: number; syy: number; sxy: number } {
  const [a, b] = [x as number, y as number];
  return { sxx: (xx as number) - a * a, syy: (yy as number) - b * b, sxy: (xy as number) - a * b };
}

/** Pearson's r, between −1 and 1; intervals by Fisher's transformation, for values that are about normal. */
export function correlationOf(rows: MomentRows, noise: CellNoise): Estimate {
  const known = pairOf(rows, noise);
  const rAt = (means: readonly number[]) => {
    const { sxx, syy, sxy } = centred(means);
    return sxx > 0 && syy > 0 ? clamp(sxy / Math.sqrt(sxx * syy), [-0.999999, 0.999999]) : 0;
  };
  if (known === undefined || !hasSpread(known)) return nothingKnown([-1, 1]);
  const { pair, variances } = known;
  const means = vectorOf(pair);
  const r = rAt(means);
  const noiseVariance = deltaVariance((at) => Math.atanh(rAt(at)), means, variances);
  const samplingVariance = 1 / Math.max(1, pair.n - 3);
  const around = (variance: number): Interval => {
    const half = z95 * Math.sqrt(variance);
    return [Math.tanh(Math.atanh(r) - half), Math.tanh(Math.atanh(r) + half)];
  };
  const factor = 1 - r * r;
  const interval95 = around(noiseVariance + samplingVariance);
  return {
    estimate: r,
    interval95,
    privacyInterval95: around(noiseVariance),
    privacyNoiseSd: Math.min(1, factor * Math.sqrt(noiseVariance)),
    samplingSd: Math.min(1, factor * Math.sqrt(samplingVariance)),
    uninformative: interval95[0] < -0.99 && interval95[1] > 0.99,
  };
}

/** Of the least-squares line of the second value on the first, in their units. */
export function slopeOf(rows: MomentRows, noise: CellNoise): Estimate {
  const known = pairOf(rows, noise);
  const [[lowX, highX], [lowY, highY]] = rows.part.clip as [[number, number], [number, number]];
  const unit = (highY - lowY) / (highX - lowX);
  if (known === undefined || !hasSpread(known))
    return nothingKnown([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
  const { pair, variances } = known;
  const slopeAt = (means: readonly number[]) => {
    const { sxx, sxy } = centred(means);
    return sxx > 0 ? sxy / sxx : 0;
  };
  const means = vectorOf(pair);
  const { sxx, syy, sxy } = centred(means);
  const slope = slopeAt(means);
  const noiseVariance = deltaVariance(slopeAt, means, variances);
  const samplingVariance = Math.max(0, syy - (sxy * sxy) / sxx) / (sxx * Math.max(1, pair.n - 2));
  const around = (variance: number): Interval => {
    const half = z95 * Math.sqrt(variance);
    return [unit * (slope - half), unit * (slope + half)];
  };
  return {
    estimate: unit * slope,
    interval95: around(noiseVariance + samplingVariance),
    privacyInterval95: around(noiseVariance),
    privacyNoiseSd: unit * Math.sqrt(noiseVariance),
    samplingSd: unit * Math.sqrt(samplingVariance),
    uninformative: false,
  };
}

/** Both spreads are more than their noise, by two deviations: only then does dividing by them mean anything. */
function hasSpread({ pair, variances }: { pair: Pair; variances: readonly number[] }): boolean {
  const means = vectorOf(pair);
  const { sxx, syy } = centred(means);
  const noiseOf = (pick: "sxx" | "syy") => Math.sqrt(deltaVariance((at) => centred(at)[pick], means, variances));
  return sxx > 2 * noiseOf("sxx") && syy > 2 * noiseOf("syy");
}

function nothingKnown([low, high]: Interval): Estimate {
  const half = (high - low) / 2;
  const middle = Number.isFinite(half) ? (low + high) / 2 : 0;
  return {
    estimate: middle,
    interval95: [low, high],
    privacyInterval95: [low, high],
    privacyNoiseSd: half,
    samplingSd: half,
    uninformative: true,
  };
}
