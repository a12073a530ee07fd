import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { clipToNorm, roundWithin } from "../../../src/learning/device/rounding.ts";
import { roundingBounds } from "../../../src/learning/plan/rounding-bounds.ts";
import type { VectorEncoder } from "../../../src/task/encoder.ts";
import { seededEntropy } from "../../privacy/entropy.ts";

const squared = (vector: readonly number[]) => vector.reduce((sum, x) => sum + x * x, 0);
const anything = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Infinity, -Infinity, 1e300, -1e-300, 0));

describe("clipping", () => {
  test("to the norm, in the same direction; shorter vectors stay as they are", () => {
    expect([...clipToNorm([3, 4], 1)].map((x) => Number(x.toFixed(12)))).toEqual([0.6, 0.8]);
    expect([...clipToNorm([3, -4], 5)]).toEqual([3, -4]);
    expect([...clipToNorm([0, 0], 1)]).toEqual([0, 0]);
  });

  test("what is not finite becomes 0", () => {
    expect([...clipToNorm([Number.NaN, 0.5, Infinity, -Infinity], 1)]).toEqual([0, 0.5, 0, 0]);
  });

  test("never longer than the clip, always finite", () => {
    fc.assert(
      fc.property(
        fc.array(anything, { minLength: 1, maxLength: 20 }),
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        (v, clip) => {
          const clipped = clipToNorm(v, clip);
          expect(clipped).toHaveLength(v.length);
          expect(Math.hypot(...clipped)).toBeLessThanOrEqual(clip * (1 + 1e-12));
        },
      ),
    );
  });
});

describe("rounding", () => {
  const planned = fc.record({
    length: fc.integer({ min: 2, max: 40 }),
    clip: fc.double({ min: 0.001, max: 10, noNaN: true }),
    scale: fc.double({ min: 0.001, max: 1000, noNaN: true }),
  });
  const encoderFor = ({ length, clip, scale }: { length: number; clip: number; scale: number }) =>
    roundingBounds(clip * scale, length);

  test("stays within the encoder's bounds, whatever the update", () => {
    fc.assert(
      fc.property(planned, fc.array(anything, { minLength: 40, maxLength: 40 }), fc.string(), (terms, values, seed) => {
        const encoder = encoderFor(terms);
        const scaled = clipToNorm(values.slice(0, terms.length), terms.clip).map((x) => x * terms.scale);
        const rounded = roundWithin(encoder, scaled, seededEntropy(seed));
        expect(squared(rounded)).toBeLessThanOrEqual(encoder.l2Squared);
        for (const [i, x] of rounded.entries()) {
          expect(Number.isInteger(x)).toBe(true);
          expect(Math.abs(x)).toBeLessThanOrEqual(encoder.bound);
          expect(Math.abs(x - (scaled[i] as number))).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("an update of integers is left alone", () => {
    const encoder = encoderFor({ length: 3, clip: 1, scale: 100 });
    expect(roundWithin(encoder, [3, -5, 0], seededEntropy("integers"))).toEqual([3, -5, 0]);
  });

  test("is unbiased where the bound does not bind", () => {
    const encoder = encoderFor({ length: 4, clip: 1, scale: 100 });
    const scaled = [0.25, -0.1, 7.5, -3.999];
    const draws = 20_000;
    const entropy = seededEntropy("unbiased");
    const sums = [0, 0, 0, 0];
    for (let i = 0; i < draws; i++)
      roundWithin(encoder, scaled, entropy).forEach((x, j) => {
        sums[j] = (sums[j] as number) + x;
      });
    for (const [j, x] of scaled.entries()) {
      const fraction = x - Math.floor(x);
      const deviation = Math.sqrt((fraction * (1 - fraction)) / draws);
      expect(Math.abs((sums[j] as number) / draws - x)).toBeLessThan(4 * deviation);
    }
  });

  test("rounds again while the bound is broken, and towards zero when it always is", () => {
    const ones: VectorEncoder = { kind: "vector", length: 3, bound: 1, l2Squared: 1 };
    const halves = [0.57, 0.57, 0.57];
    const seen = new Set<number>();
    for (let i = 0; i < 50; i++) seen.add(squared(roundWithin(ones, halves, seededEntropy(`again ${i}`))));
    expect([...seen].sort()).toEqual([0, 1]);
    const up = { kind: "seeded", bytes: (length: number) => new Uint8Array(length) } as const;
    expect(roundWithin(ones, [0.57, -0.57, 0.57], up)).toEqual([0, -0, 0]);
  });
});
