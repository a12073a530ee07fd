import { describe, expect, test } from "vitest";
import { encoderOf } from "../../../src/learning/plan/encoder.ts";
import { decodePlan } from "../../../src/learning/plan/plan.ts";
import { nextPlan, roundTask } from "../../../src/learning/server/round.ts";
import { mechanismFrom } from "../../../src/privacy/mechanisms/from-event.ts";
import { rational } from "../../../src/privacy/rational.ts";
import { columnsOf, sensitivityOf, standardMap } from "../../../src/task/encoder.ts";
import { end, plan } from "../days.ts";

describe("the next plan", () => {
  test("moves the weights by the mean update times the learning rate", () => {
    // step = 2 / (100 · 50)
    const next = nextPlan(plan(), [250, -500, 0]);
    expect(next.weights.map((w) => Number(w.toFixed(12)))).toEqual([0.35, -1.2, 0.5]);
    expect(next).toEqual({ ...plan(), round: 2, weights: next.weights });
  });

  test("stays in the last round, and never divides by nothing", () => {
    expect(nextPlan(plan({ round: 5 }), [0, 0, 0]).round).toBe(5);
    expect(nextPlan(plan(), [0, 0, 0]).weights).toEqual(plan().weights);
  });

  test("is the plan's own: the one it came from does not change", () => {
    const before = plan();
    nextPlan(before, [1, 1, 1]);
    expect(before).toEqual(plan());
  });

  test("needs one value a weight", () => {
    expect(() => nextPlan(plan(), [1, 2])).toThrow(expect.objectContaining({ code: "internal" }));
  });
});

describe("a round's task", () => {
  const rho = rational(1n, 50n);
  const task = roundTask(plan(), { rho, minBatch: 80, end });
  const encoder = encoderOf(plan());

  test("carries the plan, its encoder and the centred map", () => {
    expect(task.source.kind === "model-update" && decodePlan(task.source.plan)).toEqual(plan());
    expect(task.encoder).toEqual(encoder);
    expect(task.map).toEqual(standardMap(encoder));
    expect(task.vdaf).toMatchObject({
      type: "Prio3SumVec",
      length: columnsOf(encoder),
      maxMeasurement: 2 * encoder.bound,
    });
    expect(task.window).toEqual({ start: end - 56, end });
    expect(task.notice).toContain("at least 80 devices");
  });

  test("has noise for the proved sensitivity and the wanted rho", () => {
    const { l2Squared } = sensitivityOf(task.encoder, task.map);
    expect(task.noise).toMatchObject({
      mechanism: "discrete-gaussian",
      sensitivity: { norm: "l2-squared", bound: `${l2Squared}` },
    });
    expect(task.rho).toBe("20000000");
    expect(mechanismFrom(task.noise).rho.toString()).toBe(task.rho);
  });
});
