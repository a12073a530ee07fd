// One of a public list of values: a unit vector, or all zeros for "nothing", or for what is not in the list.
import * as z from "../../../base/schema.ts";
import { columnNorms, type PartKind, type Row } from "../part.ts";

export const categoryPart = z.strictObject({
  kind: z.literal("category"),
  value: z.int().check(z.gte(0), z.lte(15)),
  values: z.array(z.string().check(z.minLength(1), z.maxLength(40))).check(z.minLength(1), z.maxLength(256)),
  weight: z.int().check(z.gte(1), z.lte(4096)),
});
export type CategoryPart = z.infer<typeof categoryPart>;

export const category: PartKind<CategoryPart> = {
  oneHot: true,
  bits: true,
  columns: ({ values }) => values.length,
  mass: () => 1,
  rows: ({ values, weight }) => values.map((_, i): Row => [i, weight]),
  norms: ({ values }, rows) => columnNorms(values.length, rows),
};
