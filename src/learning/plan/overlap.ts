// Rounds of a training that are open at the same time, as its manifest states them: how many at most, and on which of its models a
// round begins. `learning/server/rounds/staleness.ts` has what is made of their releases, and why it costs no privacy.
import * as z from "../../base/schema.ts";

/** Rounds that may be open at one time: beyond that, their updates are mostly about models of long ago. */
export const OVERLAP_MAX = 8;

export const overlapSchema = z.strictObject({
  /** Rounds that may be open at one time. One after the other is said by leaving it out. */
  most: z.int().check(z.gte(2), z.lte(OVERLAP_MAX)),
  /** Releases that the round's first weights are made of, on their line: 0 is the first model. */
  steps: z.int().check(z.gte(0), z.lte(10_000)),
});
