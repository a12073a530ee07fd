import { describe, expect, expectTypeOf, test } from "vitest";
import { isPacelineError } from "../../../src/base/errors.ts";
import { compose, runsOf } from "../../../src/privacy/accounting/algebra/compose.ts";
import { knownMechanisms, parsePrivacyEvent } from "../../../src/privacy/accounting/algebra/parse.ts";
import { parseNeighbouring } from "../../../src/privacy/accounting/algebra/relations.ts";
import type { PrivacyEvent } from "../../../src/privacy/accounting/algebra/types.ts";
import { type MechanismEvent, parseEvent } from "../../../src/privacy/accounting/events.ts";
import { neighbouringRelations } from "../../../src/privacy/units.ts";
import { examples, withField } from "./every-event.ts";

const code = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (isPacelineError(error)) return error.code;
    throw error;
  }
  return "accepted";
};

const gaussian = { mechanism: "gaussian", noiseMultiplier: 1.1 } as const;
const tree = { mechanism: "tree-aggregation", noiseMultiplier: 3, stepCounts: [8] } as const;
const response = { mechanism: "randomized-response", probability: 0.5, buckets: 4 } as const;
const fixed = { mechanism: "sampled-without-replacement", populationSize: 9, sampleSize: 3, event: gaussian } as const;
const mixture = {
  mechanism: "mixture-of-gaussians",
  standardDeviation: 1,
  sensitivities: [0, 1],
  probabilities: [0.5, 0.5],
} as const;

describe("types", () => {
  test("an event exists only under the relations that give it a meaning", () => {
    expectTypeOf(gaussian).toExtend<PrivacyEvent<"add-or-remove-one">>();
    expectTypeOf(gaussian).toExtend<PrivacyEvent<"replace-one">>();
    expectTypeOf(tree).toExtend<PrivacyEvent<"zero-out">>();
    expectTypeOf(tree).not.toExtend<PrivacyEvent<"add-or-remove-one">>();
    expectTypeOf(tree).not.toExtend<PrivacyEvent<"replace-one">>();
    expectTypeOf(response).toExtend<PrivacyEvent<"replace-one">>();
    expectTypeOf(response).not.toExtend<PrivacyEvent<"add-or-remove-one">>();
    expectTypeOf(fixed).not.toExtend<PrivacyEvent<"zero-out">>();
    expectTypeOf(mixture).not.toExtend<PrivacyEvent<"replace-one">>();
    expectTypeOf<MechanismEvent>().toExtend<PrivacyEvent<"zero-out">>();
    expectTypeOf<MechanismEvent>().not.toExtend<PrivacyEvent<"replace-one">>();
  });

  test("events of incompatible relations do not compose, and say so at run time too", () => {
    compose("zero-out", [{ event: tree }, { event: gaussian, count: 3 }, { event: response }]);
    compose("replace-one", [{ event: fixed }, { event: response }]);
    // @ts-expect-error a tree is about zero-out only
    expect(code(() => compose("replace-one", [{ event: tree }]))).toBe("unsupported");
    // @ts-expect-error so is nothing inside a sample
    expect(code(() => compose("zero-out", [{ event: fixed }]))).toBe("unsupported");
    // @ts-expect-error randomised response has no record that could be missing
    expect(code(() => compose("add-or-remove-one", [{ event: response }]))).toBe("unsupported");
    const nulled = compose("zero-out", [{ event: gaussian }]);
    // @ts-expect-error compositions keep their relation, whatever is in them
    compose("replace-one", [{ event: nulled }]);
    const sampled = { mechanism: "poisson-sampled", probability: 0.1, event: tree } as const;
    // @ts-expect-error a sampled event is about the relation of what is sampled
    expect(code(() => compose("add-or-remove-one", [{ event: sampled }]))).toBe("unsupported");
  });
});

test("the examples are all that is known, and parse to themselves", () => {
  expect(new Set([...examples.map(({ event }) => event.mechanism), "composed"])).toEqual(new Set(knownMechanisms));
  for (const { event, neighbouring } of examples) expect(parsePrivacyEvent(event, neighbouring)).toEqual(event);
});

test("the ledger's events are events under zero-out, byte for byte, and under no other relation", () => {
  const ledger = examples.filter(({ event }) => event.mechanism.startsWith("discrete-"));
  expect(ledger).toHaveLength(2);
  for (const { event } of ledger) {
    expect(parsePrivacyEvent(parseEvent(event), "zero-out")).toEqual(event);
    expect(code(() => parsePrivacyEvent(event, "replace-one"))).toBe("unsupported");
    const stated = { ...event, neighbouring: "replace-one" };
    expect(parsePrivacyEvent(stated, "replace-one")).toEqual(stated);
  }
});

describe("bad parameters are refused with the allowed range", () => {
  const bad: readonly unknown[] = [Number.NaN, -1, Number.POSITIVE_INFINITY, 2 ** 1023, "1", null, undefined];
  for (const { event, neighbouring } of examples) {
    const leaves = Object.entries(event).filter(([, value]) => typeof value === "number");
    for (const [name] of leaves)
      test(`${event.mechanism} ${name}`, () => {
        for (const value of bad) {
          const changed = withField(event, name, () => value);
          expect(() => parsePrivacyEvent(changed, neighbouring)).toThrow(/must be a (whole )?number/);
        }
      });
    test(`${event.mechanism} with a field too many or too few`, () => {
      expect(code(() => parsePrivacyEvent({ ...event, extra: 1 }, neighbouring))).toBe("invalid_message");
      const { mechanism, ...rest } = event;
      expect(code(() => parsePrivacyEvent(rest, neighbouring))).toBe("invalid_message");
      for (const name of Object.keys(rest)) {
        const { [name]: _, ...left } = rest;
        expect(code(() => parsePrivacyEvent({ mechanism, ...left }, neighbouring))).not.toBe("accepted");
      }
    });
  }
  const refused: readonly unknown[] = [
    { mechanism: "gaussian", noiseMultiplier: 0 },
    { mechanism: "epsilon-delta", epsilon: 1, delta: 1 },
    { mechanism: "exponential", epsilon: 0 },
    { mechanism: "repeat-and-select", event: gaussian, mean: 1, shape: 0 },
    { mechanism: "repeat-and-select", event: gaussian, mean: 2, shape: -1 },
    { mechanism: "tree-aggregation", noiseMultiplier: 1, stepCounts: [] },
    { mechanism: "tree-aggregation", noiseMultiplier: 1, stepCounts: [1.5] },
    { ...mixture, probabilities: [0.5, 0.4] },
    { ...mixture, probabilities: [1] },
    { ...mixture, sensitivities: [0, -1] },
    { mechanism: "poisson-sampled", probability: 1.01, event: gaussian },
    { mechanism: "poisson-sampled", probability: 0.5, event: { mechanism: "gaussian", noiseMultiplier: -1 } },
    { mechanism: "constructor" },
    { mechanism: "composed", parts: [] },
    { mechanism: "composed", parts: [{ count: "0", event: gaussian }] },
    { mechanism: "composed", parts: [{ count: 1, event: gaussian }] },
    null,
    [],
    "gaussian",
  ];
  test.each(refused.map((event) => [JSON.stringify(event), event] as const))("%s", (_, event) => {
    expect(code(() => parsePrivacyEvent(event, "zero-out"))).toMatch(/^invalid_(argument|message)$/);
  });
  test("a relation that is none, and nesting without end", () => {
    for (const relation of ["add-or-remove", "", null, 1])
      expect(code(() => parseNeighbouring(relation))).toBe("invalid_argument");
    for (const relation of neighbouringRelations) expect(parseNeighbouring(relation)).toBe(relation);
    let deep: unknown = gaussian;
    for (let i = 0; i < 20; i++) deep = { mechanism: "poisson-sampled", probability: 0.5, event: deep };
    expect(code(() => parsePrivacyEvent(deep, "zero-out"))).toBe("invalid_message");
  });
});

test("count means count: nested counts multiply, equal events are one run, no-op is none", () => {
  const inner = compose("zero-out", [{ event: gaussian, count: 3 }, { event: { mechanism: "no-op" } }]);
  const whole = compose("zero-out", [{ event: inner, count: 5n }, { event: tree }, { event: gaussian }]);
  expect(runsOf(whole)).toEqual([
    { event: gaussian, count: 16 },
    { event: tree, count: 1 },
  ]);
  const huge = compose("zero-out", [{ event: gaussian, count: 2 ** 31 }]);
  const beyond = compose("zero-out", [{ event: huge, count: 2 ** 31 }]);
  expect(() => runsOf(beyond)).toThrow(/2\^53/);
  for (const count of [0, -1, 1.5, Number.NaN, 2 ** 31 + 1])
    expect(code(() => compose("zero-out", [{ event: gaussian, count }]))).toMatch(/^invalid_/);
});
