import fc from "fast-check";
import { expect, test } from "vitest";
import { binomialProbability } from "../../../src/privacy/numeric/binomial.ts";
import { addUp, squareDown, squareUp } from "../../../src/privacy/numeric/directed.ts";
import { expMinusLine, powerMinusLine } from "../../../src/privacy/numeric/exp-minus.ts";
import { logBinomial, logGamma, stirlingRemainder } from "../../../src/privacy/numeric/gamma.ts";
import { logAdd, logOneMinusExp, logSum } from "../../../src/privacy/numeric/log-add.ts";
import { erfc, logNormalCdf, normalCdf, normalQuantile, quantileOfLog } from "../../../src/privacy/numeric/normal.ts";

const off = (value: number, exact: number) => Math.abs(value / exact - 1);

test("the normal law keeps its digits in the tails", () => {
  // exact values
  const known: readonly [number, number, number][] = [
    [-37, 5.725571222524577e-300, -689.0305855768906],
    [-10, 7.619853024160525e-24, -53.23128515051247],
    [-1, 0.15865525393145705, -1.8410216450092636],
    [0, 0.5, -Math.LN2],
    [2.5, 0.9937903346742238, -0.006229025485860002],
    [8, 0.9999999999999993, -6.220960574271786e-16],
  ];
  for (const [x, cdf, log] of known) {
    expect(off(normalCdf(x), cdf)).toBeLessThan(1e-13);
    expect(off(logNormalCdf(x), log)).toBeLessThan(1e-13);
  }
  expect(off(logNormalCdf(-1000), -500007.8266948122)).toBeLessThan(1e-12);
  expect(off(erfc(5), 1.537459794428035e-12)).toBeLessThan(1e-14);
  expect(erfc(-5)).toBe(2 - erfc(5));
  expect(1 - erfc(1.959963984540054 * Math.SQRT1_2)).toBeCloseTo(0.95, 14);
});

test("quantiles invert probabilities, tails beyond the smallest double included", () => {
  fc.assert(
    fc.property(fc.double({ min: -700, max: -0.7, noNaN: true }), (logP) => {
      const x = quantileOfLog(logP);
      expect(Math.abs(logNormalCdf(x) - logP)).toBeLessThan(4e-15 * Math.max(1, x * x));
    }),
  );
  expect(logNormalCdf(quantileOfLog(-5000))).toBeCloseTo(-5000, 8);
  expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 14);
  expect(normalQuantile(0.025)).toBeCloseTo(-1.959963984540054, 14);
  expect([normalQuantile(0), normalQuantile(1)]).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
});

test("factorials and binomial coefficients", () => {
  let log = 0;
  for (let n = 1; n < 300; n++) {
    log += Math.log(n);
    expect(Math.abs(logGamma(n + 1) - log)).toBeLessThan(1e-13 * Math.max(1, log));
    const stirling = (n + 0.5) * Math.log(n) - n + Math.log(2 * Math.PI) / 2;
    expect(Math.abs(stirling + stirlingRemainder(n) - log)).toBeLessThan(1e-13 * Math.max(1, log));
  }
  expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 14);
  expect(Math.exp(logBinomial(50, 25))).toBeCloseTo(126410606437752, -3);
});

test("binomial probabilities keep their digits for many trials", () => {
  // exact values
  expect(off(binomialProbability(10, 3, 0.3, 0.7), 0.266827932)).toBeLessThan(1e-14);
  expect(off(binomialProbability(1e9, 5e8, 0.5, 0.5), 2.5231325213893768e-5)).toBeLessThan(1e-13);
  expect(off(binomialProbability(1e6, 503000, 0.5, 0.5), 1.2150669037173148e-11)).toBeLessThan(1e-11);
  for (const [n, p] of [
    [1, 0.2],
    [40, 0.9],
    [1000, 1e-3],
  ] as const) {
    let sum = 0;
    for (let k = 0; k <= n; k++) sum += binomialProbability(n, k, p, 1 - p);
    expect(sum).toBeCloseTo(1, 12);
  }
});

test("differences whose first terms cancel keep their digits", () => {
  expect(off(expMinusLine(1e-8), 5.0000000166666667e-17)).toBeLessThan(1e-15);
  expect(off(expMinusLine(-3), 2.049787068367864)).toBeLessThan(1e-15);
  expect(off(powerMinusLine(2.5, 1e-7), 1.8750000312499995e-14)).toBeLessThan(1e-14);
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 9 }), fc.double({ min: -0.9, max: 3, noNaN: true }), (power, y) => {
      // Σ C(power, k) y^k over k ≥ 2, as y²·Σ…
      let sum = 0;
      for (let k = power; k >= 2; k--) sum = sum * y + Math.round(Math.exp(logBinomial(power, k)));
      expect(Math.abs(powerMinusLine(power, y) - sum * y * y)).toBeLessThan(3e-13 * Math.max(sum * y * y, 1e-300));
    }),
  );
});

test("logarithmic sums", () => {
  expect(logAdd(Number.NEGATIVE_INFINITY, 3)).toBe(3);
  expect(logAdd(1000, 1000)).toBeCloseTo(1000 + Math.LN2, 12);
  expect(logOneMinusExp(-1e-20)).toBeCloseTo(Math.log(1e-20), 12);
  expect(logSum([])).toBe(Number.NEGATIVE_INFINITY);
  expect(logSum([-1000, -1000, -1000])).toBeCloseTo(-1000 + Math.log(3), 12);
});

test("a sum rounded up is exact where it can be, and never too small", () => {
  expect(addUp(0.25, 0.5)).toBe(0.75);
  expect(addUp(1, 2 ** -60)).toBeGreaterThan(1);
  const exact = (value: number) => BigInt(value * 2 ** 60);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 31 }), fc.integer({ min: 0, max: 2 ** 31 }), (m, n) => {
      const [a, b] = [m * 2 ** -60, n / 2 ** 10];
      expect(exact(addUp(a, b))).toBeGreaterThanOrEqual(exact(a) + exact(b));
    }),
  );
});

test("squares are exact where they can be, and else on the stated side", () => {
  /** A double as a fraction: its whole multiple of 2^-1100. */
  const exactly = (x: number) => BigInt(x * 2 ** 60) << 1040n;
  const value = fc.integer({ min: 1, max: 2 ** 40 }).map((n) => n / 2 ** 23);
  const fine = fc.double({ min: 1, max: 255, noNaN: true });
  fc.assert(
    fc.property(fc.oneof(value, fine), (x) => {
      const scaled = (n: number) => exactly(n) * exactly(1);
      const square = exactly(x) * exactly(x);
      const [below, above] = [squareDown(x), squareUp(x)];
      expect(scaled(below) <= square && square <= scaled(above)).toBe(true);
      if (scaled(x * x) === square) expect([below, above]).toEqual([x * x, x * x]);
      expect(above / below - 1).toBeLessThan(2 ** -50);
    }),
  );
  expect([squareUp(0), squareDown(0), squareUp(3), squareDown(3)]).toEqual([0, 0, 9, 9]);
  expect(squareUp(1e-200)).toBeGreaterThan(0);
  expect(squareDown(1e-200)).toBe(0);
  expect(squareUp(1e200)).toBe(Number.POSITIVE_INFINITY);
});
