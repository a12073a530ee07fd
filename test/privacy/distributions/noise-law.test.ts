import { describe, expect, test } from "vitest";
import { distributionOf, type NoiseLaw, twoSidedQuantile } from "../../../src/privacy/distributions/noise-law.ts";
import { rational } from "../../../src/privacy/rational.ts";
import { fraction, referenceLaws, referencePresent } from "../reference.ts";

const laplace = (num: bigint, den: bigint, draws: 1 | 2): NoiseLaw => ({
  mechanism: "discrete-laplace",
  scale: rational(num, den),
  draws,
});
const gaussian = (num: bigint, den: bigint, draws: 1 | 2): NoiseLaw => ({
  mechanism: "discrete-gaussian",
  sigmaSquared: rational(num, den),
  draws,
});
const skellam = (num: bigint, den: bigint, draws: 1 | 2): NoiseLaw => ({
  mechanism: "skellam",
  mu: rational(num, den),
  draws,
});

const laws: [string, (draws: 1 | 2) => NoiseLaw][] = [
  ["Laplace 1/4", (draws) => laplace(1n, 4n, draws)],
  ["Laplace 1", (draws) => laplace(1n, 1n, draws)],
  ["Laplace 25/2", (draws) => laplace(25n, 2n, draws)],
  ["Gaussian 1/8", (draws) => gaussian(1n, 8n, draws)],
  ["Gaussian 3/5", (draws) => gaussian(3n, 5n, draws)],
  ["Gaussian 3", (draws) => gaussian(3n, 1n, draws)],
  ["Gaussian 600", (draws) => gaussian(600n, 1n, draws)],
  ["Skellam 1/8", (draws) => skellam(1n, 8n, draws)],
  ["Skellam 7/2", (draws) => skellam(7n, 2n, draws)],
  ["Skellam 600", (draws) => skellam(600n, 1n, draws)],
];

describe.each(laws)("%s", (_, law) => {
  const one = distributionOf(law(1));
  const two = distributionOf(law(2));
  const reach = Math.ceil(45 * Math.sqrt(one.variance)) + 45;

  test("the PMFs sum to 1, have the stated variance, and two draws are the convolution of one with itself", () => {
    for (const law of [one, two]) {
      let [sum, square] = [0, 0];
      for (let k = -2 * reach; k <= 2 * reach; k++) {
        sum += law.pmf(k);
        square += k * k * law.pmf(k);
      }
      expect(sum).toBeCloseTo(1, 12);
      expect(Math.abs(square / law.variance - 1)).toBeLessThan(1e-11);
    }
    for (const k of [0, 1, 2, 3, 10, 31]) {
      let sum = 0;
      for (let j = -reach; j <= reach; j++) sum += one.pmf(j) * one.pmf(k - j);
      expect(Math.abs(sum - two.pmf(k))).toBeLessThan(1e-14);
      expect(two.pmf(-k)).toBe(two.pmf(k));
    }
  });

  test("distribution function, characteristic function and moment bound agree with the PMF", () => {
    for (const law of [one, two]) {
      let within = law.pmf(0);
      for (let q = 0; q < 60; q++) {
        if (q > 0) within += 2 * law.pmf(q);
        expect(Math.abs(law.within(q) - within)).toBeLessThan(1e-9);
      }
      for (const t of [0, 0.01, 0.5, 2, Math.PI, 5, 20]) {
        let sum = 0;
        for (let k = -2 * reach; k <= 2 * reach; k++) sum += law.pmf(k) * Math.cos(t * k);
        expect(Math.abs(law.characteristic(t) - sum)).toBeLessThan(1e-12);
      }
      const t = 0.3 / Math.sqrt(law.variance + 1);
      let moment = 0;
      for (let k = -2 * reach; k <= 2 * reach; k++) moment += law.pmf(k) * Math.exp(t * k);
      expect(Math.log(moment)).toBeLessThanOrEqual(law.logMoment(t) + 1e-12);
    }
  });

  test("the quantile is the first integer that covers the level", () => {
    for (const law of [one, two])
      for (const level of [0.5, 0.9, 0.95, 0.999]) {
        const q = twoSidedQuantile(law, level);
        expect(law.within(q)).toBeGreaterThanOrEqual(level);
        if (q > 0) expect(law.within(q - 1)).toBeLessThan(level);
      }
  });
});

test("for a large scale, one Laplace reaches ±3.0 b at 95 % and the sum of two ±4.11 b", () => {
  const scale = 100_000n;
  expect(twoSidedQuantile(distributionOf(laplace(scale, 1n, 1)), 0.95) / Number(scale)).toBeCloseTo(-Math.log(0.05), 4);
  const two = twoSidedQuantile(distributionOf(laplace(scale, 1n, 2)), 0.95) / Number(scale);
  expect(two).toBeGreaterThan(4.11);
  expect(two).toBeLessThan(4.12);
  // P(|sum| > x) = e^-x (1 + x/2) for the continuous law
  expect(Math.exp(-two) * (1 + two / 2)).toBeCloseTo(0.05, 4);
});

test("a wide Gaussian agrees with summing term by term", () => {
  const wide = distributionOf(gaussian(1500n, 1n, 1));
  let within = wide.pmf(0);
  for (let q = 1; q < 300; q++) {
    within += 2 * wide.pmf(q);
    expect(Math.abs(wide.within(q) - within)).toBeLessThan(1e-10);
  }
});

test("a wide Skellam law agrees with the table's way across the seam and with its own sum", () => {
  const [narrow, wide] = [distributionOf(skellam(1023n, 1n, 1)), distributionOf(skellam(1025n, 1n, 1))];
  const middle = distributionOf(skellam(1024n, 1n, 1));
  for (const k of [0, 1, 20, 100, 200]) {
    // ln P is smooth in μ: the middle lies between its neighbours up to the curvature
    const logs = [narrow, wide, middle].map((law) => Math.log(law.pmf(k)));
    const mean = ((logs[0] as number) + (logs[1] as number)) / 2;
    expect(Math.abs((logs[2] as number) - mean)).toBeLessThan(1e-6 * (1 + (k * k) / 1024));
  }
  let sum = middle.pmf(0);
  for (let q = 1; q < 400; q++) {
    sum += 2 * middle.pmf(q);
    expect(Math.abs(middle.within(q) - sum)).toBeLessThan(1e-13);
  }
  expect(Math.abs(sum - 1)).toBeLessThan(1e-13);
});

describe.skipIf(!referencePresent)("reference distributions", () => {
  for (const law of referenceLaws("discrete_laplace"))
    test(`Laplace ${law.scale}`, () => compare(laplace(...fraction(law.scale as string), 1), law));
  for (const law of referenceLaws("discrete_gaussian"))
    test(`Gaussian ${law.sigma2}`, () => compare(gaussian(...fraction(law.sigma2 as string), 1), law));
  for (const law of referenceLaws("skellam"))
    test(`Skellam ${law.variance_mu}`, () => compare(skellam(...fraction(law.variance_mu as string), 1), law));
  function compare(law: NoiseLaw, reference: ReturnType<typeof referenceLaws>[number]): void {
    const exact = distributionOf(law);
    for (const [k, p] of Object.entries(reference.pmf))
      expect(Math.abs(exact.pmf(Number(k)) - Number(p))).toBeLessThan(1e-12 * Number(p) + 1e-300);
    expect(Math.abs(exact.variance / Number(reference.variance) - 1)).toBeLessThan(1e-12);
  }
});
