import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { newPrio3 } from "../../../src/protocol/vdaf/new-prio3.ts";
import { chooseChunkLength, type Prio3Parameters } from "../../../src/protocol/vdaf/parameters.ts";
import { groupRows } from "../../../src/task/encoders/decode.ts";
import type { Part } from "../../../src/task/encoders/kinds.ts";
import { cellWeights } from "../../../src/task/encoders/moments/read.ts";
import {
  checkProduct,
  groupCount,
  groupOf,
  groupValues,
  hasNullColumn,
  type ProductEncoder,
  productCircuit,
  productColumns,
  productMap,
  productMass,
  productReach,
  productSensitivity,
} from "../../../src/task/encoders/product.ts";
import { encodeProduct, type MemberValue, nullProduct } from "../../../src/task/encoders/values.ts";
import { l1, l2Squared, parts, product, valuesFor } from "./arbitrary.ts";

const keys = fc
  .tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }))
  .map(([count, a, b]) =>
    [
      { attribute: "site", values: ["north", "south", "east"].slice(0, a) },
      { attribute: "plan", values: ["basic", "plus", "pro"].slice(0, b) },
    ].slice(0, count),
  );

const encoders: fc.Arbitrary<ProductEncoder> = fc
  .tuple(keys, fc.array(parts, { minLength: 1, maxLength: 3 }))
  .map(([groups, list]): ProductEncoder => ({ kind: "product", groups, parts: list }));

const profiles = fc.record(
  { site: fc.constantFrom("north", "south", "east", "west"), plan: fc.constantFrom("basic", "plus", "pro") },
  { requiredKeys: [] },
);

/** All parts of the arbitrary products read the first two values. */
const members = (encoder: ProductEncoder) => fc.tuple(valuesFor(encoder.parts[0] as Part), profiles);

describe("a product", () => {
  test("never moves its rows by more than the joint sensitivity, and null moves nothing", () => {
    fc.assert(
      fc.property(
        encoders.chain((encoder) => fc.tuple(fc.constant(encoder), members(encoder))),
        ([encoder, [values, profile]]) => {
          const { rows, columns } = productMap(encoder);
          const { l1: proved1, l2Squared: proved2 } = productSensitivity(encoder);
          const { vector, isNull } = encodeProduct(encoder, values, profile);
          expect(vector).toHaveLength(columns);
          const image = product(rows, vector);
          expect(l1(image) <= proved1 && l2Squared(image) <= proved2).toBe(true);
          expect(image.every((value) => value <= productReach(encoder))).toBe(true);
          if (isNull) expect(vector).toEqual(nullProduct(encoder).vector);
          expect(product(rows, nullProduct(encoder).vector).every((value) => value === 0n)).toBe(true);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test("fills its own group only", () => {
    fc.assert(
      fc.property(
        encoders.chain((encoder) => fc.tuple(fc.constant(encoder), members(encoder))),
        ([encoder, [values, profile]]) => {
          const image = product(productMap(encoder).rows, encodeProduct(encoder, values, profile).vector).map(Number);
          const own = groupOf(encoder, profile);
          for (const [group, { parts: rows }] of groupRows(encoder, image).entries())
            if (group !== own)
              for (const { values: cells } of rows) expect(cells.every((cell) => cell === 0)).toBe(true);
        },
      ),
    );
  });

  test("groups and their values are each other's inverse, the second key fastest", () => {
    const encoder = {
      groups: [
        { attribute: "site", values: ["n", "s"] },
        { attribute: "plan", values: ["a", "b", "c"] },
      ],
    };
    expect(groupCount(encoder)).toBe(6);
    for (let group = 0; group < 6; group++) {
      const [site, plan] = groupValues(encoder, group);
      expect(groupOf(encoder, { site, plan })).toBe(group);
    }
    expect(groupValues(encoder, 1)).toEqual(["n", "b"]);
    expect(groupOf(encoder, { site: "n" })).toBeUndefined();
    expect(groupOf(encoder, Object.create({ site: "n", plan: "a" }))).toBeUndefined();
  });

  test("is proved by a circuit that takes each of its contributions", () => {
    fc.assert(
      fc.property(
        encoders.chain((encoder) => fc.tuple(fc.constant(encoder), members(encoder))),
        ([encoder, [values, profile]]) => {
          const circuit = productCircuit(encoder);
          const parameters = { ...circuit, chunkLength: chooseChunkLength(circuit) } as Prio3Parameters;
          const { vector } = encodeProduct(encoder, values, profile);
          const measurement = circuit.type === "Prio3Histogram" ? vector.indexOf(1) : vector;
          const prio3 = newPrio3(parameters);
          const random = new Uint8Array(prio3.randLength).fill(7);
          expect(() => prio3.shard(new Uint8Array(8), measurement as never, new Uint8Array(16), random)).not.toThrow();
        },
      ),
      { numRuns: 60 },
    );
  });

  const histogram = { kind: "histogram", value: 0, edges: [0, 1, 2], weight: 1, fanout: null } satisfies Part;
  const moments = {
    kind: "moments",
    values: [0],
    clip: [[0, 10]],
    order: 2,
    resolution: 100,
    weight: 2,
  } satisfies Part;
  const of = (...list: Part[]): ProductEncoder => ({ kind: "product", groups: [], parts: list });

  test("the circuit is the tightest that fits", () => {
    expect(productCircuit(of(histogram))).toEqual({ type: "Prio3Histogram", length: 3 });
    expect(productCircuit(of(histogram, histogram))).toEqual({
      type: "Prio3MultihotCountVec",
      length: 4,
      maxWeight: 2,
    });
    expect(productCircuit(of(histogram, moments))).toEqual({
      type: "Prio3L1BoundSum",
      length: 5,
      maxValue: 1 + 100,
    });
    expect(hasNullColumn(of(histogram))).toBe(true);
    expect(hasNullColumn(of(moments))).toBe(false);
    expect(productMass(of(moments))).toBe(100);
    expect(productSensitivity(of(histogram, moments))).toEqual({
      l1: 1n + 200n,
      l2Squared: 1n + 40_000n,
    });
  });

  test("sums of contributions decode to the sums of the members' values", () => {
    const encoder = of(moments, histogram);
    const rows = productMap(encoder).rows;
    const total = new Array<number>(rows.length).fill(0);
    const people: MemberValue[] = [0, 10, 5, undefined];
    for (const value of people)
      for (const [i, cell] of product(rows, encodeProduct(encoder, [value], {}).vector).entries())
        total[i] = (total[i] as number) + Number(cell);
    const [all] = groupRows(encoder, total);
    const [first, second] = all?.parts ?? [];
    // Three members, Σx = 1.5 and Σx² = 1.25 with x = 0, 1 and ½.
    const powers = [[1], [0, 1], [0, 0, 1]].map((power) =>
      cellWeights(moments, power).reduce((sum, weight, k) => sum + (weight * (first?.values[k] as number)) / 200, 0),
    );
    expect(powers).toEqual([3, 1.5, 1.25]);
    expect(second?.values).toEqual([1, 2]);
  });
});

describe("what does not hold together is refused", () => {
  const good = { kind: "histogram", value: 0, edges: [0, 1], weight: 1, fanout: null } satisfies Part;
  const of = (changes: Partial<ProductEncoder>): ProductEncoder => ({
    kind: "product",
    groups: [],
    parts: [good],
    ...changes,
  });
  const site = { attribute: "site", values: ["a", "b"] };
  const many = (count: number) => Array.from({ length: count }, (_, i) => `${i}`);

  test.each<[string, ProductEncoder]>([
    ["both keys are the same", of({ groups: [site, site] })],
    ["named twice", of({ groups: [{ attribute: "site", values: ["a", "a"] }] })],
    ["must ascend", of({ parts: [{ ...good, edges: [1, 1] }] })],
    ["must ascend", of({ parts: [{ ...good, edges: [0, Number.NaN, 1] }] })],
    ["named twice", of({ parts: [{ kind: "category", value: 0, values: ["x", "x"], weight: 1 }] })],
    [
      "one pair of clip bounds",
      of({
        parts: [{ kind: "moments", values: [0, 1], clip: [[0, 1]], order: 1, resolution: 9, weight: 1 }],
      }),
    ],
    [
      "below the upper",
      of({
        parts: [{ kind: "moments", values: [0], clip: [[1, 1]], order: 1, resolution: 9, weight: 1 }],
      }),
    ],
    [
      "integers, at most",
      of({
        groups: [
          { attribute: "site", values: many(64) },
          { attribute: "plan", values: many(64) },
        ],
        parts: [{ ...good, edges: [0, 1, 2, 3, 4, 5] }],
      }),
    ],
  ])("%s", (why, encoder) => {
    expect(() => checkProduct(encoder)).toThrow(why);
  });

  test("a product that holds together is not", () => {
    expect(() => checkProduct(of({ groups: [site] }))).not.toThrow();
    expect(productColumns(of({ groups: [site] }))).toBe(3);
  });
});
