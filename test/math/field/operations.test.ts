// Every operation of both engines against BigInt, at edge values, at starts and steps, and in place where that is allowed.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Elementwise, Field } from "../../../src/math/field/field.ts";
import { fromBigInts, modulo, power, toBigInts } from "../../../src/math/field/modular.ts";
import { edges, element, fields } from "../engines.ts";

const OPERATIONS = {
  add: (x: bigint, y: bigint) => x + y,
  sub: (x: bigint, y: bigint) => x - y,
  mul: (x: bigint, y: bigint) => x * y,
};

describe.each(fields)("%s", (_, field: Field) => {
  const p = field.modulus;
  const numbers = (length: number) => fc.array(element(field), { minLength: length, maxLength: length });
  const vectorOf = (values: readonly bigint[]) => fromBigInts(field, values);
  const valuesOf = (v: ReturnType<typeof vectorOf>) => toBigInts(field, v);
  const at = (values: readonly bigint[], index: number) => values[index] as bigint;

  test("every pair of edge values", () => {
    const all = edges(field);
    const left = vectorOf(all.flatMap((x) => all.map(() => x)));
    const right = vectorOf(all.flatMap(() => all));
    const out = field.newVector(all.length ** 2);
    for (const [name, plain] of Object.entries(OPERATIONS)) {
      field[name as "add"](all.length ** 2, out, 0, 1, left, 0, 1, right, 0, 1);
      expect(valuesOf(out), name).toEqual(all.flatMap((x) => all.map((y) => modulo(plain(x, y), p))));
    }
  });

  // Elements need not be canonical inside an engine: two of these in a row reach what no decoding gives.
  test("every pair of sums and differences of edge values", () => {
    const few = edges(field).filter((_value, k) => k < 7 || k % 5 === 0);
    const pairs = few.flatMap((x) => few.map((y) => [x, y] as const));
    const x = vectorOf(pairs.map(([value]) => value));
    const y = vectorOf(pairs.map(([, value]) => value));
    for (const first of ["add", "sub"] as const)
      for (const [name, plain] of Object.entries(OPERATIONS)) {
        const inner = field.newVector(pairs.length);
        const out = field.newVector(pairs.length);
        field[first](pairs.length, inner, 0, 1, x, 0, 1, y, 0, 1);
        for (const shift of [0, 1, 7]) {
          const count = pairs.length - shift;
          field[name as "add"](count, out, 0, 1, inner, 0, 1, inner, shift, 1);
          const wanted = pairs.map(([a, b]) => modulo(OPERATIONS[first](a, b), p));
          expect(valuesOf(out).slice(0, count), `${first} ${name}`).toEqual(
            wanted.slice(0, count).map((value, k) => modulo(plain(value, at(wanted, k + shift)), p)),
          );
        }
      }
  });

  test("starts, steps and lengths, in place too", () => {
    const step = fc.constantFrom(0, 1, 2, 3);
    const shape = fc.record({ count: fc.nat(9), i: fc.nat(4), as: step, j: fc.nat(4), bs: step, o: fc.nat(4) });
    fc.assert(
      fc.property(numbers(40), numbers(40), shape, fc.constantFrom(1, 2), (a, b, { count, i, as, j, bs, o }, os) => {
        const left = vectorOf(a);
        const right = vectorOf(b);
        const run = (operation: Elementwise, plain: (x: bigint, y: bigint) => bigint) => {
          const wanted = [...b];
          for (let k = 0; k < count; k++) wanted[o + k * os] = modulo(plain(at(a, i + k * as), at(b, j + k * bs)), p);
          const out = vectorOf(b);
          operation(count, out, o, os, left, i, as, right, j, bs);
          expect(valuesOf(out)).toEqual(wanted);
          // In place: the left operand overwritten at its own positions.
          const step = as === 0 ? 1 : as;
          const inPlace = vectorOf(a);
          operation(count, inPlace, i, step, inPlace, i, step, right, j, bs);
          const changed = [...a];
          for (let k = 0; k < count; k++)
            changed[i + k * step] = modulo(plain(at(a, i + k * step), at(b, j + k * bs)), p);
          expect(valuesOf(inPlace)).toEqual(changed);
        };
        run(field.add, OPERATIONS.add);
        run(field.sub, OPERATIONS.sub);
        run(field.mul, OPERATIONS.mul);
        run(
          (n, out, to, ts, x, from, fs) => field.copy(n, out, to, ts, x, from, fs),
          (x) => x,
        );
        const indices = Array.from({ length: count }, (_index, k) => k);
        const single = vectorOf(b);
        field.dot(count, single, o, left, i, as, right, j, bs);
        const products = indices.map((k) => at(a, i + k * as) * at(b, j + k * bs));
        expect(at(valuesOf(single), o)).toBe(
          modulo(
            products.reduce((x, y) => x + y, 0n),
            p,
          ),
        );
        if (count > 0) {
          field.sum(count, single, o, left, i, as);
          expect(at(valuesOf(single), o)).toBe(
            modulo(
              indices.reduce((x, k) => x + at(a, i + k * as), 0n),
              p,
            ),
          );
        }
        expect(valuesOf(left)).toEqual(a);
        expect(valuesOf(right)).toEqual(b);
      }),
      { numRuns: 150 },
    );
  });

  test("rows scaled, combined and multiplied in pairs", () => {
    const shape = fc.record({ rows: fc.integer({ min: 1, max: 5 }), pairs: fc.integer({ min: 1, max: 4 }) });
    fc.assert(
      fc.property(numbers(50), numbers(10), shape, (m, f, { rows, pairs }) => {
        const columns = 2 * pairs;
        const matrix = vectorOf(m);
        const factors = vectorOf(f);
        const out = field.newVector(50);
        const grid = <T>(make: (r: number, c: number) => T): T[] =>
          Array.from({ length: rows * columns }, (_v, k) => make(Math.floor(k / columns), k % columns));
        const entry = (r: number, c: number) => at(m, 2 + r * columns + c);
        field.scaleRows(rows, columns, out, 3, matrix, 2, factors, 4);
        expect(valuesOf(out).slice(3, 3 + rows * columns)).toEqual(
          grid((r, c) => modulo(entry(r, c) * at(f, 4 + r), p)),
        );
        field.combineRows(rows, columns, out, 1, factors, 4, matrix, 2);
        const combined = Array.from({ length: columns }, (_v, c) =>
          Array.from({ length: rows }, (_w, r) => entry(r, c) * at(f, 4 + r)).reduce((x, y) => x + y),
        );
        expect(valuesOf(out).slice(1, 1 + columns)).toEqual(combined.map((value) => modulo(value, p)));
        field.pairProducts(rows, pairs, out, 1, 2, matrix, 2);
        for (let r = 0; r < rows; r++) {
          let sum = 0n;
          for (let k = 0; k < pairs; k++) sum += entry(r, 2 * k) * entry(r, 2 * k + 1);
          expect(at(valuesOf(out), 1 + 2 * r)).toBe(modulo(sum, p));
        }
        field.scaleRows(rows, columns, matrix, 2, matrix, 2, factors, 0);
        expect(valuesOf(matrix).slice(2, 2 + rows * columns)).toEqual(
          grid((r, c) => modulo(entry(r, c) * at(f, r), p)),
        );
      }),
      { numRuns: 50 },
    );
  });

  test.each([
    [1, 1, 1],
    [1, 5, 5],
    [3, 4, 12],
    [3, 4, 9],
    [4, 7, 27],
  ])("wires of %i calls of %i bits for %i bits", (calls, chunk, length) => {
    fc.assert(
      fc.property(numbers(length), numbers(calls), element(field), (bits, rand, share) => {
        const wires = vectorOf(Array<bigint>(2 + 2 * calls * chunk).fill(77n));
        const chunks = { calls, chunk, length };
        field.bitWires(chunks, wires, 2, vectorOf([9n, ...bits]), 1, vectorOf([9n, ...rand]), 1, vectorOf([share]));
        const wanted = [77n, 77n];
        for (let call = 0; call < calls; call++)
          for (let k = 0; k < chunk; k++) {
            const x = bits[call * chunk + k] ?? 0n;
            wanted.push(modulo(power(at(rand, call), BigInt(k + 1), p) * x, p), modulo(x - share, p));
          }
        expect(valuesOf(wires)).toEqual(wanted);
      }),
      { numRuns: 20 },
    );
  });

  test("small integers in, zero or not", () => {
    const small = Uint8Array.from({ length: 600 }, (_v, k) => (k * 37) & 255);
    const v = vectorOf(Array<bigint>(601).fill(p - 1n));
    field.fromSmall(v, 1, small);
    expect(valuesOf(v)).toEqual([p - 1n, ...Array.from(small, BigInt)]);
    expect(field.isZero(v, 1, 1)).toBe(true);
    expect(field.isZero(v, 1, 600)).toBe(false);
    expect(field.isZero(v, 2, 0)).toBe(true);
    // A zero that is p before it is reduced, and one at the very end.
    const w = vectorOf([p - 1n, 1n, 0n, 5n]);
    field.add(1, w, 0, 1, w, 0, 1, w, 1, 1);
    field.sub(1, w, 1, 1, w, 3, 1, w, 3, 1);
    expect(field.isZero(w, 0, 3)).toBe(true);
    expect(field.isZero(w, 0, 4)).toBe(false);
  });
});
