// How often interval95 of a mean holds the population's mean, by shape, members, ε and groups, each tail by itself.
// Members and noise are seeded: what is measured here is the interval, not the sampler, and the figures repeat.
import { describe, expect, test } from "vitest";
import { hasMembers } from "../../src/estimate/estimate.ts";
import type { Interval } from "../../src/estimate/group.ts";
import { groupOpener, type HistogramGroup } from "../../src/estimate/histogram.ts";
import { meanInterval } from "../../src/estimate/mean-interval.ts";
import { meanOf, powersOf } from "../../src/estimate/ratio.ts";
import { discreteLaplace } from "../../src/privacy/mechanisms/discrete-laplace/mechanism.ts";
import { rational } from "../../src/privacy/rational.ts";
import { l1Sensitivity } from "../../src/privacy/units.ts";
import { Random } from "../../src/simulate/random.ts";

const BINS = 15;
const edges = Array.from({ length: BINS + 1 }, (_, i) => i);
const spread = (weight: (bin: number) => number): number[] => {
  const weights = Array.from({ length: BINS }, (_, i) => weight(i));
  const whole = weights.reduce((a, b) => a + b, 0);
  return weights.map((one) => one / whole);
};

/** The share of the population in each bin. */
const shapes = {
  "97 % lowest, 3 % highest": spread((i) => (i === 0 ? 97 : i === 14 ? 3 : 0)),
  "97 % highest, 3 % lowest": spread((i) => (i === 14 ? 97 : i === 0 ? 3 : 0)),
  "97 % in three low bins, 3 % highest": spread((i) => [30, 40, 27][i] ?? (i === 14 ? 3 : 0)),
  "a steep exponential tail": spread((i) => Math.exp(-i / 1.5)),
  "an exponential tail": spread((i) => Math.exp(-i / 3)),
  "two point masses": spread((i) => (i === 3 ? 60 : i === 9 ? 40 : 0)),
  "a bell": spread((i) => Math.exp(-((i - 6) ** 2) / 8)),
  "evenly spread": spread(() => 1),
} as const;

/** Members in one group, from 30 and 50 in six groups up; beside each, the epsilons. */
const cases = [5, 8, 30, 50, 85, 200, 1000].flatMap((members) =>
  [0.5, 1, 4, 10].map((epsilon) => ({ members, epsilon })),
);

interface Coverage {
  /** Shares of runs: the interval holds the mean, lies above it, lies below it. */
  readonly held: number;
  readonly above: number;
  readonly below: number;
}

/** `interval95` of the whole estimate, or its sampling half alone, which is a twentieth of the work and never wider. */
export type Method = (group: HistogramGroup) => Interval;
export const wholeEstimate: Method = (group) => meanOf(group).interval95;
export const intervalAlone: Method = (group) =>
  hasMembers(group) ? meanInterval(group, powersOf(edges.slice(1).map((edge) => edge - 0.5))) : [0, BINS];

function measureMean(
  shares: readonly number[],
  members: number,
  epsilon: number,
  runs: number,
  method: Method,
): Coverage {
  const random = new Random(`${shares.join()} ${members} ${epsilon}`);
  const mechanism = discreteLaplace({ epsilon: rational(BigInt(epsilon * 10), 10n), sensitivity: l1Sensitivity(1n) });
  const open = groupOpener(edges, mechanism.law(2));
  const truth = shares.reduce((sum, share, i) => sum + share * (i + 0.5), 0);
  const geometric = () => Math.floor(Math.log(1 - random.uniform()) / -epsilon);
  let [held, above, below] = [0, 0, 0];
  for (let run = 0; run < runs; run++) {
    const counts = new Array<number>(BINS).fill(0);
    for (let i = 0; i < members; i++) {
      let [bin, left] = [0, random.uniform()];
      while (bin < BINS - 1 && left >= (shares[bin] as number)) left -= shares[bin++] as number;
      counts[bin] = (counts[bin] as number) + 1;
    }
    const noised = counts.map((count) => count + geometric() - geometric() + geometric() - geometric());
    const [low, high] = method(open(null, noised));
    if (low > truth) above++;
    else if (high < truth) below++;
    else held++;
  }
  return { held: held / runs, above: above / runs, below: below / runs };
}

/**
 * At least 94 % everywhere and no tail above 3.5 %; not over 97 % where a thousand members leave nothing to discreteness
 * or to what a sample may not have seen, and not over 98.5 % from 200 on. Fewer members are covered more often: nothing
 * tells a sample without outliers from a population without.
 * @param runs intervals a case; four of their standard errors are allowed for
 */
export function meanCoverage(runs: number, method: Method): void {
  const error = (share: number) => 4 * Math.sqrt((share * (1 - share)) / runs);
  describe.each(Object.entries(shapes))("%s", (_, shares) => {
    test.each(cases)("$members members, ε = $epsilon", ({ members, epsilon }) => {
      const { held, above, below } = measureMean(shares, members, epsilon, runs, method);
      expect(held).toBeGreaterThanOrEqual(0.94 - error(0.06));
      expect(above).toBeLessThanOrEqual(0.035 + error(0.035));
      expect(below).toBeLessThanOrEqual(0.035 + error(0.035));
      if (members >= 200) expect(held).toBeLessThanOrEqual(0.985 + error(0.015));
      if (members >= 1000) expect(held).toBeLessThanOrEqual(0.97 + error(0.03));
    });
  });

  test("everyone in one bin: the interval holds the bin's middle", () => {
    const middle = spread((i) => (i === 5 ? 1 : 0));
    for (const members of [30, 200, 1000])
      expect(measureMean(middle, members, 4, 50, method).held).toBeGreaterThanOrEqual(0.94);
  });
}
