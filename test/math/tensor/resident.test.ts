import { expect, test } from "vitest";
import { residentEngine } from "../../../src/math/tensor/resident.ts";
import { plainEngine } from "../../../src/math/tensor/trainer.ts";
import type { Architecture } from "../../../src/ports/training-engine.ts";

const model = (inputs: number): Architecture => ({
  input: [inputs],
  layers: [],
  output: { kind: "logistic", units: 1 },
});

test("the same architecture has the same trainer, until four others were asked for", () => {
  let opened = 0;
  const engine = residentEngine({
    name: "counted",
    open(architecture) {
      opened += 1;
      return plainEngine.open(architecture);
    },
  });
  const first = engine.open(model(1));
  expect(engine.open(model(1))).toBe(first);
  expect(opened).toBe(1);
  for (const inputs of [2, 3, 4, 1]) engine.open(model(inputs));
  expect(engine.open(model(1))).toBe(first);
  engine.open(model(5));
  expect(opened).toBe(5);
  expect(engine.open(model(1))).toBe(first);
  engine.open(model(2));
  expect(opened).toBe(6);
});

test("what the engine has not is not kept", () => {
  const engine = residentEngine({ name: "none", open: () => undefined });
  expect(engine.open(model(1))).toBeUndefined();
});
