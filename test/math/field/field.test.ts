// Both fields on both engines: long computations, encoding, and the public constants.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Field } from "../../../src/math/field/field.ts";
import { fromBigInts, inverse, modulo, power, rootOfUnity, toBigInts } from "../../../src/math/field/modular.ts";
import { edges, element, fields } from "../engines.ts";

describe.each(fields)("%s", (_, field: Field) => {
  const p = field.modulus;
  test("stays exact through long chains of operations", () => {
    fc.assert(
      fc.property(
        element(field),
        element(field),
        fc.array(fc.constantFrom("add", "sub", "mul", "square"), { maxLength: 60 }),
        (x, y, ops) => {
          const a = fromBigInts(field, [x]);
          const b = fromBigInts(field, [y]);
          let expected = x;
          for (const op of ops) {
            if (op === "add") field.add(1, a, 0, 1, a, 0, 1, b, 0, 1);
            else if (op === "sub") field.sub(1, a, 0, 1, b, 0, 1, a, 0, 1);
            else field.mul(1, a, 0, 1, a, 0, 1, op === "mul" ? b : a, 0, 1);
            expected = modulo(
              { add: expected + y, sub: y - expected, mul: expected * y, square: expected * expected }[op],
              p,
            );
          }
          expect(toBigInts(field, a)).toEqual([expected]);
        },
      ),
    );
  });

  test("the worst accumulation: very many products of the largest limbs", () => {
    const ones = (1n << (p > 1n << 64n ? 127n : 63n)) - 1n;
    for (const [x, y] of [
      [p - 1n, p - 1n],
      [ones, ones],
      [ones, p - 1n],
      [p - (1n << 32n), p - (1n << 32n)],
    ] as const)
      for (const count of [300, 131072, 1000000]) {
        const v = fromBigInts(field, [x, y]);
        const out = field.newVector(1);
        field.dot(count, out, 0, v, 0, 0, v, 1, 0);
        expect(toBigInts(field, out)).toEqual([modulo(BigInt(count) * x * y, p)]);
      }
  });

  test("encodes little-endian and refuses what is not below the modulus", () => {
    const size = field.encodedSize;
    const little = (x: bigint): Uint8Array =>
      Uint8Array.from({ length: size }, (_, k) => Number((x >> BigInt(8 * k)) & 255n));
    const top = (1n << BigInt(8 * size)) - 1n;
    const out = field.newVector(2);
    const bytes = new Uint8Array(size + 1);
    for (const x of edges(field)) {
      field.encodeInto(bytes, 1, fromBigInts(field, [x]), 0, 1);
      expect(bytes.subarray(1)).toEqual(little(x));
      expect(field.decodeInto(out, 1, bytes, 1, 1)).toBe(true);
      expect(toBigInts(field, out)[1]).toBe(x);
    }
    for (const x of [p, p + 1n, top, top - 1n, p + (1n << 30n)])
      expect(field.decodeInto(out, 0, little(x), 0, 1)).toBe(false);
    const middle = new Uint8Array([...little(1n), ...little(p), ...little(2n)]);
    expect(field.decodeInto(field.newVector(3), 0, middle, 0, 3)).toBe(false);
  });

  test("roots of unity have exactly their order; the inverse inverts", () => {
    for (const order of [2, 4, 16, 1024]) {
      const root = rootOfUnity(field, order);
      expect(power(root, BigInt(order), p)).toBe(1n);
      expect(power(root, BigInt(order / 2), p)).toBe(p - 1n);
    }
    expect(rootOfUnity(field, 1)).toBe(1n);
    expect(() => rootOfUnity(field, 3)).toThrow("no root of order 3");
    expect(modulo(inverse(12345n, p) * 12345n, p)).toBe(1n);
    expect(() => inverse(p, p)).toThrow("inverse of zero");
  });
});
