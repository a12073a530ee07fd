// Encoders: how a device turns one member's statistic into one bounded integer vector. The sensitivity of a query is
// proved from the encoder and the linear map together, here, by every party for itself; nobody types it.
//
// Neighbouring relation: zero-out. One member's contribution against the null contribution, which the map sends to 0.

import { fail } from "../base/errors.ts";
import * as z from "../base/schema.ts";
import { productColumns, productEncoder, productMap, productReach, productSensitivity } from "./encoders/product.ts";
import type { LinearMap, Sensitivity } from "./linear-map.ts";
import { attributeIdField, valuesField } from "./metrics/fields.ts";

export { type LinearMap, linearMapSchema, type Sensitivity } from "./linear-map.ts";

/**
 * One-hot over group × bin, plus a last column that says "nothing". `edges` are ascending; a value v lies in bin i when
 * edges[i] ≤ v < edges[i+1]; values outside the outer edges are clipped into the first or last bin.
 */
export const histogramEncoder = z.strictObject({
  kind: z.literal("histogram"),
  group: z.nullable(
    z.strictObject({
      /** An attribute of the registry, of the device's own profile. */
      attribute: attributeIdField,
      values: valuesField,
    }),
  ),
  edges: z.array(z.number()).check(z.minLength(2), z.maxLength(257)),
});

/**
 * A vector x of integers with |x_j| ≤ bound and ‖x‖² ≤ l2Squared, sent as x_j + bound beside a last column that is 1,
 * or as all zeros for "nothing".
 */
export const vectorEncoder = z.strictObject({
  kind: z.literal("vector"),
  length: z.int().check(z.gte(1), z.lte(4096)),
  bound: z.int().check(z.gte(1), z.lte(2 ** 24)),
  l2Squared: z.int().check(z.gte(1)),
});

export const encoderSchema = z.discriminatedUnion("kind", [histogramEncoder, vectorEncoder, productEncoder]);
export type HistogramEncoder = z.infer<typeof histogramEncoder>;
export type VectorEncoder = z.infer<typeof vectorEncoder>;
export type Encoder = z.infer<typeof encoderSchema>;

/** The public keys that split an encoder's cells. */
export function groupKeysOf(
  encoder: Encoder,
): readonly { readonly attribute: string; readonly values: readonly string[] }[] {
  if (encoder.kind === "product") return encoder.groups;
  return encoder.kind === "histogram" && encoder.group !== null ? [encoder.group] : [];
}

export function binsOf(encoder: HistogramEncoder): number {
  return encoder.edges.length - 1;
}

export function groupsOf(encoder: HistogramEncoder): number {
  return encoder.group?.values.length ?? 1;
}

/** Columns of a contribution, the null column or present bit included (always the last). */
export function columnsOf(encoder: Encoder): number {
  if (encoder.kind === "product") return productColumns(encoder);
  return (encoder.kind === "histogram" ? groupsOf(encoder) * binsOf(encoder) : encoder.length) + 1;
}

/** The map a plan uses unless it asks for another: histograms lose their null column, vectors are centred. */
export function standardMap(encoder: Encoder): LinearMap {
  if (encoder.kind === "product") return productMap(encoder);
  const columns = columnsOf(encoder);
  const rows = Array.from({ length: columns - 1 }, (_, row) =>
    encoder.kind === "histogram" ? [row, 1] : [row, 1, columns - 1, -encoder.bound],
  );
  return { columns, rows };
}

/**
 * Proves the sensitivity of map∘encoder under zero-out.
 * Histogram: a contribution is a unit vector e_k, so ‖map·e_k‖ is the norm of column k; the maximum over k < null.
 * Vector: the centred map returns x itself, whose L2 norm the encoder bounds.
 * @throws PacelineError invalid_query when the null contribution would not map to 0, or the map is not of a proved form.
 */
export function sensitivityOf(encoder: Encoder, map: LinearMap): Sensitivity {
  checkShape(encoder, map);
  if (encoder.kind === "vector") {
    if (!isStandard(encoder, map)) fail("invalid_query", "a vector encoder needs the centred map");
    return { l2Squared: BigInt(encoder.l2Squared) };
  }
  if (encoder.kind === "product") {
    if (!isStandard(encoder, map)) fail("invalid_query", "a product encoder needs the map of its parts");
    return productSensitivity(encoder);
  }
  const columns = columnsOf(encoder);
  const l1 = new Array<bigint>(columns).fill(0n);
  const l2 = new Array<bigint>(columns).fill(0n);
  for (const row of map.rows)
    for (let i = 0; i < row.length; i += 2) {
      const column = row[i] as number;
      const coefficient = BigInt(row[i + 1] as number);
      l1[column] = (l1[column] as bigint) + (coefficient < 0n ? -coefficient : coefficient);
      l2[column] = (l2[column] as bigint) + coefficient * coefficient;
    }
  if (l1[columns - 1] !== 0n) fail("invalid_query", "the linear map must drop the null column");
  const largest = (values: readonly bigint[]) => values.reduce((a, b) => (a > b ? a : b), 0n);
  return { l1: largest(l1), l2Squared: largest(l2) };
}

function isStandard(encoder: Encoder, map: LinearMap): boolean {
  const standard = standardMap(encoder);
  return (
    map.rows.length === standard.rows.length &&
    map.rows.every((row, i) => {
      const own = standard.rows[i] as readonly number[];
      return row.length === own.length && row.every((cell, j) => cell === own[j]);
    })
  );
}

function checkShape(encoder: Encoder, map: LinearMap): void {
  if (map.columns !== columnsOf(encoder))
    fail("invalid_query", `the map has ${map.columns} columns, the encoder ${columnsOf(encoder)}`);
  for (const row of map.rows) {
    if (row.length % 2 !== 0) fail("invalid_query", "a map row is a list of column, coefficient pairs");
    let last = -1;
    for (let i = 0; i < row.length; i += 2) {
      const column = row[i] as number;
      if (column <= last || column >= map.columns) fail("invalid_query", "columns of a map row ascend and exist");
      last = column;
    }
  }
  if (encoder.kind !== "histogram") return;
  const { edges } = encoder;
  for (let i = 1; i < edges.length; i++)
    if (!((edges[i] as number) > (edges[i - 1] as number))) fail("invalid_query", "bin edges must ascend");
  if (encoder.group !== null && new Set(encoder.group.values).size !== encoder.group.values.length)
    fail("invalid_query", "a group value is named twice");
}

/** The largest value one circuit-valid report can add to any row: what a malicious client could do (robustness). */
export function largestPerReport(encoder: Encoder, map: LinearMap): bigint {
  if (encoder.kind === "product") return productReach(encoder);
  const perColumn = encoder.kind === "histogram" ? 1n : 2n * BigInt(encoder.bound);
  return map.rows.reduce((most, row) => {
    let sum = 0n;
    for (let i = 1; i < row.length; i += 2) sum += BigInt(Math.abs(row[i] as number)) * perColumn;
    return sum > most ? sum : most;
  }, 0n);
}
