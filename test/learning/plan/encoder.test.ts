import fc from "fast-check";
import { expect, test } from "vitest";
import { safeParse } from "../../../src/base/schema.ts";
import { daysNeeded, encoderOf } from "../../../src/learning/plan/encoder.ts";
import { sensitivityOf, standardMap, vectorEncoder } from "../../../src/task/encoder.ts";
import { feature, plan } from "../days.ts";

const terms = fc.record({
  length: fc.integer({ min: 2, max: 65 }),
  clip: fc.double({ min: 1e-3, max: 100, noNaN: true }),
  scale: fc.double({ min: 1e-3, max: 80_000, noNaN: true }),
});
const planOf = ({ length, clip, scale }: { length: number; clip: number; scale: number }) =>
  plan({ weights: new Array<number>(length).fill(0), clip, scale });

test("by hand: clip 3, scale 1, four weights", () => {
  // min{3 + 2, √(9 + 1 + 3 + 1)}² = 14
  expect(encoderOf(planOf({ length: 4, clip: 3, scale: 1 }))).toEqual({
    kind: "vector",
    length: 4,
    bound: 3,
    l2Squared: 14,
  });
  // min{0.1 + 2, √(0.01 + 1 + 0.1 + 1)}² = 2.11
  expect(encoderOf(planOf({ length: 4, clip: 0.1, scale: 1 })).l2Squared).toBe(2);
});

test("the proved sensitivity is the encoder's bound; it holds the clipped norm and little more", () => {
  fc.assert(
    fc.property(terms, (each) => {
      const encoder = encoderOf(planOf(each));
      expect(safeParse(vectorEncoder, encoder).success).toBe(true);
      expect(sensitivityOf(encoder, standardMap(encoder)).l2Squared).toBe(BigInt(encoder.l2Squared));
      const norm = each.clip * each.scale;
      expect(encoder.l2Squared).toBeGreaterThanOrEqual(Math.floor(norm ** 2));
      expect(Math.sqrt(encoder.l2Squared)).toBeLessThanOrEqual(norm + Math.sqrt(each.length));
      expect(encoder.bound ** 2).toBeLessThanOrEqual(encoder.l2Squared);
      expect((encoder.bound + 1) ** 2).toBeGreaterThan(encoder.l2Squared);
    }),
  );
});

test("the days a device looks back: the label's, and the longest feature before its anchor", () => {
  expect(daysNeeded(plan())).toBe(56);
  expect(daysNeeded(plan({ features: [feature({ weeks: { from: 0, to: 8 } }), feature({ name: "b" })] }))).toBe(84);
});
