// The public matrix that each aggregator applies to its own share before noise, and what it can amplify.
import * as z from "../base/schema.ts";

/** Rows of the public integer matrix, each as [column, coefficient, column, coefficient, …]. */
export const linearMapSchema = z.strictObject({
  columns: z.int().check(z.gte(1), z.lte(16_385)),
  rows: z.array(z.array(z.int()).check(z.maxLength(8192))).check(z.minLength(1), z.maxLength(16_384)),
});
export type LinearMap = z.infer<typeof linearMapSchema>;

export interface Sensitivity {
  /** Largest ‖map·contribution‖₁; absent where the encoder bounds only L2. */
  readonly l1?: bigint;
  readonly l2Squared: bigint;
}
