// The auditor itself: it does not cross what is kept, crosses what is broken, and its bound is never more than what is exact.
import { describe, expect, test } from "vitest";
import {
  auditGuesses,
  auditScores,
  type Claim,
  discreteGaussian,
  discreteLaplace,
  foundAt,
  l1Sensitivity,
  l2SquaredSensitivity,
  leastFor,
  rational,
  rocOf,
} from "../../../src/privacy/index.ts";
import { normalCdf, normalQuantile } from "../../../src/privacy/numeric/normal.ts";
import { seededEntropy } from "../entropy.ts";

const confidence = 0.99;

/** Noise on a count with the member (1) and without (0). */
function scoresOf(
  mechanism: { drawNoise: (e: ReturnType<typeof seededEntropy>, n: number) => bigint[] },
  runs: number,
  seed: string,
) {
  const drawn = mechanism.drawNoise(seededEntropy(seed), 2 * runs).map(Number);
  return { present: drawn.slice(0, runs).map((noise) => noise + 1), absent: drawn.slice(runs) };
}
const laplace = (num: bigint, den = 1n) =>
  discreteLaplace({ epsilon: rational(num, den), sensitivity: l1Sensitivity(1n) });
const pure = (epsilon: number): Claim => ({ kind: "epsilon", epsilon, delta: 0 });

describe("what rates allow", () => {
  test("epsilon, rho and a divergence of two coins", () => {
    const rates = { present: 0.6, absent: 0.2 };
    expect(leastFor(pure(1), rates)).toBeCloseTo(Math.log(3), 12);
    // The other side of the test may say more.
    expect(leastFor(pure(1), { present: 0.99, absent: 0.5 })).toBeCloseTo(Math.log(50), 12);
    expect(leastFor({ kind: "epsilon", epsilon: 1, delta: 0.1 }, rates)).toBeCloseTo(Math.log(2.5), 12);
    expect(leastFor({ kind: "renyi", order: 2, divergence: 1 }, rates)).toBeCloseTo(
      Math.log(Math.max(0.36 / 0.2 + 0.16 / 0.8, 0.04 / 0.6 + 0.64 / 0.4)),
      12,
    );
    const kl = 0.6 * Math.log(3) + 0.4 * Math.log(0.5);
    expect(leastFor({ kind: "rho", rho: 1 }, rates)).toBeGreaterThanOrEqual(kl);
    expect(leastFor({ kind: "rho", rho: 1 }, rates)).toBeLessThan(1.2 * kl);
  });

  test("nothing from a test that tells nothing, no bound from one that tells all", () => {
    for (const kind of [pure(1), { kind: "rho", rho: 1 }, { kind: "renyi", order: 3, divergence: 1 }] as const) {
      expect(leastFor(kind, { present: 0.3, absent: 0.3 })).toBe(0);
      expect(leastFor(kind, { present: 0.2, absent: 0.3 })).toBe(0);
      expect(leastFor(kind, { present: 1, absent: 0 })).toBe(Number.POSITIVE_INFINITY);
    }
    expect(() => leastFor(pure(1), { present: Number.NaN, absent: 0 })).toThrow(/between 0 and 1/);
    for (const bad of [
      pure(-1),
      pure(Number.NaN),
      pure(Number.POSITIVE_INFINITY),
      { kind: "epsilon", epsilon: 1, delta: 1 },
      { kind: "rho", rho: Number.NaN },
      { kind: "renyi", order: 0.5, divergence: 1 },
    ] as const)
      expect(() => leastFor(bad, { present: 0.5, absent: 0.1 })).toThrow(/claim|order/);
  });

  test("no order of a divergence leaves the doubles, however rare a false alarm", () => {
    for (const absent of [1e-5, 1e-9, 1e-300]) {
      const rho = leastFor({ kind: "rho", rho: 1 }, { present: 0.9, absent });
      expect(rho).toBeLessThanOrEqual(-Math.log(absent));
      expect(rho).toBeGreaterThan(-0.8 * Math.log(absent));
      const high = leastFor({ kind: "renyi", order: 64, divergence: 1 }, { present: 0.9, absent });
      expect(high).toBeCloseTo((64 / 63) * Math.log(0.9) - Math.log(absent), 6);
    }
  });

  test("zCDP of a Gaussian is never said to be more than it is, at any threshold, and nearly all of it is seen", () => {
    const [mu, rho] = [0.7, 0.245];
    let most = 0;
    for (let t = -3; t <= 4; t += 0.1) {
      const least = leastFor({ kind: "rho", rho }, { present: normalCdf(mu - t), absent: normalCdf(-t) });
      expect(least).toBeLessThanOrEqual(rho);
      most = Math.max(most, least);
    }
    expect(most).toBeGreaterThan(0.6 * rho);
  });
});

test("a right mechanism is crossed in no more audits than the confidence says: 400 at 90 %", () => {
  const mechanism = laplace(1n);
  let crossed = 0;
  let closest = 0;
  for (let seed = 0; seed < 400; seed++) {
    const audit = auditScores(pure(1), scoresOf(mechanism, 400, `null ${seed}`), { confidence: 0.9 });
    if (audit.crossed) crossed += 1;
    closest = Math.max(closest, audit.audited);
  }
  // 40 expected at most; P(X > 60) of such a binomial law is below 0.0006.
  expect(crossed).toBeLessThanOrEqual(60);
  expect(closest).toBeGreaterThan(0.5);
});

test("of several audits looked at together each gets its share: none of 20 is crossed at 99 % for all", () => {
  const mechanism = discreteGaussian({ rho: rational(1n, 10n), sensitivity: l2SquaredSensitivity(1n) });
  const claim: Claim = { kind: "rho", rho: Number(mechanism.rho) / 1e9 };
  for (let seed = 0; seed < 20; seed++) {
    const audit = auditScores(claim, scoresOf(mechanism, 2000, `rho ${seed}`), { confidence, among: 20 });
    expect(audit.crossed).toBe(false);
    expect(audit.among).toBe(20);
  }
});

test("power: half of the noise, an unpaid second answer and a constant shift are crossed", () => {
  const half = auditScores(pure(1), scoresOf(laplace(2n), 5000, "half"), { confidence });
  expect(half.crossed).toBe(true);
  expect(half.audited).toBeLessThanOrEqual(2);
  const [one, two] = [scoresOf(laplace(1n), 20_000, "a"), scoresOf(laplace(1n), 20_000, "b")];
  const both = (a: readonly number[], b: readonly number[]) =>
    a.map((x, i) => Math.min(1, Math.max(0, x)) + Math.min(1, Math.max(0, b[i] ?? 0)));
  const twice = { present: both(one.present, two.present), absent: both(one.absent, two.absent) };
  expect(auditScores(pure(1), twice, { confidence })).toMatchObject({ crossed: true });
  expect(auditScores(pure(2), twice, { confidence })).toMatchObject({ crossed: false });
  const told = { present: new Array(1000).fill(1), absent: new Array(1000).fill(0) };
  expect(auditScores(pure(4), told, { confidence }).audited).toBeGreaterThan(4);
});

test("edges: constant scores tell nothing; too few, no numbers and no confidence are refused", () => {
  const same = new Array(100).fill(3);
  expect(auditScores(pure(0), { present: same, absent: same }, { confidence })).toMatchObject({
    audited: 0,
    crossed: false,
  });
  const infinite = same.map((_, i) => (i % 2 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY));
  expect(auditScores(pure(0), { present: infinite, absent: infinite }, { confidence }).crossed).toBe(false);
  expect(() => auditScores(pure(1), { present: [1], absent: same }, { confidence })).toThrow(/40 scores/);
  expect(() => auditScores(pure(1), { present: [...same, Number.NaN], absent: same }, { confidence })).toThrow(
    /no number/,
  );
  for (const bad of [{ confidence: 1 }, { confidence: 0.9, among: 0 }])
    expect(() => auditScores(pure(1), { present: same, absent: same }, bad)).toThrow(/confidence/);
});

test("guesses: right ones bound epsilon from below, and never beyond what their number can show", () => {
  const audit = auditGuesses(pure(1), { guesses: 1000, right: 900 }, { confidence: 0.95 });
  expect(audit.crossed).toBe(true);
  expect(audit.audited).toBeLessThan(Math.log(9));
  expect(audit.audited).toBeGreaterThan(1.9);
  // ln r − 1.1 is the most at 95 %: α^(1/r)/(1 − α^(1/r)).
  expect(auditGuesses(pure(1), { guesses: 1000, right: 1000 }, { confidence: 0.95 }).audited).toBeCloseTo(
    Math.log(1000) - Math.log(-Math.log(0.05)),
    2,
  );
  expect(auditGuesses(pure(1), { guesses: 10, right: 0 }, { confidence: 0.95 }).audited).toBe(0);
  expect(() => auditGuesses({ kind: "rho", rho: 1 }, { guesses: 1, right: 1 }, { confidence })).toThrow(/pure/);
});

test("the ROC of Gaussian scores is that of the closed form, at one false alarm in a thousand too", () => {
  const mechanism = discreteGaussian({ sigmaSquared: rational(250_000n), sensitivity: l2SquaredSensitivity(1n) });
  const noise = mechanism.drawNoise(seededEntropy("roc"), 40_000).map(Number);
  const [present, absent] = [noise.slice(0, 20_000).map((x) => x + 1500), noise.slice(20_000)];
  const exact = (alarm: number) => normalCdf(3 - normalQuantile(1 - alarm));
  const points = rocOf(present, absent);
  expect(points.at(-1)).toEqual({ falseAlarms: 1, found: 1 });
  expect(points.length).toBeLessThanOrEqual(62);
  for (const { falseAlarms, found } of points)
    expect(Math.abs(found - exact(falseAlarms))).toBeLessThan(falseAlarms < 0.002 ? 0.2 : 0.03);
  const at = foundAt(present, absent, 0.001, 0.99);
  expect(at.falseAlarms).toBe(0.001);
  expect(at.low).toBeLessThan(at.found);
  expect(Math.abs(at.found - exact(at.falseAlarms))).toBeLessThan(0.1);
  // Where all score alike, a coin finds as many as it alarms.
  expect(foundAt(new Array(2000).fill(1), new Array(2000).fill(1), 0.01, 0.99).found).toBeCloseTo(0.01, 12);
  expect(() => rocOf([Number.NaN], [1])).toThrow(/no number/);
  expect(() => rocOf([], [1])).toThrow(/no scores/);
  expect(() => foundAt(present, absent.slice(0, 500), 0.001, 0.99)).toThrow(/more runs/);
});
