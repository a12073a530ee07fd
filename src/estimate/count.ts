// How many members contributed: counted, not sampled, so both intervals are the noise's.
import type { Estimate } from "./estimate.ts";
import type { HistogramGroup } from "./histogram.ts";

/** Not below 0. */
export function countOf({ total, totalInterval: [low, high], counts, noise }: HistogramGroup): Estimate {
  const estimate = Math.max(0, total);
  const interval = [Math.max(0, low), high - total + estimate] as const;
  return {
    estimate,
    interval95: interval,
    privacyInterval95: interval,
    privacyNoiseSd: Math.sqrt(counts.length * noise.variance),
    samplingSd: 0,
    uninformative: false,
  };
}
