// Weights of a symmetric statistic: only magnitudes matter, equal ones are handled once, and some share a lattice.

/** `count` cells with the weight `weight` > 0. */
export interface WeightGroup {
  readonly weight: number;
  readonly count: number;
}

/** Groups by magnitude, largest first; zeros are dropped. */
export function groupWeights(weights: readonly number[]): readonly WeightGroup[] {
  const counts = new Map<number, number>();
  for (const weight of weights) if (weight !== 0) counts.set(Math.abs(weight), (counts.get(Math.abs(weight)) ?? 0) + 1);
  return [...counts].map(([weight, count]) => ({ weight, count })).sort((a, b) => b.weight - a.weight);
}

/** Weights within this relative distance of a multiple were meant to be one. */
const multipleTolerance = 1e-12;

/**
 * The largest step of which every weight is an integer multiple, at most `multipleMax` of them; undefined when there
 * is none. Euclid on the weights, stopped as soon as the remainder is too small to be a step.
 */
export function latticeStep(groups: readonly WeightGroup[], multipleMax: number): number | undefined {
  const largest = groups[0]?.weight ?? 0;
  const smallestStep = largest / (multipleMax + 0.5);
  let step = largest;
  for (const { weight } of groups) {
    let [a, b] = [step, weight];
    while (b > multipleTolerance * largest * multipleMax) {
      if (b < smallestStep) return undefined;
      [a, b] = [b, Math.abs(a - b * Math.round(a / b))];
    }
    step = a;
  }
  const exact = largest / Math.round(largest / step);
  const fits = groups.every(
    ({ weight }) => Math.abs(weight - exact * Math.round(weight / exact)) <= multipleTolerance * largest,
  );
  return fits ? exact : undefined;
}
