// How many members contributed: counted, not sampled, so both intervals are the noise's.
import type { Estimate } from "./estimate.ts";
import type { CountedGroup } from "./group.ts";
import { weightedTotal } from "./total.ts";

/** Not below 0. */
export function countOf(group: CountedGroup): Estimate {
  return weightedTotal(group, new Array<number>(group.counts.length).fill(1));
}
