// A linear statistic on a lattice, inverted exactly: a discrete Fourier sum over a period longer than its reach.
import { continuousLaw } from "./inversion.ts";
import type { NoiseDistribution } from "./noise-law.ts";
import { characteristicOf, reachOf } from "./reach.ts";
import type { WeightGroup } from "./weights.ts";

/** Beyond this reach, in steps, the steps are so fine that a continuous law read half-way between them agrees to 1e-7. */
const reachMax = 1 << 14;

/** T = step · S with S an integer. */
export function latticeLaw(
  groups: readonly WeightGroup[],
  cell: NoiseDistribution,
  step: number,
): { within(h: number): number; quantile(level: number): number } {
  const multiples = groups.map(({ weight, count }) => ({ weight: Math.round(weight / step), count }));
  const reach = Math.ceil(reachOf(multiples, cell, 0));
  if (reach > reachMax) {
    const smooth = continuousLaw(multiples, cell, 0);
    return {
      within: (h) => smooth.within(Math.floor(h / step + 1e-9) + 0.5),
      quantile: (level) => step * Math.ceil(smooth.quantile(level) - 0.5),
    };
  }
  const within = integerLaw(multiples, cell, reach);
  return {
    within: (h) => within(Math.floor(h / step + 1e-9)),
    quantile: (level) => {
      let [low, high] = [-1, reach];
      while (high - low > 1) {
        const middle = Math.floor((low + high) / 2);
        if (within(middle) >= level) high = middle;
        else low = middle;
      }
      return step * high;
    },
  };
}

/** P(|S| ≤ q) = (1/n) Σⱼ φ(tⱼ) sin((q + ½)tⱼ)/sin(tⱼ/2) over tⱼ = 2πj/n, j = 0 … n-1, wrong by P(|S| > n - q). */
function integerLaw(multiples: readonly WeightGroup[], cell: NoiseDistribution, reach: number): (q: number) => number {
  const period = 2 * reach + 1;
  const terms: { readonly turn: number; readonly value: number }[] = [];
  for (let j = 1; j <= reach; j++) {
    const turn = (Math.PI * j) / period;
    const value = characteristicOf(multiples, cell, 2 * turn, 1e-13);
    if (value > 0) terms.push({ turn, value: value / Math.sin(turn) });
  }
  return (q) => {
    if (q >= reach) return 1;
    let sum = 0;
    for (const { turn, value } of terms) sum += value * Math.sin((2 * q + 1) * turn);
    return Math.min(1, (2 * q + 1 + 2 * sum) / period);
  };
}
