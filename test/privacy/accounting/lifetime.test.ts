import fc from "fast-check";
import { expect, test } from "vitest";
import { answerLifetime, capsInWords, lifetimeOf } from "../../../src/privacy/accounting/lifetime.ts";
import { epsilonOfRho } from "../../../src/privacy/accounting/zcdp.ts";
import { rational } from "../../../src/privacy/rational.ts";

const caps = { week: 500_000_000n, year: 1_000_000_000n };

test("the default caps: ε of a week, a year and five years at δ = 10⁻⁶, rounded upwards in words", () => {
  const { delta, week, year, fiveYears } = lifetimeOf(caps);
  expect([delta, week.rho, year.rho, fiveYears.rho]).toEqual([1e-6, 0.5, 1, 5]);
  expect([week.epsilon, year.epsilon, fiveYears.epsilon].map((each) => each.toFixed(2))).toEqual([
    "5.22",
    "7.77",
    "20.55",
  ]);
  expect(capsInWords(lifetimeOf(caps))).toMatch(/ε = 5\.23 a week, 7\.77 a year, 20\.56 in five years/);
});

test("an answer states the smaller of its pure ε and what its ρ implies, for whomever it counts", () => {
  const pure = answerLifetime(caps, "member", { rho: 462_117_158n, epsilon: rational(1n) });
  expect(pure.answer).toEqual({ rho: 0.462117158, epsilon: 1 });
  expect(pure.says).toMatch(/^One answer: ε = 1\.00 for one member at δ = 10⁻⁶\. All answers together/);
  const implied = answerLifetime(caps, "installation", { rho: 10_000_000n });
  expect(implied.answer.epsilon).toBe(epsilonOfRho(0.01, 1e-6));
  expect(implied.says).toContain("for one installation");
  // A pure ε of 16 costs ρ = 15.99…: at δ = 10⁻⁶ it is still 16 and not what ρ implies.
  expect(answerLifetime(caps, "member", { rho: 15_999_996_398n, epsilon: rational(16n) }).answer.epsilon).toBe(16);
});

test("a year has 53 weeks at most, longer spans are never cheaper, and words never state less than the number", () => {
  const nano = fc.bigInt({ min: 1n, max: 1_000_000_000_000n });
  fc.assert(
    fc.property(nano, nano, (week, year) => {
      const lifetime = lifetimeOf({ week, year });
      expect(lifetime.year.rho).toBe(Number(year < 53n * week ? year : 53n * week) / 1e9);
      expect(lifetime.fiveYears.epsilon).toBeGreaterThanOrEqual(lifetime.year.epsilon);
      const [, ...said] = /ε = ([\d.]+) a week, ([\d.]+) a year, ([\d.]+) in/.exec(capsInWords(lifetime)) ?? [];
      [lifetime.week, lifetime.year, lifetime.fiveYears].forEach(({ epsilon }, i) => {
        expect(Number(said[i])).toBeGreaterThanOrEqual(epsilon - 1e-9);
        expect(Number(said[i])).toBeLessThan(epsilon + 0.0101);
      });
    }),
    { seed: 8 },
  );
});
