// How accounts of related plans must relate, over every event, at the edges of each theorem and beyond them.
import { describe, expect, test } from "vitest";
import { isPacelineError } from "../../../src/base/errors.ts";
import { type Account, account, accountantNames, type Question } from "../../../src/privacy/accounting/account.ts";
import { compose } from "../../../src/privacy/accounting/algebra/compose.ts";
import { type Neighbouring, neighbouringRelations } from "../../../src/privacy/units.ts";
import { examples } from "./every-event.ts";

const gaussian = (noiseMultiplier: number) => ({ mechanism: "gaussian", noiseMultiplier }) as const;
const laplace = (noiseMultiplier: number) => ({ mechanism: "laplace", noiseMultiplier }) as const;
const failing = (epsilon: number, delta: number) => ({ mechanism: "epsilon-delta", epsilon, delta }) as const;
// biome-ignore lint/suspicious/noExplicitAny: events of many types, some of which must be refused.
type Any = any;

const plain: readonly Any[] = [
  gaussian(0.4),
  gaussian(3),
  laplace(0.3),
  laplace(4),
  failing(1, 0),
  failing(0.5, 1e-8),
  failing(0, 1e-3),
  { mechanism: "gdp", mu: 0.2 },
  { mechanism: "exponential", epsilon: 0.7 },
  { mechanism: "permute-and-flip", epsilon: 0.7 },
  { mechanism: "zcdp", rho: 0.02 },
];
const poisson = (probability: number, event: Any) => ({ mechanism: "poisson-sampled", probability, event });
const fixed = (sampleSize: number, event: Any) => ({
  mechanism: "sampled-without-replacement",
  populationSize: 1000,
  sampleSize,
  event,
});
const selected = (mean: number, shape: number | "poisson", event: Any) => ({
  mechanism: "repeat-and-select",
  mean,
  shape,
  event,
});

const at = { delta: 1e-6 };
const ask = (event: Any, neighbouring: Neighbouring, question: Question = at): Account | undefined => {
  try {
    return account({ event, neighbouring }, question);
  } catch (error) {
    if (isPacelineError(error) && ["unsupported", "invalid_argument"].includes(error.code)) return undefined;
    throw error;
  }
};
const upperOf = (event: Any, neighbouring: Neighbouring, question: Question = at) =>
  ask(event, neighbouring, question)?.upper;
const rounding = 1 + 1e-9;

describe("sampling", () => {
  for (const event of plain)
    for (const neighbouring of neighbouringRelations)
      test(`${JSON.stringify(event)} under ${neighbouring}`, () => {
        const whole = upperOf(event, neighbouring);
        for (const sample of [poisson(1, event), ...(neighbouring === "replace-one" ? [fixed(1000, event)] : [])])
          expect(upperOf(sample, neighbouring)).toBe(whole);
        const shares = [1e-6, 0.03, 0.5, 0.999];
        const ofAll = shares.map((q) => [
          ask(poisson(q, event), neighbouring),
          neighbouring === "replace-one" ? ask(fixed(Math.max(1, 1000 * q), event), neighbouring) : undefined,
        ]);
        for (const [i, sampled] of ofAll.entries())
          for (const [kind, one] of sampled.entries()) {
            if (one === undefined) continue;
            if (whole !== undefined) expect(one.upper).toBeLessThanOrEqual(whole * rounding);
            const before = ofAll[i - 1]?.[kind];
            if (before !== undefined) expect(before.lower).toBeLessThanOrEqual(one.upper * rounding);
          }
      });

  test("a sample of fixed size tells at least what a Poisson sample tells when all others are 0", () => {
    for (const event of [gaussian(0.5), gaussian(2), gaussian(20)])
      for (const [size, count] of [
        [10, 1],
        [500, 1],
        [990, 7],
      ] as const) {
        const of = (one: Any) => compose("replace-one", [{ event: one, count }]);
        const least = ask(of(poisson(size / 1000, event)), "replace-one")?.lower as number;
        expect(upperOf(of(fixed(size, event)), "replace-one")).toBeGreaterThanOrEqual(least);
      }
  });

  test("an open failure is sampled too, and no other", () => {
    expect(upperOf(poisson(0.1, failing(1, 1e-8)), "zero-out")).toBeCloseTo(Math.log1p(0.1 * Math.expm1(1)), 5);
    expect(upperOf(poisson(0.1, failing(1, 1e-8)), "zero-out", { epsilon: 1 })).toBeCloseTo(1e-9, 18);
    expect(upperOf(poisson(0.1, failing(1, 1e-5)), "replace-one", { delta: 0.99e-6 })).toBe(Number.POSITIVE_INFINITY);
    expect(upperOf(fixed(100, failing(1, 1e-8)), "replace-one")).toBeCloseTo(Math.log1p(0.1 * Math.expm1(1)), 5);
  });
});

describe("selection", () => {
  const inner = [
    gaussian(0.5),
    gaussian(4),
    laplace(2),
    { mechanism: "randomized-response", probability: 0.5, buckets: 2 },
  ];
  const runs: readonly (readonly [number, number | "poisson"])[] = [
    ...[1e-12, 0.01, 0.5, 0.99, 1, 1.01, 30, 1e6].map((mean) => [mean, "poisson"] as const),
    ...[-0.999999, -0.5, -1e-9, 0, 1e-9, 1, 1e6].flatMap((shape) =>
      [1 + 1e-9, 1.5, 30, 1e6].map((mean) => [mean, shape] as const),
    ),
  ];
  test.each(inner.map((event) => [JSON.stringify(event), event] as const))("of %s is never free", (_, event) => {
    const neighbouring = "replace-one";
    const [free, one] = [1e-9, ask(event, neighbouring) as Account];
    for (const [mean, shape] of runs) {
      const upper = upperOf(selected(mean, shape, event), neighbouring) as number;
      expect(Number.isNaN(upper)).toBe(false);
      // Whether anything ran at all tells with chance 1 - e^-mean what one run tells.
      const some = shape === "poisson" ? -Math.expm1(-mean) : 1;
      if (some > 1e-3) expect(upper).toBeGreaterThan(one.lower > 0.1 ? 0.05 : free);
      if (shape !== "poisson") expect(upper).toBeGreaterThanOrEqual(one.lower * 0.9);
    }
    // Almost surely one run.
    expect(upperOf(selected(1 + 1e-9, 1, event), neighbouring) as number).toBeLessThan(2 * one.upper + 1);
  });

  test.each([
    [selected(0, "poisson", gaussian(1))],
    [selected(1, 1, gaussian(1))],
    [selected(0.5, 0, gaussian(1))],
    [selected(2, -1, gaussian(1))],
    [selected(2, -2, gaussian(1))],
    [selected(Number.NaN, 1, gaussian(1))],
    [selected(Number.POSITIVE_INFINITY, "poisson", gaussian(1))],
    [selected(3, 1, failing(1, 1e-9))],
    [selected(3, 1, compose("zero-out", [{ event: gaussian(1) }, { event: failing(0, 1e-9) }]))],
    [selected(3, 1, { mechanism: "non-private" })],
    [poisson(0.1, compose("zero-out", [{ event: gaussian(1) }, { event: failing(0, 1e-9) }]))],
  ])("%j is outside every theorem", (event) => {
    expect(ask(event, "zero-out")).toBeUndefined();
  });
});

describe("every event", () => {
  for (const { event, neighbouring } of examples) {
    if (event.mechanism === "non-private") continue;
    test(`${event.mechanism} under ${neighbouring}: n times is n compositions; all bounds agree`, () => {
      const times = (count: number) => compose(neighbouring, [{ event, count }] as never);
      const listed = compose(neighbouring, [{ event }, { event }, { event }] as never);
      for (const question of [at, { epsilon: 0.8 }]) {
        const three = ask(times(3), neighbouring, question);
        if (event.mechanism !== "shuffled" || "delta" in question) expect(three).toBeDefined();
        expect(ask(listed, neighbouring, question)).toEqual(three);
        const opinions = accountantNames.map((name) => {
          try {
            return account({ event: times(3) as never, neighbouring }, question, { accountants: [name] });
          } catch {
            return undefined;
          }
        });
        const lowers = opinions.map((one) => (one?.tight === false ? 0 : (one?.lower ?? 0)));
        const uppers = opinions.map((one) => one?.upper ?? Number.POSITIVE_INFINITY);
        expect(Math.max(...lowers)).toBeLessThanOrEqual(Math.min(...uppers) * rounding);
        const [one, four] = [ask(event, neighbouring, question), ask(times(4), neighbouring, question)];
        if (one && three) expect(one.lower).toBeLessThanOrEqual(three.upper * rounding);
        if (three && four) expect(three.lower).toBeLessThanOrEqual(four.upper * rounding);
      }
    });
  }
});

test("replacing costs at least one addition or removal and at most two", () => {
  const both: readonly Any[] = [
    ...plain.filter(({ mechanism }) => ["gaussian", "laplace"].includes(mechanism)),
    ...[0.01, 0.5, 0.9].map((q) => poisson(q, gaussian(1.3))),
    compose("replace-one", [{ event: poisson(0.1, gaussian(1)), count: 20 }, { event: laplace(9) }] as never),
  ];
  for (const event of both) {
    const [once, replaced] = (["add-or-remove-one", "replace-one"] as const).map((one) => ask(event, one) as Account);
    expect(once?.lower).toBeLessThanOrEqual((replaced as Account).upper * rounding);
    // Group privacy: twice ε holds at (1 + e^ε)δ.
    const epsilon = (once as Account).upper;
    const delta = at.delta * (1 + Math.exp(epsilon));
    if (delta < 1)
      expect((ask(event, "replace-one", { delta }) as Account).lower).toBeLessThanOrEqual(2 * epsilon * rounding);
  }
});

test("more noise, smaller delta everywhere", () => {
  const noisy: readonly ((x: number) => Any)[] = [
    gaussian,
    laplace,
    (x) => poisson(0.2, gaussian(x)),
    (x) => compose("add-or-remove-one", [{ event: poisson(0.05, gaussian(x)), count: 50 }] as never),
    (x) => selected(0.4, "poisson", gaussian(x)),
    (x) => selected(3, 0.5, gaussian(x)),
  ];
  for (const event of noisy)
    for (const epsilon of [0, 0.1, 1, 8]) {
      const found = [0.5, 1, 2, 8].map((x) => ask(event(x), "add-or-remove-one", { epsilon }) as Account);
      for (let i = 1; i < found.length; i++)
        expect((found[i] as Account).upper).toBeLessThanOrEqual((found[i - 1] as Account).upper * (1 + 1e-3));
    }
});
