// Totals over the contributing members: nothing is sampled, so both intervals are the noise's.
import { type Estimate, processingOf } from "./estimate.ts";
import { type CountedGroup, dot, type Interval } from "./group.ts";
import { totalHalfWidth } from "./half-width.ts";

/** Σ weights × counts. @param least what such a total is never below; 0 unless it can be negative */
export function weightedTotal(group: CountedGroup, weights: readonly number[], least = 0): Estimate {
  const { counts, noise } = group;
  const rows = group.noiseOf(weights);
  const released = dot(weights, counts);
  const half = totalHalfWidth(rows, noise);
  const estimate = Math.max(least, released);
  const interval: Interval = [Math.max(least, released - half), estimate + half];
  return {
    estimate,
    interval95: interval,
    privacyInterval95: interval,
    privacyNoiseSd: Math.sqrt(noise.variance * dot(rows, rows)),
    samplingSd: 0,
    uninformative: false,
    ...processingOf(group),
  };
}
