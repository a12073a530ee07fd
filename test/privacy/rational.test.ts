import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rational, toNumber } from "../../src/privacy/rational.ts";
import { numberAbove, numberBelow } from "../../src/privacy/rational-bounds.ts";
import { l1Sensitivity, l2SquaredSensitivity } from "../../src/privacy/units.ts";

test("directed rounding brackets a fraction, and keeps what a double holds", () => {
  fc.assert(
    fc.property(fc.bigInt(1n, (1n << 127n) - 1n), fc.bigInt(1n, (1n << 127n) - 1n), (num, den) => {
      const value = rational(num, den);
      const [below, above] = [numberBelow(value), numberAbove(value)];
      const scaled = (x: number) => BigInt(x * 2 ** 256) * value.den;
      expect(scaled(below) <= value.num << 256n).toBe(true);
      expect(scaled(above) >= value.num << 256n).toBe(true);
      expect(above / below - 1).toBeLessThan(2 ** -50);
    }),
  );
  for (const exact of [rational(1n, 2n), rational(3n), rational(1n, 1n << 100n)])
    expect([numberBelow(exact), numberAbove(exact)]).toEqual([toNumber(exact), toNumber(exact)]);
});

describe("what a caller without types may pass", () => {
  test.each([0.5, Number.NaN, Number.POSITIVE_INFINITY, "1", undefined])("%s is no part of a fraction", (bad) => {
    expect(() => rational(bad as unknown as bigint)).toThrow(/must be bigint integers/);
    expect(() => l1Sensitivity(bad as unknown as bigint)).toThrow(/integer between 1 and 2\^96 - 1/);
    expect(() => l2SquaredSensitivity(bad as unknown as bigint)).toThrow(/integer between 1 and 2\^96 - 1/);
  });
});
