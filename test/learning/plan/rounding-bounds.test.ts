import fc from "fast-check";
import { expect, test } from "vitest";
import { roundingBounds } from "../../../src/learning/plan/rounding-bounds.ts";

const terms = fc.record({
  length: fc.integer({ min: 1, max: 2 ** 20 }),
  clip: fc.double({ min: 1e-3, max: 100, noNaN: true }),
  scale: fc.double({ min: 1e-3, max: 80_000, noNaN: true }),
});

test("by hand: a norm of 3, four cells", () => {
  // min{3 + 2, √(9 + 1 + 3 + 1)}² = 14
  expect(roundingBounds(3, 4)).toEqual({ bound: 3, l2Squared: 14 });
  // min{0.1 + 2, √(0.01 + 1 + 0.1 + 1)}² = 2.11
  expect(roundingBounds(0.1, 4).l2Squared).toBe(2);
});

test("the bound holds the clipped norm and little more", () => {
  fc.assert(
    fc.property(terms, ({ length, clip, scale }) => {
      const norm = clip * scale;
      const { bound, l2Squared } = roundingBounds(norm, length);
      expect(l2Squared).toBeGreaterThanOrEqual(Math.floor(norm ** 2));
      expect(Math.sqrt(l2Squared)).toBeLessThanOrEqual(norm + Math.sqrt(length));
      expect(bound ** 2).toBeLessThanOrEqual(l2Squared);
      expect((bound + 1) ** 2).toBeGreaterThan(l2Squared);
    }),
  );
});
