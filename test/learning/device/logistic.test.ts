import fc from "fast-check";
import { expect, test } from "vitest";
import { logisticScore, trainerOf } from "../../../src/learning/device/logistic.ts";
import { plan } from "../days.ts";

const trainer = trainerOf(plan());

test("a gradient by hand", () => {
  // σ(0) = ½: errors −½ and ½, averaged over the two rows
  const examples = { rows: Float32Array.of(1, 2, 3, -4), labels: Float32Array.of(1, 0) };
  const { loss, gradient } = trainer.gradient(new Float32Array(3), examples);
  expect([...gradient]).toEqual([0.5, -1.5, 0]);
  expect(loss).toBeCloseTo(Math.LN2, 12);
});

test("the score is the trainer's prediction", () => {
  const number = fc.double({ min: -3, max: 3, noNaN: true });
  const numbers = (length: number) => fc.array(number, { minLength: length, maxLength: length });
  fc.assert(
    fc.property(numbers(3), numbers(2), (weights, row) => {
      const [predicted] = trainer.predict(Float32Array.from(weights), Float32Array.from(row));
      expect(predicted).toBeCloseTo(logisticScore(weights, row), 6);
    }),
  );
});

test("an engine without such layers leaves it to the plain one", () => {
  expect(trainerOf(plan(), { name: "none", open: () => undefined }).parameters).toBe(3);
});
