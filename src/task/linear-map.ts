// The public matrix that each aggregator applies to its own share before noise, and what it can amplify.
import { invariant } from "../base/errors.ts";
import * as z from "../base/schema.ts";

const matrixSchema = z.strictObject({
  columns: z.int().check(z.gte(1), z.lte(16_385)),
  /** Rows of the public integer matrix, each as [column, coefficient, column, coefficient, …]. */
  rows: z.array(z.array(z.int()).check(z.maxLength(8192))).check(z.minLength(1), z.maxLength(16_384)),
});

/** Every column is a row: of vectors too long for a matrix in a manifest. */
const identitySchema = z.strictObject({
  columns: z.int().check(z.gte(1), z.lte(2 ** 20)),
  rows: z.literal("identity"),
});

export const linearMapSchema = z.union([matrixSchema, identitySchema]);
export type LinearMap = z.infer<typeof linearMapSchema>;
export type MatrixMap = z.infer<typeof matrixSchema>;

/** Numbers in a release. */
export function rowCount({ columns, rows }: LinearMap): number {
  return rows === "identity" ? columns : rows.length;
}

/** The rows of a map that is written out, as every product's is. */
export function rowsOf({ rows }: LinearMap): MatrixMap["rows"] {
  invariant(rows !== "identity", "an identity map has no rows of its own");
  return rows;
}

export interface Sensitivity {
  /** Largest ‖map·contribution‖₁; absent where the encoder bounds only L2. */
  readonly l1?: bigint;
  readonly l2Squared: bigint;
}
