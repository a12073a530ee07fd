// Whatever is asked of whatever plan: a bound, or a refusal that says why; never NaN, an accident, or a winner that is none.
import fc from "fast-check";
import { expect, test } from "vitest";
import { isPacelineError } from "../../../src/base/errors.ts";
import { account, type Question } from "../../../src/privacy/accounting/account.ts";
import type { PrivacyEvent } from "../../../src/privacy/accounting/algebra/types.ts";
import { answerMax, compositionMax, Work } from "../../../src/privacy/accounting/pld/work.ts";
import { calibrate } from "../../../src/privacy/calibration/calibrate.ts";

const neighbouring = "replace-one";
// biome-ignore lint/suspicious/noExplicitAny: events of many types, some of which must be refused.
type Any = any;

const magnitude = fc.double({ min: -6, max: 15, noNaN: true }).map((power) => 10 ** power);
const noise = magnitude.filter((x) => x >= 1e-6 && x < 9e15);
const leaf: fc.Arbitrary<Any> = fc.oneof(
  noise.map((noiseMultiplier) => ({ mechanism: "gaussian", noiseMultiplier })),
  noise.map((noiseMultiplier) => ({ mechanism: "laplace", noiseMultiplier })),
  fc.record({
    mechanism: fc.constant("epsilon-delta"),
    epsilon: fc.double({ min: 0, max: 1e6, noNaN: true }),
    delta: fc.constantFrom(0, 1e-300, 1e-9, 0.5, 0.999),
  }),
  fc.record({
    mechanism: fc.constant("randomized-response"),
    probability: fc.double({ min: 1e-100, max: 1, noNaN: true }),
    buckets: fc.integer({ min: 2, max: 1e6 }),
  }),
  noise.map((x) => ({ mechanism: "gdp", mu: Math.min(1e6, x) })),
  noise.map((x) => ({ mechanism: "exponential", epsilon: Math.min(1e6, x) })),
  fc.record({
    mechanism: fc.constant("shuffled"),
    localEpsilon: noise.map((x) => Math.min(1e6, x)),
    reports: fc.integer({ min: 1, max: 1e10 }),
  }),
  fc.bigInt({ min: 1n, max: 10n ** 9n }).map((x) => ({
    mechanism: "discrete-gaussian",
    unit: "member",
    neighbouring,
    sensitivity: { norm: "l2-squared", bound: "1" },
    sigmaSquared: x % 2n === 0n ? `1/${x}` : `${x}`,
  })),
);
const shape = fc.oneof(fc.constant("poisson" as const), fc.double({ min: -0.99, max: 50, noNaN: true }));
const event: fc.Arbitrary<Any> = fc.oneof(
  leaf,
  fc.record({
    mechanism: fc.constant("poisson-sampled"),
    probability: fc.double({ min: 0, max: 1, noNaN: true }),
    event: leaf,
  }),
  fc.record({
    mechanism: fc.constant("sampled-without-replacement"),
    populationSize: fc.constant(1000),
    sampleSize: fc.integer({ min: 1, max: 1000 }),
    event: leaf,
  }),
  fc.record({
    mechanism: fc.constant("repeat-and-select"),
    mean: magnitude.map((x) => 1 + Math.min(9e5, x)),
    shape,
    event: leaf,
  }),
);
const plan: fc.Arbitrary<Any> = fc
  .array(fc.record({ count: fc.constantFrom("1", "2", "1000", "100000"), event }), { minLength: 1, maxLength: 3 })
  .map((parts) => ({ mechanism: "composed", parts }));
const question = fc.oneof(
  ...[0, 1e-300, 1e-6, 0.5, 1 - 1e-9].map((delta) => fc.constant<Question>({ delta })),
  ...[0, 1e-300, 1, 700, 1e60].map((epsilon) => fc.constant<Question>({ epsilon })),
);

/** Undefined where it is refused; anything else that is thrown is a fault. */
function known<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (isPacelineError(error) && ["unsupported", "invalid_argument"].includes(error.code)) return undefined;
    throw error;
  }
}

export function extremes(runs: number): void {
  test("no bound is NaN, none wins by being infinite, none is an accident, none costs more than others", () => {
    fc.assert(
      fc.property(plan, question, (asked, at) => {
        const work = new Work();
        const found = known(() => account({ event: asked, neighbouring }, at, { work }));
        // Two plans at most are asked by one account alone, and three shares by mixing.
        expect(work.spent).toBeLessThanOrEqual(5 * (answerMax + 8 * compositionMax));
        if (found === undefined) return;
        const uppers = [found.upper, ...found.others.flatMap(({ upper }) => (upper === undefined ? [] : [upper]))];
        expect(found.lower >= 0 && found.lower <= found.upper).toBe(true);
        expect(found.upper).toBe(Math.min(...uppers));
        for (const { refusal } of found.others) expect(refusal ?? "").not.toContain("failed");
      }),
      { numRuns: runs, seed: 20261125 },
    );
  });

  const target = fc.record({
    epsilon: magnitude.filter((x) => x >= 1e-6 && x <= 1e6),
    delta: fc.constantFrom(1e-300, 1e-12, 1e-6, 0.5),
  });
  const kinds = fc.constantFrom<(x: number) => PrivacyEvent<"add-or-remove-one">>(
    (noiseMultiplier) => ({ mechanism: "gaussian", noiseMultiplier }),
    (noiseMultiplier) => ({ mechanism: "laplace", noiseMultiplier }),
    (noiseMultiplier) => ({
      mechanism: "composed",
      parts: [
        {
          count: "1000",
          event: { mechanism: "poisson-sampled", probability: 0.01, event: { mechanism: "gaussian", noiseMultiplier } },
        },
      ],
    }),
  );
  test("what is calibrated meets its target, whatever that is", () => {
    fc.assert(
      fc.property(target, kinds, (wanted, of) => {
        const relation = "add-or-remove-one";
        const found = known(() => calibrate({ neighbouring: relation, target: wanted, event: of, range: [1e-6, 1e9] }));
        if (found === undefined) return;
        const { upper } = account(
          { event: found.event, neighbouring: relation },
          { delta: wanted.delta },
          found.options,
        );
        expect(upper).toBeLessThanOrEqual(wanted.epsilon);
      }),
      { numRuns: Math.ceil(runs / 4), seed: 20261125 },
    );
  });
}
