import { describe, expect, test } from "vitest";
import { trainingEncoder } from "../../../../src/learning/plan/training/bounds.ts";
import { decodeTraining } from "../../../../src/learning/plan/training/manifest.ts";
import { roundTask } from "../../../../src/learning/server/rounds/task.ts";
import { mechanismFrom } from "../../../../src/privacy/mechanisms/from-event.ts";
import { rational } from "../../../../src/privacy/rational.ts";
import { columnsOf, sensitivityOf, standardMap } from "../../../../src/task/encoder.ts";
import { checked, end, training } from "../../days.ts";

describe.each([["additive"], ["verified"]] as const)("a round's task, %s", (kind) => {
  const change = kind === "verified" ? { sharing: { kind } } : {};
  const rho = rational(1n, 50n);
  const task = roundTask(training(change), { rho, minBatch: 80, end });
  const { training: own, bounds } = checked(change);
  const encoder = trainingEncoder(own, bounds);

  test("carries the training, its encoder and the map that gives the update back", () => {
    expect(task.source.kind === "model-update" && decodeTraining(task.source.training)).toEqual(own);
    expect(task.source).toMatchObject({ metrics: ["visits", "steps"] });
    expect(task.encoder).toEqual(encoder);
    expect(task.map).toEqual(standardMap(encoder));
    expect(task.vdaf).toMatchObject(
      kind === "additive"
        ? { type: "AdditiveSum", length: 4, bits: 32 }
        : { type: "Prio3SumVec", length: columnsOf(encoder), maxMeasurement: 2 * bounds.bound },
    );
    expect(task.window).toEqual({ start: end - 56, end });
    expect(task.notice).toContain("at least 80 devices");
    expect(task.batchMax).toBe(100);
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
