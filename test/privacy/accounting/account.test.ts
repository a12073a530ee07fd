// Which accountant answers, that the answers do not contradict each other, and what nobody answers.
import { describe, expect, test } from "vitest";
import { type Accountant, account, type Question } from "../../../src/privacy/accounting/account.ts";
import { compose } from "../../../src/privacy/accounting/algebra/compose.ts";
import type { PrivacyEvent } from "../../../src/privacy/accounting/algebra/types.ts";
import type { Neighbouring } from "../../../src/privacy/units.ts";

const gaussian = { mechanism: "gaussian", noiseMultiplier: 2 } as const;
const sampled = { mechanism: "poisson-sampled", probability: 0.1, event: gaussian } as const;
const laplace = { mechanism: "laplace", noiseMultiplier: 4 } as const;
const here = "add-or-remove-one";
const at: Question = { delta: 1e-6 };

test.each<[string, PrivacyEvent, Question, Accountant, Neighbouring?]>([
  ["Gaussians", compose(here, [{ event: gaussian, count: 7 }, { event: { mechanism: "gdp", mu: 1 } }]), at, "gdp"],
  ["a tree", { mechanism: "tree-aggregation", noiseMultiplier: 3, stepCounts: [9] }, at, "gdp", "zero-out"],
  ["sampled Gaussians", compose(here, [{ event: sampled, count: 20 }]), at, "pld"],
  ["sampled Gaussians, delta", compose(here, [{ event: sampled, count: 20 }]), { epsilon: 1 }, "pld"],
  [
    "plain guarantees",
    compose(here, [{ event: { mechanism: "epsilon-delta", epsilon: 0.1, delta: 1e-9 }, count: 50 }]),
    at,
    "kov",
  ],
  ["shuffled reports", { mechanism: "shuffled", localEpsilon: 1, reports: 1000 }, at, "shuffle", "replace-one"],
  ["zCDP", { mechanism: "zcdp", rho: 0.1 }, at, "zcdp"],
  [
    "a fixed-size sample",
    { mechanism: "sampled-without-replacement", populationSize: 100, sampleSize: 5, event: gaussian },
    at,
    "rdp",
    "replace-one",
  ],
])("%s", (_, event, question, accountant, neighbouring = here) => {
  const found = account<Neighbouring>({ event, neighbouring }, question);
  expect(found.accountant).toBe(accountant);
  expect(found.quantity).toBe("delta" in question ? "epsilon" : "delta");
  expect(found.lower).toBeLessThanOrEqual(found.upper);
  for (const { upper } of found.others) expect(upper ?? found.upper).toBeGreaterThanOrEqual(found.upper);
});

test("no accountant's upper bound lies below another's lower bound, and the two questions invert each other", () => {
  const plans = [
    compose(here, [{ event: laplace, count: 9 }]),
    compose(here, [{ event: sampled, count: 30 }]),
    compose(here, [{ event: gaussian, count: 2 }, { event: laplace }]),
    compose(here, [{ event: { mechanism: "exponential", epsilon: 0.3 }, count: 12 }]),
  ];
  for (const event of plans) {
    const epsilon = account({ event, neighbouring: here }, at);
    for (const { upper } of epsilon.others)
      expect(upper ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(epsilon.lower);
    const back = account({ event, neighbouring: here }, { epsilon: epsilon.upper });
    expect(back.lower).toBeLessThanOrEqual(1e-6);
    expect(account({ event, neighbouring: here }, { epsilon: epsilon.lower * 0.99 }).upper).toBeGreaterThan(1e-6);
  }
});

test("a delta below the smallest double is still above 0", () => {
  for (const accountants of [undefined, ["rdp"], ["zcdp"]] as const) {
    const options = accountants === undefined ? {} : { accountants };
    const tiny = account({ event: { ...gaussian, noiseMultiplier: 10 }, neighbouring: here }, { epsilon: 4 }, options);
    expect(tiny.upper).toBeGreaterThan(0);
    expect(tiny.upper).toBeLessThan(1e-300);
    expect(tiny.lower).toBe(0);
  }
});

test("a Poisson sample of everybody is none, one of nobody is nothing", () => {
  const of = (probability: number) =>
    compose(here, [{ event: { ...sampled, probability }, count: 9 }, { event: laplace }]);
  const plain = compose(here, [{ event: gaussian, count: 9 }, { event: laplace }]);
  expect(account({ event: of(1), neighbouring: here }, at)).toEqual(account({ event: plain, neighbouring: here }, at));
  expect(account({ event: of(0), neighbouring: here }, at)).toMatchObject(
    account({ event: laplace, neighbouring: here }, at),
  );
  const all = { ...sampled, probability: 1 } as const;
  expect(account({ event: all, neighbouring: here }, at).accountant).toBe("gdp");
});

test("it is said where the lower bound is one of dominating losses alone", () => {
  const tight = (event: PrivacyEvent) => account<Neighbouring>({ event, neighbouring: here }, at).tight;
  expect(tight(compose(here, [{ event: sampled, count: 20 }]))).toBe(true);
  expect(tight(gaussian)).toBe(true);
  expect(tight({ mechanism: "permute-and-flip", epsilon: 1 })).toBe(false);
  expect(tight({ mechanism: "exponential", epsilon: 1 })).toBe(false);
});

test.each<[string, unknown, object?]>([
  ["text for a number", { delta: "1e-6" }],
  ["null", { epsilon: null }],
  ["nothing", {}],
  ["both", { delta: 1e-6, epsilon: 1 }],
  ["an accountant that nobody knows", at, { accountants: ["moments"] }],
])("a question with %s is refused", (_, question, options = {}) => {
  const ask = () => account({ event: gaussian, neighbouring: here }, question as Question, options);
  expect(ask).toThrow(expect.objectContaining({ code: "invalid_argument" }));
});

describe("pure plans", () => {
  test("delta = 0 gives the sum of the epsilons, noise without one gives none", () => {
    const event = compose(here, [{ event: laplace, count: 8 }]);
    expect(account({ event, neighbouring: here }, { delta: 0 }).upper).toBeCloseTo(2, 9);
    expect(account({ event: gaussian, neighbouring: here }, { delta: 0 }).upper).toBe(Number.POSITIVE_INFINITY);
    expect(account({ event, neighbouring: here }, { epsilon: 2.0001 }).upper).toBeLessThan(1e-12);
  });

  test("nothing done costs nothing", () => {
    expect(account({ event: { mechanism: "no-op" }, neighbouring: here }, at)).toMatchObject({ lower: 0, upper: 0 });
  });
});

test("what nobody can bound is refused, with each refusal", () => {
  const shuffled = { mechanism: "shuffled", localEpsilon: 1, reports: 10 } as const;
  const neighbouring = "replace-one";
  const event = compose(neighbouring, [{ event: shuffled, count: 2 }]);
  try {
    account({ event, neighbouring }, { epsilon: 0.5 });
    expect.unreachable();
  } catch (error) {
    expect(error).toMatchObject({ code: "unsupported", hint: expect.stringMatching(/gdp: .*pld: .*rdp: /s) });
  }
});

test("parts without a loss distribution enter as guarantees, never for less than they cost alone", () => {
  const neighbouring = "replace-one";
  const shuffled = { mechanism: "shuffled", localEpsilon: 1, reports: 1000 } as const;
  const epsilonOf = (rounds: number, delta: number) => {
    const event = compose(neighbouring, [
      { event: shuffled, count: rounds },
      { event: { ...laplace, noiseMultiplier: 40 } },
    ]);
    return account({ event, neighbouring }, { delta });
  };
  const [one, ten] = [epsilonOf(1, 1e-6), epsilonOf(10, 1e-6)];
  const alone = account({ event: shuffled, neighbouring }, at).upper;
  expect([one.accountant, ten.accountant]).toEqual(["mixed", "mixed"]);
  // Between the costlier part alone and both added up at half of delta each.
  expect(one.upper).toBeGreaterThan(alone);
  expect(one.upper).toBeLessThan(account({ event: shuffled, neighbouring }, { delta: 1e-7 }).upper + 0.05);
  expect(ten.upper).toBeGreaterThan(one.upper);
  expect(ten.upper).toBeLessThan(10 * account({ event: shuffled, neighbouring }, { delta: 5e-8 }).upper + 0.05);
  expect(epsilonOf(10, 2e-6).upper).toBeLessThan(ten.upper);
});

test.each<[Question, RegExp]>([
  [{ delta: 1 }, /delta must lie between 0 and 1/],
  [{ delta: -1e-9 }, /delta must lie between 0 and 1/],
  [{ delta: Number.NaN }, /delta must lie between 0 and 1/],
  [{ epsilon: -1 }, /epsilon must be a number/],
  [{ epsilon: Number.POSITIVE_INFINITY }, /epsilon must be a number/],
])("%j is refused", (question, words) => {
  expect(() => account({ event: gaussian, neighbouring: here }, question)).toThrow(words);
});

describe("an accountant that fails or has nothing to say leaves the others to it", () => {
  const ofDelta = (delta: number, ...parts: readonly (readonly [PrivacyEvent, number?])[]) =>
    account<Neighbouring>(
      { event: compose(here, parts.map(([event, count = 1]) => ({ event, count })) as never), neighbouring: here },
      { delta },
    );

  test("an infinite bound ends no search", () => {
    const guarantees = Array.from(
      { length: 12 },
      (_, i) => [{ mechanism: "epsilon-delta", epsilon: 0.3 + i / 37, delta: 1e-3 }, 3] as const,
    );
    // Adding up the deltas gives 0.036, which is too much; at least one fails openly with less.
    const found = ofDelta(0.0357, ...guarantees);
    expect(found.accountant).toBe("pld");
    expect(found.upper).toBeLessThan(20);
    expect(found.others).toContainEqual({ accountant: "pure", upper: Number.POSITIVE_INFINITY, refusal: undefined });
    const tiny = ofDelta(1e-260, [sampled, 10]);
    expect(Number.isFinite(tiny.upper)).toBe(true);
    expect(tiny.lower).toBeLessThanOrEqual(tiny.upper);
  });

  test("no delta is 0 because doubles end, none NaN", () => {
    const found = account({ event: { ...gaussian, noiseMultiplier: 1 }, neighbouring: here }, { epsilon: 1e60 });
    expect(found).toMatchObject({ lower: 0, upper: expect.closeTo(1e-306, 310) });
    expect(found.upper).toBeGreaterThan(0);
  });

  test("noise far too small is answered, not thrown at", () => {
    const discrete: PrivacyEvent = {
      mechanism: "discrete-gaussian",
      unit: "member",
      neighbouring: here,
      sensitivity: { norm: "l2-squared", bound: "1" },
      sigmaSquared: "1/1000",
    };
    const found = ofDelta(1e-6, [discrete, 2]);
    expect(found.upper).toBeGreaterThan(1000);
    expect(found.upper).toBeLessThan(1300);
    expect(ofDelta(1e-6, [{ ...gaussian, noiseMultiplier: 1e-6 }, 1e7]).upper).toBeCloseTo(5e18, -17);
  });

  test("what was left out, and why, is part of the answer", () => {
    const { others } = ofDelta(1e-6, [sampled, 10]);
    expect(others.find(({ accountant }) => accountant === "kov")).toMatchObject({
      refusal: expect.stringMatching(/no single epsilon/),
    });
  });
});

test.each<[string, PrivacyEvent, Neighbouring, number, number]>([
  // P(best ≤ x) = e^(-µ(1 - F(x))) gives 4.864 and 1.101.
  ["a Poisson number of runs below 1", selectedBy(0.9, { mechanism: "gaussian", noiseMultiplier: 1 }), here, 4.864, 6],
  [
    "almost no run",
    selectedBy(0.01, { mechanism: "randomized-response", probability: 0.5, buckets: 2 }),
    "replace-one",
    1.101,
    1.11,
  ],
  [
    "a sample of all but one",
    { mechanism: "sampled-without-replacement", populationSize: 1000, sampleSize: 999, event: gaussian },
    "replace-one",
    4.88,
    4.8866,
  ],
  [
    "a sample of everybody",
    { mechanism: "sampled-without-replacement", populationSize: 1000, sampleSize: 1000, event: gaussian },
    "replace-one",
    4.8865,
    4.8866,
  ],
])("%s costs what it costs", (_, event, neighbouring, least, most) => {
  const { upper } = account({ event, neighbouring }, at);
  expect(upper).toBeGreaterThanOrEqual(least);
  expect(upper).toBeLessThan(most);
});

function selectedBy(mean: number, event: PrivacyEvent): PrivacyEvent {
  return { mechanism: "repeat-and-select", event, mean, shape: "poisson" } as PrivacyEvent;
}
