// How often each of a public list of things happened, at most `cap` times in all: what support was asked about, which classes
// were visited. One member may fill one cell with the whole cap.
import * as z from "../../../base/schema.ts";
import { columnNorms, type PartKind, type Row } from "../part.ts";

export const eventsPart = z.strictObject({
  kind: z.literal("events"),
  value: z.int().check(z.gte(0), z.lte(15)),
  values: z.array(z.string().check(z.minLength(1), z.maxLength(40))).check(z.minLength(1), z.maxLength(256)),
  /** Events that one member counts for, over all values. */
  cap: z.int().check(z.gte(1), z.lte(1000)),
  weight: z.int().check(z.gte(1), z.lte(4096)),
});
export type EventsPart = z.infer<typeof eventsPart>;

export const events: PartKind<EventsPart> = {
  oneHot: false,
  columns: ({ values }) => values.length,
  mass: ({ cap }) => cap,
  rows: ({ values, weight }) => values.map((_, i): Row => [i, weight]),
  norms({ values, cap }, rows) {
    const { l1, l2Squared } = columnNorms(values.length, rows);
    return { l1: BigInt(cap) * l1, l2Squared: BigInt(cap) ** 2n * l2Squared };
  },
};
