// The mean of released moments: the rows are linear in the members' values, so it is the root of a linear statistic in the integers
// as they were released.
import { momentSums, type PartRows } from "../task/encoders/decode.ts";
import type { Part } from "../task/encoders/kinds.ts";
import { clamp, type Estimate } from "./estimate.ts";
import { noiseHalfWidth } from "./half-width.ts";
import type { Interval } from "./histogram.ts";
import { acceptedHull, profileOf } from "./inversion.ts";
import type { CellNoise } from "./noise.ts";

export type MomentRows = PartRows<Extract<Part, { kind: "moments" }>>;

/** Members with a value: the noised present row. */
export function presentOf({ part, values }: MomentRows, noise: CellNoise): { total: number; interval: Interval } {
  const total = (values[0] as number) / part.presentWeight;
  const half = noiseHalfWidth([1 / part.presentWeight], noise, 0);
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
  const within = (sampling: boolean): Interval => {
    const [least, most] = acceptedHull(profile, noise, (z) => (sampling ? Math.max(0, present * spread(z)) : 0));
    return [place(least), place(most)];
  };
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

export function nothingKnown([low, high]: Interval): Estimate {
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
