import fc from "fast-check";
import { expect, test } from "vitest";
import { expMinusBounds } from "../../../src/privacy/accounting/exp-bounds.ts";
import { tryCharge } from "../../../src/privacy/accounting/filter.ts";
import { addNanoRho, formatRho, nanoRho, nanoRhoAtLeast, parseRho } from "../../../src/privacy/accounting/nano-rho.ts";
import { formatRational, parseRational, rational, toNumber } from "../../../src/privacy/rational.ts";

test("amounts are rounded up, never down", () => {
  expect(nanoRhoAtLeast(rational(1n, 3n))).toBe(333333334n);
  expect(nanoRhoAtLeast(rational(1n, 10n ** 30n))).toBe(1n);
  expect(nanoRhoAtLeast(rational(2n))).toBe(2_000_000_000n);
  expect(() => nanoRhoAtLeast(rational(-1n))).toThrow(/negative/);
  expect(() => nanoRho(-1n)).toThrow(/between 0/);
  expect(() => addNanoRho(nanoRho((1n << 63n) - 1n), nanoRho(1n))).toThrow(/2\^63/);
});

test("text and amount are one to one", () => {
  fc.assert(
    fc.property(fc.bigInt(0n, (1n << 63n) - 1n), (value) => {
      expect(parseRho(formatRho(nanoRho(value)))).toBe(value);
    }),
  );
  expect(formatRho(nanoRho(1_500_000_000n))).toBe("1.5");
  for (const bad of ["", "-1", "1e3", ".5", "1.", "0.0000000001", " 1"]) expect(() => parseRho(bad)).toThrow(/decimal/);
});

test("fractions have one text", () => {
  fc.assert(
    fc.property(fc.bigInt(-(10n ** 20n), 10n ** 20n), fc.bigInt(1n, 10n ** 20n), (num, den) => {
      const value = rational(num, den);
      expect(parseRational(formatRational(value), "it")).toEqual(value);
      const nearest = Number(num) / Number(den);
      expect(Math.abs(toNumber(value) - nearest)).toBeLessThanOrEqual(1e-15 * Math.abs(nearest));
    }),
  );
  for (const bad of ["2/4", "1/0", "+1", "01", "1/1", "0.5", "-0", "1/-2", 3, null])
    expect(() => parseRational(bad, "the scale")).toThrow(/the scale is not a fraction in lowest terms/);
  expect(toNumber(rational(1n, 3n))).toBe(1 / 3);
});

test("bounds of e^-x enclose it and are tight", () => {
  // e^-1 to 40 digits.
  const known = 3678794411714423215955237701614608674458n;
  const { lower, upper } = expMinusBounds(1n, 1n, 160n);
  expect((lower * 10n ** 40n) >> 160n).toBe(known);
  expect(upper * 10n ** 40n).toBeGreaterThan(known << 160n);
  expect(upper - lower).toBeLessThan(64n);
  fc.assert(
    fc.property(fc.bigInt(0n, 128_000n), (thousandths) => {
      const bounds = expMinusBounds(thousandths, 1000n, 256n);
      expect(bounds.lower).toBeLessThanOrEqual(bounds.upper);
      const middle = Number(bounds.lower) / 2 ** 256;
      expect(Math.abs(middle / Math.exp(-Number(thousandths) / 1000) - 1)).toBeLessThan(1e-13);
      // e^-x · e^-y = e^-(x+y), within the bounds
      const half = expMinusBounds(thousandths, 2000n, 256n);
      expect((half.lower * half.lower) >> 256n).toBeLessThanOrEqual(bounds.upper);
      expect(half.upper * half.upper).toBeGreaterThanOrEqual(bounds.lower << 256n);
    }),
  );
});

test("the filter spends up to the cap, exactly, and never past it", () => {
  const cap = nanoRho(10n);
  expect(tryCharge(nanoRho(3n), cap, nanoRho(7n))).toEqual({ ok: true, spent: 10n });
  expect(tryCharge(nanoRho(3n), cap, nanoRho(8n))).toEqual({ ok: false, short: 1n });
  expect(() => tryCharge(nanoRho(11n), cap, nanoRho(0n))).toThrow(/more spent than its cap/);
  fc.assert(
    fc.property(fc.array(fc.bigInt(0n, 40n)), fc.bigInt(0n, 200n), (costs, most) => {
      let spent = nanoRho(0n);
      for (const cost of costs) {
        const charge = tryCharge(spent, nanoRho(most), nanoRho(cost));
        expect(charge).toEqual(
          spent + cost <= most ? { ok: true, spent: spent + cost } : { ok: false, short: spent + cost - most },
        );
        if (charge.ok) spent = charge.spent;
        expect(spent).toBeLessThanOrEqual(most);
      }
    }),
  );
});
