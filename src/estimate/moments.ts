// Statistics of one value's moments. What members hand out over the cells adds up to their number, and the sums of the powers of
// their values are weighted sums of the cells: so a mean is read as it is off a histogram, without bins.
import type { MomentsPart } from "../task/encoders/moments/part.ts";
import { cellWeights } from "../task/encoders/moments/read.ts";
import type { Estimate } from "./estimate.ts";
import type { CountedGroup } from "./group.ts";
import { meanOfPowers } from "./ratio.ts";
import { weightedTotal } from "./total.ts";

/** In the value's own unit, of values as clipped and rounded. */
export function meanOfMoments(part: MomentsPart, group: CountedGroup): Estimate {
  const [low, high] = part.clip[0] as [number, number];
  const powers = [[1], [0, 1], [0, 0, 1], [0, 0, 0, 1]].map((power) => cellWeights(part, power));
  return meanOfPowers(group, { ends: [low, high], weights: powers }, [low, high]);
}

/** The members' total. */
export function totalOfMoments(part: MomentsPart, group: CountedGroup): Estimate {
  const [low, high] = part.clip[0] as [number, number];
  return weightedTotal(group, cellWeights(part, [low, high - low]), low < 0 ? Number.NEGATIVE_INFINITY : 0);
}

/** Where noise may have made up the members, or a spread. */
export function nothingKnown(low: number, high: number): Estimate {
  const half = (high - low) / 2;
  return {
    estimate: Number.isFinite(half) ? (low + high) / 2 : 0,
    interval95: [low, high],
    privacyInterval95: [low, high],
    privacyNoiseSd: half,
    samplingSd: half,
    uninformative: true,
  };
}
