// Encoders: how a device turns what it tells into one bounded integer vector. The sensitivity of a task is proved from the
// encoder and the linear map together, here, by every party for itself; nobody types it.
//
// Neighbouring relation: zero-out. One member's contribution against the null contribution, which the map sends to 0.

import { fail } from "../base/errors.ts";
import * as z from "../base/schema.ts";
import {
  type ProductEncoder,
  productColumns,
  productEncoder,
  productMap,
  productReach,
  productSensitivity,
} from "./encoders/product.ts";
import { type LinearMap, rowsOf, type Sensitivity } from "./linear-map.ts";

export { type LinearMap, linearMapSchema, type Sensitivity } from "./linear-map.ts";

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

/** A vector x of integers with ‖x‖² ≤ l2Squared, modulo 2^bits; all zeros for "nothing". Its devices alone see to the bound. */
export const wordsEncoder = z.strictObject({
  kind: z.literal("words"),
  length: z.int().check(z.gte(1), z.lte(2 ** 20)),
  bits: z.union([z.literal(16), z.literal(32), z.literal(64)]),
  l2Squared: z.int().check(z.gte(1)),
});

export const encoderSchema = z.discriminatedUnion("kind", [vectorEncoder, wordsEncoder, productEncoder]);
export type VectorEncoder = z.infer<typeof vectorEncoder>;
export type WordsEncoder = z.infer<typeof wordsEncoder>;
export type Encoder = z.infer<typeof encoderSchema>;

/** The public keys that split an encoder's cells. */
export function groupKeysOf(encoder: Encoder): ProductEncoder["groups"] {
  return encoder.kind === "product" ? encoder.groups : [];
}

/** Columns of a contribution, the null column or present bit included (always the last; words have none). */
export function columnsOf(encoder: Encoder): number {
  if (encoder.kind === "product") return productColumns(encoder);
  return encoder.kind === "words" ? encoder.length : encoder.length + 1;
}

/** The one map of an encoder: a product's rows, a vector centred, words as they are. */
export function standardMap(encoder: Encoder): LinearMap {
  if (encoder.kind === "words") return { columns: encoder.length, rows: "identity" };
  if (encoder.kind === "product") return productMap(encoder);
  const columns = columnsOf(encoder);
  const rows = Array.from({ length: columns - 1 }, (_, row) => [row, 1, columns - 1, -encoder.bound]);
  return { columns, rows };
}

/**
 * The sensitivity of map∘encoder under zero-out.
 * Product: the joint norms of its parts. Vector and words: the map returns x itself, whose L2 norm the encoder bounds.
 * @throws PacelineError invalid_query unless the map is the encoder's own: of no other is a bound proved
 */
export function sensitivityOf(encoder: Encoder, map: LinearMap): Sensitivity {
  checkMap(encoder, map);
  return encoder.kind === "product" ? productSensitivity(encoder) : { l2Squared: BigInt(encoder.l2Squared) };
}

function checkMap(encoder: Encoder, map: LinearMap): void {
  if (map.columns !== columnsOf(encoder))
    fail("invalid_query", `the map has ${map.columns} columns, the encoder ${columnsOf(encoder)}`);
  if (!isStandard(encoder, map)) fail("invalid_query", `a ${encoder.kind} encoder needs ${mapNames[encoder.kind]}`);
}

const mapNames = { vector: "the centred map", words: "the identity", product: "the map of its parts" } as const;

function isStandard(encoder: Encoder, map: LinearMap): boolean {
  const standard = standardMap(encoder);
  if (map.rows === "identity" || standard.rows === "identity") return map.rows === standard.rows;
  return (
    map.rows.length === standard.rows.length &&
    map.rows.every((row, i) => {
      const own = rowsOf(standard)[i] as readonly number[];
      return row.length === own.length && row.every((cell, j) => cell === own[j]);
    })
  );
}

/**
 * The largest value one circuit-valid report can add to any row: what a malicious client could do (robustness). Words can be any:
 * sums of them are modulo 2^bits for good, and what honest devices add is bounded by the training plan.
 */
export function largestPerReport(encoder: Exclude<Encoder, WordsEncoder>): bigint {
  // A centred row is x_j + bound once, less bound times a bit: each may be at its largest.
  return encoder.kind === "product" ? productReach(encoder) : 2n * BigInt(encoder.bound) * BigInt(1 + encoder.bound);
}
