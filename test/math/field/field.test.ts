// Both fields against BigInt, with the values that carry, wrap and cancel.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Field } from "../../../src/math/field/field.ts";
import { field64 } from "../../../src/math/field/field64.ts";
import { field128 } from "../../../src/math/field/field128.ts";
import { fromBigInts, inverse, modulo, power, rootOfUnity, toBigInts } from "../../../src/math/field/modular.ts";

describe.each([field64, field128])("$name", (field: Field) => {
  const p = field.modulus;
  const edges = [0n, 1n, 2n, p - 1n, p - 2n, p / 2n, p / 2n + 1n];
  for (let bits = 21n; 1n << bits < p; bits += 11n) edges.push(1n << bits, (1n << bits) - 1n, p - (1n << bits));
  const element = fc.oneof(fc.constantFrom(...edges), fc.bigInt({ min: 0n, max: p - 1n }));
  const pairs = fc.array(fc.tuple(element, element), { minLength: 1, maxLength: 200 });

  test("adds, subtracts, multiplies and sums products like BigInt", () => {
    fc.assert(
      fc.property(pairs, (rows) => {
        const n = rows.length;
        const a = fromBigInts(
          field,
          rows.map(([x]) => x),
        );
        const b = fromBigInts(
          field,
          rows.map(([, y]) => y),
        );
        const out = field.newVector(n);
        expect(toBigInts(field, a)).toEqual(rows.map(([x]) => x));
        field.add(n, out, 0, 1, a, 0, 1, b, 0, 1);
        expect(toBigInts(field, out)).toEqual(rows.map(([x, y]) => modulo(x + y, p)));
        field.sub(n, out, 0, 1, a, 0, 1, b, 0, 1);
        expect(toBigInts(field, out)).toEqual(rows.map(([x, y]) => modulo(x - y, p)));
        field.mul(n, out, 0, 1, a, 0, 1, b, 0, 1);
        expect(toBigInts(field, out)).toEqual(rows.map(([x, y]) => modulo(x * y, p)));
        field.dot(n, out, 0, a, 0, 1, b, 0, 1);
        expect(toBigInts(field, out)[0]).toBe(
          modulo(
            rows.reduce((sum, [x, y]) => sum + x * y, 0n),
            p,
          ),
        );
      }),
      { numRuns: 150 },
    );
  });

  test("stays exact through long chains of operations", () => {
    fc.assert(
      fc.property(
        element,
        element,
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

  test("the worst accumulation: hundreds of products of the largest limbs", () => {
    for (const x of [p - 1n, (1n << (p > 1n << 64n ? 127n : 63n)) - 1n]) {
      const v = fromBigInts(field, Array<bigint>(300).fill(x));
      const out = field.newVector(1);
      field.dot(300, out, 0, v, 0, 1, v, 0, 1);
      expect(toBigInts(field, out)).toEqual([modulo(300n * x * x, p)]);
    }
  });

  test("steps and starts pick rows, columns and repeated elements", () => {
    const v = fromBigInts(field, [1n, 2n, 3n, 4n, 5n, 6n]);
    const out = field.newVector(6);
    field.mul(3, out, 0, 2, v, 1, 2, v, 5, 0);
    expect(toBigInts(field, out)).toEqual([12n, 0n, 24n, 0n, 36n, 0n]);
    field.dot(2, out, 1, v, 0, 3, v, 2, 3);
    expect(toBigInts(field, out)[1]).toBe(1n * 3n + 4n * 6n);
    field.copy(2, out, 3, 2, v, 0, 1);
    expect(toBigInts(field, out).slice(3)).toEqual([1n, 36n, 2n]);
    expect(field.lengthOf(out)).toBe(6);
  });

  test("encodes little-endian and refuses what is not below the modulus", () => {
    const size = field.encodedSize;
    const little = (x: bigint): Uint8Array =>
      Uint8Array.from({ length: size }, (_, k) => Number((x >> BigInt(8 * k)) & 255n));
    const top = (1n << BigInt(8 * size)) - 1n;
    const out = field.newVector(2);
    const bytes = new Uint8Array(size + 1);
    for (const x of edges) {
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
