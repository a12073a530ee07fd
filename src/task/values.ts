// What a device computes of its member: one number or one word a value, whatever the days hold. Everything in it is public.

import { fail } from "../base/errors.ts";
import * as z from "../base/schema.ts";
import { type Expression, expressionSchema, metricsIn, rangeOf } from "./expression.ts";
import { attributeIdField } from "./metrics/fields.ts";
import { builtIn, type Registry } from "./metrics.ts";

const day = z.int().check(z.gte(0), z.lte(200_000));

/** The mean over the days that have a value, times a whole number: 7 turns minutes a day into minutes a week. */
const measured = {
  expression: expressionSchema,
  times: z.int().check(z.gte(1), z.lte(366)),
  /** Days with a value below which there is none; of each of the spans where there are several. */
  daysMin: z.int().check(z.gte(1), z.lte(366)),
};

export const conditionSchema = z.strictObject({
  ...measured,
  op: z.enum([">=", "<"]),
  value: z.number(),
});
export type Condition = z.infer<typeof conditionSchema>;

export const PERIODS_MAX = 12;
export const CONDITIONS_MAX = 4;

export const valueSchema = z.discriminatedUnion("kind", [
  /** Of the whole window, or of some days of it: [start, end). */
  z.strictObject({
    kind: z.literal("mean"),
    ...measured,
    days: z.optional(z.strictObject({ start: day, end: day })),
  }),
  /** The mean of the window's days from `since` on, less that of the days before. */
  z.strictObject({ kind: z.literal("change"), ...measured, since: day }),
  /** The member's own least-squares slope, a period, over the means of so many equal periods of the window. */
  z.strictObject({
    kind: z.literal("trend"),
    ...measured,
    periods: z.int().check(z.gte(2), z.lte(PERIODS_MAX)),
  }),
  /** 1 where all of it holds, 0 where not; a member without one of the means has no value. */
  z.strictObject({
    kind: z.literal("all"),
    of: z.array(conditionSchema).check(z.minLength(1), z.maxLength(CONDITIONS_MAX)),
  }),
  /** What the profile says of an attribute. */
  z.strictObject({ kind: z.literal("attribute"), attribute: attributeIdField }),
  /** Of an attribute that happens rather than is: which of its values happened in the window, and how often. */
  z.strictObject({ kind: z.literal("events"), attribute: attributeIdField }),
  /** 1 for everybody who takes part and passes the filter, whatever they measured. */
  z.strictObject({ kind: z.literal("presence") }),
]);
export type SourceValue = z.infer<typeof valueSchema>;

/** A mean of days by which a value or a condition is computed. */
export type Measured = Pick<Condition, "expression" | "times" | "daysMin">;

export function measuresOf(value: SourceValue): readonly Measured[] {
  if (value.kind === "all") return value.of;
  return value.kind === "attribute" || value.kind === "events" || value.kind === "presence" ? [] : [value];
}

/** The days of each of the equal periods of a window, the first first. */
export function periodsOf(
  { start, end }: { readonly start: number; readonly end: number },
  periods: number,
): readonly { readonly start: number; readonly end: number }[] {
  const days = (end - start) / periods;
  return Array.from({ length: periods }, (_, i) => ({ start: start + i * days, end: start + (i + 1) * days }));
}

/** @throws PacelineError invalid_query when the value cannot be of this window */
export function checkSpan(value: SourceValue, { start, end }: { readonly start: number; readonly end: number }): void {
  const refuse = (why: string) => fail("invalid_query", why);
  if (value.kind === "change" && !(value.since > start && value.since < end))
    refuse("a change needs days of the window before and after it");
  if (value.kind === "trend" && (end - start) % value.periods !== 0)
    refuse(`${end - start} days are not ${value.periods} periods of whole days`);
  if (value.kind === "mean" && value.days !== undefined) {
    const { days } = value;
    if (!(days.start >= start && days.start < days.end && days.end <= end)) refuse("a period is outside of the window");
  }
}

/** Seven days of a level, such as a heart rate, are no amount of a week. @throws PacelineError invalid_query */
export function checkTimes({ expression, times }: Measured, registry: Registry): void {
  if (times === 1) return;
  const level = metricsIn(expression)
    .map(registry.metric)
    .find((metric) => metric?.rule !== "sum");
  if (level !== undefined) fail("invalid_query", `${level.title} is no total of a day, and has none of ${times} days`);
}

/** A threshold that all or none can pass tells nothing, or something of everybody. @throws PacelineError invalid_query */
export function checkCondition(condition: Condition, registry: Registry): void {
  checkTimes(condition, registry);
  const [least, most] = measureRange(condition, registry);
  if (!(condition.value > least && condition.value < most))
    fail("invalid_query", `a threshold of ${condition.value} lies outside of the range, ${least} to ${most}`);
}

function measureRange({ expression, times }: Measured, registry: Registry): readonly [number, number] {
  const { min, max } = rangeOf(expression as Expression, registry.bounds);
  return [min * times, max * times];
}

/**
 * Public bounds of a number. A change of means of one range is within its width to either side; so is a least-squares slope, which
 * is an average, with weights of no sign but plus, of the slopes between two periods each, at least one apart.
 */
export function valueRange(value: SourceValue, registry: Registry = builtIn): readonly [number, number] {
  if (!("times" in value)) return [0, 2];
  const [least, most] = measureRange(value, registry);
  return value.kind === "mean" ? [least, most] : [least - most, most - least];
}
