// The χ² comparisons that both the short and the long suite make.
import { describe, expect, test } from "vitest";
import { pmf as gaussianPmf } from "../../../src/privacy/distributions/discrete-gaussian.ts";
import { rational } from "../../../src/privacy/rational.ts";
import { BitSource } from "../../../src/privacy/samplers/bit-source.ts";
import { discreteGaussianSampler } from "../../../src/privacy/samplers/discrete-gaussian.ts";
import { discreteLaplaceSampler } from "../../../src/privacy/samplers/discrete-laplace.ts";
import { chiSquaredExcess } from "../chi-squared.ts";
import { seededEntropy } from "../entropy.ts";
import { fraction, type ReferenceLaw, referenceLaws } from "../reference.ts";

export function* repeat(sample: (bits: BitSource) => bigint, seed: string, count: number): Generator<bigint> {
  const bits = new BitSource(seededEntropy(seed), 65536);
  for (let i = 0; i < count; i++) yield sample(bits);
}

/** Laplace from its formula; the second list is too large for the integer fast paths. */
const scales: [bigint, bigint][] = [
  [1n, 4n],
  [1n, 1n],
  [7n, 5n],
  [10n, 1n],
  [100n, 3n],
  [10n ** 12n + 1n, 10n ** 12n],
  [3n * 10n ** 20n + 7n, 10n ** 20n],
];
const sigmas: [bigint, bigint][] = [
  [1n, 4n],
  [1n, 1n],
  [49n, 4n],
  [100n, 1n],
  [10n ** 15n + 1n, 10n ** 15n],
  [5n * 10n ** 20n + 1n, 10n ** 20n],
];

export function goodnessOfFit(count: number): void {
  describe(`${count} draws`, () => {
    test.each(scales)("discrete Laplace of scale %i/%i", (num, den) => {
      const sample = discreteLaplaceSampler(rational(num, den));
      const h = Number(den) / Number(num);
      const pmf = (k: number): number => ((1 - Math.exp(-h)) / (1 + Math.exp(-h))) * Math.exp(-h * Math.abs(k));
      expect(chiSquaredExcess(repeat(sample, `laplace ${num}/${den}`, count), count, pmf)).toBeLessThan(0);
    });
    test.each(sigmas)("discrete Gaussian of variance parameter %i/%i", (num, den) => {
      const sample = discreteGaussianSampler(rational(num, den));
      const v = Number(num) / Number(den);
      let whole = 0;
      for (let k = -1000; k <= 1000; k++) whole += Math.exp((-k * k) / (2 * v));
      const pmf = (k: number): number => Math.exp((-k * k) / (2 * v)) / whole;
      expect(chiSquaredExcess(repeat(sample, `gaussian ${num}/${den}`, count), count, pmf)).toBeLessThan(0);
    });
    for (const law of referenceLaws("discrete_laplace"))
      test(`reference discrete Laplace of scale ${law.scale}`, () => {
        const sample = discreteLaplaceSampler(rational(...fraction(law.scale as string)));
        const [num, den] = fraction(law.scale as string);
        const h = Number(den) / Number(num);
        const fallback = (k: number): number => Math.tanh(h / 2) * Math.exp(-h * Math.abs(k));
        const excess = chiSquaredExcess(
          repeat(sample, `reference ${law.scale}`, count),
          count,
          reference(law, fallback),
        );
        expect(excess).toBeLessThan(0);
      });
    for (const law of referenceLaws("discrete_gaussian"))
      test(`reference discrete Gaussian of variance parameter ${law.sigma2}`, () => {
        const [num, den] = fraction(law.sigma2 as string);
        const sample = discreteGaussianSampler(rational(num, den));
        const fallback = (k: number): number => gaussianPmf(Number(num) / Number(den), k);
        const excess = chiSquaredExcess(
          repeat(sample, `reference ${law.sigma2}`, count),
          count,
          reference(law, fallback),
        );
        expect(excess).toBeLessThan(0);
      });
  });
}

/** The tabulated value where there is one; the tables end at about 50. */
function reference(law: ReferenceLaw, beyond: (k: number) => number): (k: number) => number {
  return (k) => {
    const exact = law.pmf[String(Math.abs(k))];
    return exact === undefined ? beyond(k) : Number(exact);
  };
}
