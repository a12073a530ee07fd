// Feature definitions: named, bounded summaries of a member's recent weeks, standardised with public constants.
import * as z from "../../base/schema.ts";

export const featureSchema = z.strictObject({
  name: z.string().check(z.regex(/^[a-z][a-z0-9_]{0,40}$/)),
  title: z.string().check(z.minLength(1), z.maxLength(80)),
  metric: z.string(),
  /**
   * mean: daily mean over the weeks. change: mean of the later half minus the earlier half.
   * days-since: days since the metric was last above 0, at most the span.
   */
  of: z.enum(["mean", "change", "days-since"]),
  /** Weeks back from the anchor day: [from, to) counted backwards, e.g. 0 to 4 is the last four weeks. */
  weeks: z.strictObject({ from: z.int().check(z.gte(0), z.lte(52)), to: z.int().check(z.gte(1), z.lte(52)) }),
  /** Public standardisation: (value − centre) / spread, then clipped to ±4; a missing value becomes 0. */
  centre: z.number(),
  spread: z.number().check(z.gt(0)),
});

export type Feature = z.infer<typeof featureSchema>;
