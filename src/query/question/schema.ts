// A question as a versioned, canonical document: what is computed about whom, over which days, for how much. Everything a person
// may leave out has been filled in (complete.ts), so equal questions are equal documents whatever they were written in.
import * as z from "../../base/schema.ts";

const identifier = z.string().check(z.regex(/^[a-z][A-Za-z0-9_]{0,31}$/));
const number = z.number();
const value = z.string().check(z.minLength(1), z.maxLength(40));
const day = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/));
const decimal = z.string().check(z.regex(/^(0|[1-9][0-9]{0,5})(\.[0-9]{1,9})?$/));

const mean = {
  /** Over metrics of the registry, in canonical form: "rhr", "moderate + 2 * vigorous". */
  formula: z.string().check(z.minLength(1), z.maxLength(500)),
  per: z.enum(["day", "week"]),
};

/** One number a member: the mean of a formula's daily values, a day or a week (seven times it). */
const measure = z.strictObject({
  ...mean,
  /** Public bounds; values outside are clipped on the device. Within the registry's. */
  clip: z.tuple([number, number]),
  /** The mean from this day on, less that of the window's days before. Clipped is the difference. */
  since: z.optional(day),
});

/** Of a member's mean over the window. */
const condition = z.strictObject({ ...mean, op: z.enum([">=", "<"]), value: number });
const conditions = z.array(condition).check(z.minLength(1), z.maxLength(4));

const edges = z.array(number).check(z.minLength(2), z.maxLength(257));

export const selectSchema = z.discriminatedUnion("statistic", [
  /** Members in the group with a contribution. */
  z.strictObject({ statistic: z.literal("count") }),
  z.strictObject({ statistic: z.literal("mean"), of: measure }),
  z.strictObject({ statistic: z.literal("sum"), of: measure }),
  z.strictObject({ statistic: z.literal("stddev"), of: measure }),
  z.strictObject({ statistic: z.literal("histogram"), of: measure, edges }),
  /** Levels ascending, in (0, 1). */
  z.strictObject({
    statistic: z.literal("quantile"),
    of: measure,
    levels: z.array(number).check(z.minLength(1), z.maxLength(9)),
  }),
  /** The share of members whose value is at least the threshold. */
  z.strictObject({ statistic: z.literal("share"), of: measure, atLeast: number }),
  /** The share of members to whom all of it applies, of those who have each of the values. */
  z.strictObject({ statistic: z.literal("meets"), conditions }),
  z.strictObject({
    statistic: z.literal("top"),
    attribute: identifier,
    values: z.array(value).check(z.minLength(1), z.maxLength(256)),
    limit: z.int().check(z.gte(1), z.lte(256)),
  }),
  z.strictObject({ statistic: z.literal("correlation"), x: measure, y: measure }),
  /** Of the least-squares line of y on x. */
  z.strictObject({ statistic: z.literal("slope"), y: measure, x: measure }),
]);
export type Select = z.infer<typeof selectSchema>;
export type Measure = z.infer<typeof measure>;
export type MeanCondition = z.infer<typeof condition>;

const attributeValues = z.strictObject({
  attribute: identifier,
  values: z.array(value).check(z.minLength(1), z.maxLength(64)),
});

export const questionSchema = z.strictObject({
  version: z.literal(2),
  select: z.array(selectSchema).check(z.minLength(1), z.maxLength(8)),
  /** All must hold; a device to which they do not sends a null report. */
  where: z.array(attributeValues).check(z.maxLength(4)),
  /** What members measured must pass too; left out where nothing is asked of it. */
  thresholds: z.optional(conditions),
  groupBy: z.array(attributeValues).check(z.maxLength(2)),
  /** Days of each of 2 to 12 periods of the window, each answered for itself; left out where the window is one. */
  every: z.optional(z.int().check(z.gte(1), z.lte(183))),
  /** The last day and how many. */
  window: z.strictObject({ end: day, days: z.int().check(z.gte(1), z.lte(366)) }),
  /** Days with a value below which a measure has none; of each period, and on either side of a change. */
  daysMin: z.int().check(z.gte(1), z.lte(366)),
  purpose: z.string().check(z.regex(/^[a-z][a-z-]{0,40}$/)),
  /** Of one aggregator's noise, for the whole question: pure ε, or ρ of zCDP. Decimals, without a trailing zero. */
  privacy: z.union([z.strictObject({ epsilon: decimal }), z.strictObject({ rho: decimal })]),
  minCohort: z.int().check(z.gte(1), z.lte(1e9)),
});
export type Question = z.infer<typeof questionSchema>;
