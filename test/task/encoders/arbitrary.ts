// Random parts, the contributions they allow, and the matrix product spelled out.
import fc from "fast-check";
import type { Part } from "../../../src/task/encoders/kinds.ts";
import type { Row } from "../../../src/task/encoders/part.ts";
import type { MemberValue } from "../../../src/task/encoders/values.ts";

const weight = fc.integer({ min: 1, max: 9 });
const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,3}$/), { minLength: 1, maxLength: 5 });
const edges = fc
  .uniqueArray(fc.integer({ min: -20, max: 20 }), { minLength: 2, maxLength: 12 })
  .map((list) => [...list].sort((a, b) => a - b));
const clip = fc
  .tuple(fc.integer({ min: -50, max: 49 }), fc.integer({ min: 1, max: 50 }))
  .map(([low, width]): [number, number] => [low, low + width]);
const resolution = fc.integer({ min: 1, max: 64 });

export const parts: fc.Arbitrary<Part> = fc.oneof(
  fc.record({
    kind: fc.constant("histogram" as const),
    value: fc.constant(0),
    edges,
    weight,
    fanout: fc.option(fc.integer({ min: 2, max: 4 })),
  }),
  fc.record({ kind: fc.constant("category" as const), value: fc.constant(0), values: names, weight }),
  fc.record({
    kind: fc.constant("events" as const),
    value: fc.constant(0),
    values: names,
    cap: fc.integer({ min: 1, max: 6 }),
    weight,
  }),
  fc.tuple(fc.integer({ min: 1, max: 2 }), clip, clip, fc.integer({ min: 1, max: 4 }), resolution, weight).map(
    ([count, first, second, order, points, own]): Part => ({
      kind: "moments",
      values: count === 1 ? [0] : [0, 1],
      clip: count === 1 ? [first] : [first, second],
      order,
      resolution: points,
      weight: own,
    }),
  ),
);

const numbers = fc.oneof(
  fc.double(),
  fc.integer({ min: -60, max: 120 }),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e308, -1e308, 0, -0),
);

/** Values as a careless app could hand them over, of the type the part takes or of another. */
export function valuesFor(part: Part): fc.Arbitrary<readonly MemberValue[]> {
  const nothing = fc.constant(undefined);
  const own: fc.Arbitrary<MemberValue> =
    part.kind === "category"
      ? fc.constantFrom(...part.values, "other")
      : part.kind === "events"
        ? fc.dictionary(fc.constantFrom(...part.values, "other"), numbers)
        : numbers;
  const one = fc.oneof({ weight: 8, arbitrary: own }, nothing, numbers, fc.constant("x"));
  return fc.tuple(one, one);
}

export function product(rows: readonly Row[], vector: readonly number[]): bigint[] {
  return rows.map((row) => {
    let sum = 0n;
    for (let i = 0; i < row.length; i += 2)
      sum += BigInt(row[i + 1] as number) * BigInt(vector[row[i] as number] as number);
    return sum;
  });
}

export const l1 = (x: readonly bigint[]) => x.reduce((sum, v) => sum + (v < 0n ? -v : v), 0n);
export const l2Squared = (x: readonly bigint[]) => x.reduce((sum, v) => sum + v * v, 0n);
