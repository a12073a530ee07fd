// How wide an interval will be, before anything is asked: for sliders, and for "with 35 members ±X, with 1,000 ±Y".
import { fail } from "../base/errors.ts";
import { noiseQuantile } from "../privacy/distributions/linear-noise.ts";
import { distributionOf } from "../privacy/distributions/noise-law.ts";
import { discreteLaplace } from "../privacy/mechanisms/discrete-laplace/mechanism.ts";
import { rational } from "../privacy/rational.ts";
import { l1Sensitivity } from "../privacy/units.ts";
import { acceptedHull, level } from "./inversion.ts";
import { meanStatistic } from "./ratio.ts";

export interface MeanPrediction {
  /** Ascending bin edges. */
  readonly edges: readonly number[];
  /** Contributing members over all groups. */
  readonly members: number;
  /** Of one aggregator's noise; the interval has both aggregators' in it. Read to a millionth. */
  readonly epsilon: number;
  /** Groups of equal size that the members split into; default 1. */
  readonly groups?: number;
  /** Standard deviation of the members' values: adds the sampling error. Default 0, privacy noise alone. */
  readonly valueSd?: number;
}

/**
 * Half the width of the 95 % interval of one group's mean, by the inversion that meanOf uses, for a mean in the middle
 * of the range. Half the range when the noise may exceed the members.
 * @throws PacelineError invalid_argument on an ε that is not above 0 or a parameter that is negative
 */
export function predictMeanHalfWidth(prediction: MeanPrediction): number {
  const { edges, members, epsilon, groups = 1, valueSd = 0 } = prediction;
  if (!(epsilon >= 1e-6 && epsilon <= 1e6))
    return fail("invalid_argument", "epsilon must lie between 0.000001 and 1000000");
  if (!(members >= 0 && groups > 0 && valueSd >= 0 && edges.length >= 2))
    return fail("invalid_argument", "members and valueSd must be 0 or more, groups above 0, and edges at least two");
  const exact = rational(BigInt(Math.round(epsilon * 1e6)), 1_000_000n);
  const law = discreteLaplace({ epsilon: exact, sensitivity: l1Sensitivity(1n) }).law(2);
  const bins = edges.length - 1;
  const half = ((edges.at(-1) as number) - (edges[0] as number)) / 2;
  const each = members / groups;
  if (each <= noiseQuantile({ weights: new Array<number>(bins).fill(1), noise: law, level })) return half;
  // Any counts with this total and this mean have the same interval: put half of the members at either end.
  const counts = new Array<number>(bins).fill(0);
  for (const end of [0, bins - 1]) counts[end] = (counts[end] as number) + each / 2;
  const noise = { law, variance: distributionOf(law).variance };
  const [low, high] = acceptedHull(meanStatistic(edges), counts, noise, () => each * valueSd ** 2);
  return Math.min(half, (high - low) / 2);
}
