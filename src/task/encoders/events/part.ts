// Which of a public list of things happened, at most `cap` of them: the hours of the week in which a member came, what support was
// asked about. A thing counts once however often it happened, so that cells are members.
import * as z from "../../../base/schema.ts";
import { columnNorms, type PartKind, type Row } from "../part.ts";

export const eventsPart = z.strictObject({
  kind: z.literal("events"),
  value: z.int().check(z.gte(0), z.lte(15)),
  values: z.array(z.string().check(z.minLength(1), z.maxLength(40))).check(z.minLength(1), z.maxLength(256)),
  /** Values that one member counts for. */
  cap: z.int().check(z.gte(1), z.lte(32)),
  weight: z.int().check(z.gte(1), z.lte(4096)),
});
export type EventsPart = z.infer<typeof eventsPart>;

export const events: PartKind<EventsPart> = {
  oneHot: false,
  bits: true,
  columns: ({ values }) => values.length,
  mass: ({ values, cap }) => Math.min(cap, values.length),
  rows: ({ values, weight }) => values.map((_, i): Row => [i, weight]),
  norms({ values, cap }, rows) {
    const { l1, l2Squared } = columnNorms(values.length, rows);
    const most = BigInt(Math.min(cap, values.length));
    // Rows of one column each: columns have no row in common, so that their squares add.
    const apart = rows.every((row) => row.length <= 2);
    return { l1: most * l1, l2Squared: (apart ? most : most * most) * l2Squared };
  },
};
