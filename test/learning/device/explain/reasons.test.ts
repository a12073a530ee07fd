import { describe, expect, test } from "vitest";
import { type Reasons, reasonsOf, scoreByModel } from "../../../../src/learning/device/explain/reasons.ts";
import { reasonsInWords } from "../../../../src/learning/device/explain/words.ts";
import { type Described, newModelFile } from "../../../../src/learning/plan/model/file.ts";
import type { Feature } from "../../../../src/learning/plan/training/examples.ts";
import { plainEngine } from "../../../../src/math/tensor/trainer.ts";
import { nodeCrypto } from "../../../../src/platform/node/crypto.ts";
import type { Trainer } from "../../../../src/ports/training-engine.ts";
import { builtIn } from "../../../../src/task/metrics.ts";
import { daysBefore, end } from "../../days.ts";

const feature = (metric: string, title: string, centre: number, spread: number): Feature => ({
  ...{ name: metric, title, value: { metric }, of: "mean", weeks: { from: 0, to: 2 }, centre, spread },
});
const described: Described = {
  name: "attendance",
  title: "You come less next month",
  architecture: { input: [2], layers: [], output: { kind: "logistic", units: 1 } },
  features: [feature("visits", "visits in two weeks", 0.3, 0.2), feature("steps", "steps in two weeks", 8000, 3000)],
  label: null,
  outputs: ["comes less"],
  privacy: null,
  training: null,
  made: 0,
};
const file = await newModelFile(nodeCrypto, described, Float32Array.of(-1, 0.5, -0.25));
const own = { registry: builtIn, engine: plainEngine };
const days = [...daysBefore(end, "visits", { 1: 0, 2: 1, 3: 0, 4: 0 }), ...daysBefore(end, "steps", { 1: 2000 })];

describe("a model's file on a member's days", () => {
  test("foresees, with reasons that add up", () => {
    const { prediction, usual, reasons, gap, exact } = scoreByModel(file, days, end, own);
    // visits 0.25: a quarter of a spread below the centre; steps 2000: two spreads below
    expect(reasons.map(({ feature, contribution }) => [feature, contribution])).toEqual([
      ["steps", -1],
      ["visits", expect.closeTo(0.25, 6)],
    ]);
    expect([gap, exact]).toEqual([0, true]);
    expect(usual).toBeCloseTo(1 / (1 + Math.exp(0.25)), 6);
    expect(prediction).toBeCloseTo(1 / (1 + Math.exp(1)), 6);
  });

  test("without data is the usual", () => {
    const { prediction, usual, reasons } = scoreByModel(file, [], end, own);
    expect(prediction).toBe(usual);
    expect(reasons.every(({ contribution }) => Math.abs(contribution) === 0)).toBe(true);
  });

  test("is refused where the card only names its features", async () => {
    const named = { ...described, features: [{ name: "a", title: "a" }, ...described.features.slice(1)] };
    const model = await newModelFile(nodeCrypto, named, file.weights);
    expect(() => scoreByModel(model, days, end, own)).toThrow(expect.objectContaining({ code: "unsupported" }));
  });

  test("a value is told in its label's units, of classes the likeliest is explained", async () => {
    const label = {
      kind: "value",
      title: "sleep",
      value: { metric: "sleep" },
      days: 7,
      centre: 420,
      spread: 60,
    } as const;
    const linear = await newModelFile(
      nodeCrypto,
      { ...described, label, architecture: { input: [2], layers: [], output: { kind: "linear", units: 1 } } },
      Float32Array.of(1, 0, 0.5),
    );
    const trainer = plainEngine.open(linear.card.architecture) as Trainer;
    const told = reasonsOf(linear.card, trainer, linear.weights, Float32Array.of(1, 3));
    expect([told.prediction, told.usual]).toEqual([420 + 90, 450]);
    const classes = await newModelFile(
      nodeCrypto,
      {
        ...{ ...described, outputs: ["low", "middle", "high"] },
        architecture: { input: [2], layers: [], output: { kind: "softmax", units: 3 } },
      },
      Float32Array.of(0, 1, 2, 0, 0, 0, 0, 0, 0),
    );
    const softmax = plainEngine.open(classes.card.architecture) as Trainer;
    expect(reasonsOf(classes.card, softmax, classes.weights, Float32Array.of(2, 1))).toMatchObject({
      output: "high",
      reasons: [{ feature: "visits", contribution: expect.closeTo(2, 12) }, { feature: "steps" }],
    });
    expect(reasonsOf(classes.card, softmax, classes.weights, Float32Array.of(-2, 1)).output).toBe("low");
  });
});

describe("in words", () => {
  const reasons: Reasons = {
    ...{ title: "You come less next month", kind: "logistic", output: "comes less", prediction: 0.616, usual: 0.2 },
    reasons: [
      { feature: "a", title: "visits in two weeks", contribution: 1.1 },
      { feature: "b", title: "steps in two weeks", contribution: -0.6 },
      { feature: "c", title: "days since the last visit", contribution: 0.3 },
      { feature: "d", title: "sleep", contribution: 0.02 },
    ],
    ...{ gap: 0, exact: true },
  };

  test("names what matters, for and against, most first", () => {
    expect(reasonsInWords(reasons)).toEqual([
      "You come less next month: 62 in 100.",
      "With usual figures it would be 20 in 100.",
      "This speaks for it: visits in two weeks and days since the last visit.",
      "This speaks against it: steps in two weeks.",
      "A figure without data counts as usual.",
    ]);
    expect(reasonsInWords(reasons, "de")).toEqual([
      "You come less next month: 62 von 100.",
      "Mit üblichen Werten wären es 20 von 100.",
      "Dafür spricht: visits in two weeks und days since the last visit.",
      "Dagegen spricht: steps in two weeks.",
      "Ein Wert ohne Daten zählt wie ein üblicher.",
    ]);
  });

  test("claims neither certainty nor reasons that are none", () => {
    const none = {
      ...reasons,
      prediction: 0.999,
      usual: 0.001,
      reasons: [{ feature: "a", title: "a", contribution: 0.001 }],
    };
    expect(reasonsInWords(none).slice(0, 3)).toEqual([
      "You come less next month: more than 99 in 100.",
      "With usual figures it would be fewer than 1 in 100.",
      "None of your figures stands out.",
    ]);
    expect(reasonsInWords({ ...reasons, reasons: [] })).toContain("None of your figures stands out.");
  });

  test("classes and values", () => {
    expect(reasonsInWords({ ...reasons, kind: "softmax", output: "walking" })[0]).toBe(
      "You come less next month: most likely walking, 62 in 100.",
    );
    expect(
      reasonsInWords({ ...reasons, kind: "linear", title: "Sleep, minutes", prediction: 431.26, usual: 420 }),
    ).toEqual([
      "Sleep, minutes: 431.",
      "With usual figures it would be 420.",
      "This raises it: visits in two weeks and days since the last visit.",
      "This lowers it: steps in two weeks.",
      "A figure without data counts as usual.",
    ]);
  });
});
