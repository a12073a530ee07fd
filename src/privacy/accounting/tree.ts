// Tree aggregation with restarts: one record takes part in one leaf of one tree, so it moves one node per level.
import type { TreeAggregationEvent } from "./algebra/types.ts";

/**
 * rho of one epoch: the deepest tree's number of levels over 2σ² (Kairouz et al. 2021, "Practical and Private (Deep)
 * Learning without Sampling or Shuffling", appendix D). As one Gaussian release it is √(2·rho)-GDP.
 */
export function rhoOfTree(event: TreeAggregationEvent): number {
  const most = event.stepCounts.reduce((max, steps) => Math.max(max, steps), 1);
  // Levels of a tree with that many leaves when every node is released as soon as it is full: ⌊log2(most)⌋ + 1.
  const levels = BigInt(most).toString(2).length;
  return levels / (2 * event.noiseMultiplier ** 2);
}
