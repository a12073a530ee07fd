// Transforms and Lagrange weights of both engines against evaluation by definition.

import { describe, expect, test } from "vitest";
import type { Field } from "../../../src/math/field/field.ts";
import { field64 } from "../../../src/math/field/field64.ts";
import { fromBigInts, modulo, power, powers, rootOfUnity, toBigInts } from "../../../src/math/field/modular.ts";
import { extensionWeights, newLagrangeBasis } from "../../../src/math/ntt/lagrange.ts";
import { bitReversal, transformFactors } from "../../../src/math/ntt/ntt.ts";
import { fields } from "../engines.ts";

/** Reproducible field elements: powers of 3 scattered over the field. */
function coefficients(field: Field, count: number, salt: bigint): bigint[] {
  return Array.from({ length: count }, (_, k) => power(3n + salt, BigInt(977 * k + 1), field.modulus));
}

function evaluate(field: Field, polynomial: readonly bigint[], x: bigint): bigint {
  return polynomial.reduceRight((sum, c) => modulo(sum * x + c, field.modulus), 0n);
}

describe.each(fields)("%s", (_, field: Field) => {
  test.each([
    [1, 1],
    [2, 3],
    [8, 2],
    [32, 5],
  ])("%i rows, %i columns: forward evaluates, inverse interpolates", (size, columns) => {
    const transform = field.newTransform(size, columns);
    const polynomials = Array.from({ length: columns }, (_, column) => coefficients(field, size, BigInt(column)));
    const roots = powers(rootOfUnity(field, size), size, field.modulus);
    const values = roots.flatMap((x) => polynomials.map((polynomial) => evaluate(field, polynomial, x)));
    const order = bitReversal(size);
    const reversed = order.flatMap((i) => polynomials.map((polynomial) => polynomial[i] as bigint));
    const v = fromBigInts(field, reversed);
    transform.forward(v);
    expect(toBigInts(field, v)).toEqual(values);
    transform.inverse(v);
    expect(toBigInts(field, v)).toEqual(reversed.map((x) => modulo(x * BigInt(size), field.modulus)));
  });

  test.each([1, 2, 4, 16, 64])("weights of %i points evaluate anywhere", (size) => {
    const polynomial = coefficients(field, size, 7n);
    const roots = powers(rootOfUnity(field, size), size, field.modulus);
    const values = fromBigInts(
      field,
      roots.map((x) => evaluate(field, polynomial, x)),
    );
    const basis = newLagrangeBasis(field, size);
    const weights = field.newVector(size);
    const out = field.newVector(1);
    for (const t of [0n, 5n, field.modulus - 3n, roots[size - 1] as bigint]) {
      basis.weights(weights, fromBigInts(field, [9n, t]), 1);
      field.dot(size, out, 0, weights, 0, 1, values, 0, 1);
      expect(toBigInts(field, out)).toEqual([evaluate(field, polynomial, t)]);
    }
  });

  test.each([
    [1, 1],
    [3, 4],
    [5, 8],
    [22, 32],
  ])("%i known values give all %i", (known, size) => {
    const polynomial = coefficients(field, known, 1n);
    const values = powers(rootOfUnity(field, size), size, field.modulus).map((x) => evaluate(field, polynomial, x));
    const rows = toBigInts(field, extensionWeights(field, known, size));
    expect(rows).toHaveLength((size - known) * known);
    for (let missing = 0; missing < size - known; missing++) {
      const row = rows.slice(missing * known, (missing + 1) * known);
      const value = row.reduce((sum, weight, k) => sum + weight * (values[k] as bigint), 0n);
      expect(modulo(value, field.modulus)).toBe(values[known + missing]);
    }
  });
});

test("factors of a transform larger than the arguments a call takes", () => {
  const size = 2 ** 18;
  const { forward, inverse } = transformFactors(field64, size);
  expect([field64.lengthOf(forward), field64.lengthOf(inverse)]).toEqual([size, size]);
});

test("bit reversal", () => {
  expect(bitReversal(1)).toEqual([0]);
  expect(bitReversal(8)).toEqual([0, 4, 2, 6, 1, 5, 3, 7]);
});
