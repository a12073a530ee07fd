// The comparisons of every sampler with its law that both the short and the long suite make.
import { describe, expect, test } from "vitest";
import { distributionOf, type NoiseLaw } from "../../../src/privacy/distributions/noise-law.ts";
import { rational, toNumber } from "../../../src/privacy/rational.ts";
import { BitSource } from "../../../src/privacy/samplers/bit-source.ts";
import { discreteGaussianSampler } from "../../../src/privacy/samplers/discrete-gaussian.ts";
import { discreteLaplaceSampler } from "../../../src/privacy/samplers/discrete-laplace.ts";
import { skellamSampler } from "../../../src/privacy/samplers/skellam.ts";
import { seededEntropy } from "../entropy.ts";
import { measureFit } from "../goodness-of-fit.ts";
import { fraction, type ReferenceLaw, referenceLaws } from "../reference.ts";

export function* repeat(sample: (bits: BitSource) => bigint, seed: string, count: number): Generator<bigint> {
  const bits = new BitSource(seededEntropy(seed), 65536);
  for (let i = 0; i < count; i++) yield sample(bits);
}

type Mechanism = NoiseLaw["mechanism"];

/** Tiny, rational and huge scales; numerators and denominators on both sides of every fast path's limit. */
const parameters: Readonly<Record<Mechanism, readonly string[]>> = {
  "discrete-laplace": [
    "1/1000000",
    "1/4",
    "1",
    "7/5",
    "100/3",
    "1000000000001/1000000000000",
    "300000000000000000007/100000000000000000000",
    "2147483649",
    "10000000000001/3",
    `${10n ** 25n}`,
  ],
  "discrete-gaussian": [
    "1/1000000",
    "1/4",
    "49/4",
    "1000000000000001/1000000000000000",
    "500000000000000000001/100000000000000000000",
    "100000000",
    `${10n ** 30n + 1n}/7`,
  ],
  skellam: [
    "1/100000000000000000000",
    "1/3",
    "128",
    "129",
    "1001/7",
    "20000000000000000000001/10000000000000000000",
    "1000000",
    "1000000000000/3",
    `${10n ** 33n}`,
  ],
};

const reference = {
  "discrete-laplace": ["discrete_laplace", (law: ReferenceLaw) => law.scale],
  "discrete-gaussian": ["discrete_gaussian", (law: ReferenceLaw) => law.sigma2],
  skellam: ["skellam", (law: ReferenceLaw) => law.variance_mu],
} as const;

export function samplerOf(law: NoiseLaw): (bits: BitSource) => bigint {
  if (law.mechanism === "discrete-laplace") return discreteLaplaceSampler(law.scale);
  if (law.mechanism === "discrete-gaussian") return discreteGaussianSampler(law.sigmaSquared);
  return skellamSampler(law.mu);
}

export function lawWith(mechanism: Mechanism, parameter: string): NoiseLaw {
  const value = rational(...fraction(parameter));
  if (mechanism === "discrete-laplace") return { mechanism, scale: value, draws: 1 };
  if (mechanism === "discrete-gaussian") return { mechanism, sigmaSquared: value, draws: 1 };
  return { mechanism, mu: value, draws: 1 };
}

/** Fourth moment over the squared variance: in closed form, or summed where the discrete Gaussian is narrow. */
function kurtosisOf(law: NoiseLaw): number {
  const { pmf, variance } = distributionOf(law);
  if (law.mechanism === "discrete-laplace") return 6 + 1 / variance;
  if (law.mechanism === "skellam") return 3 + 1 / variance;
  if (toNumber(law.sigmaSquared) > 4) return 3;
  let fourth = 0;
  for (let k = 1; k < 40; k++) fourth += 2 * k ** 4 * pmf(k);
  return fourth / variance ** 2;
}

export function goodnessOfFit(count: number): void {
  const check = (law: NoiseLaw, seed: string, table: Readonly<Record<string, string>> = {}): void => {
    const exact = distributionOf(law);
    // the tabulated value where there is one; the tables end at 50
    const pmf = (k: number): number => Number(table[Math.abs(k)] ?? exact.pmf(k));
    const found = measureFit(repeat(samplerOf(law), seed, count), count, exact, kurtosisOf(law), pmf);
    expect(found.chiSquared).toBeLessThan(0);
    expect(found.kolmogorov).toBeLessThan(0);
    expect(found.varianceErrors).toBeLessThan(5);
  };
  for (const [mechanism, values] of Object.entries(parameters) as [Mechanism, readonly string[]][])
    describe(`${count} draws of ${mechanism}`, () => {
      test.each(values)("parameter %s", (value) => check(lawWith(mechanism, value), `${mechanism} ${value}`));
      const [name, parameterOf] = reference[mechanism];
      for (const law of referenceLaws(name))
        test(`reference parameter ${parameterOf(law)}`, () =>
          check(lawWith(mechanism, String(parameterOf(law))), `reference ${mechanism} ${parameterOf(law)}`, law.pmf));
    });
}
