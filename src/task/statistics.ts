// What a device computes for a product encoder: up to 16 values of its member, read by the encoder's parts, from members who
// pass a filter. Everything in it is public; what a value is called, its bounds and its purposes are the reader's registry's.

import { fail } from "../base/errors.ts";
import * as z from "../base/schema.ts";
import { answerSchema, checkAnswers } from "./answers.ts";
import type { Part } from "./encoders/kinds.ts";
import { checkProduct, type ProductEncoder } from "./encoders/product.ts";
import { type Expression, expressionSchema, metricsIn, rangeOf } from "./expression.ts";
import { builtIn, type Registry } from "./metrics.ts";

const attributeId = z.string().check(z.regex(/^[a-z][A-Za-z0-9]{0,31}$/));
const publicValue = z.string().check(z.minLength(1), z.maxLength(40));

const valueSchema = z.discriminatedUnion("kind", [
  /** The mean over the days that have a value, times a whole number: 7 turns minutes a day into minutes a week. */
  z.strictObject({
    kind: z.literal("mean"),
    expression: expressionSchema,
    times: z.int().check(z.gte(1), z.lte(366)),
    /** Days with a value below which there is none. */
    daysMin: z.int().check(z.gte(1), z.lte(366)),
  }),
  /** What the profile says of an attribute. */
  z.strictObject({ kind: z.literal("attribute"), attribute: attributeId }),
  /** 1 for everybody who takes part and passes the filter, whatever they measured. */
  z.strictObject({ kind: z.literal("presence") }),
]);
export type SourceValue = z.infer<typeof valueSchema>;

export const statisticsSource = z.strictObject({
  kind: z.literal("statistics"),
  values: z.array(valueSchema).check(z.minLength(1), z.maxLength(16)),
  /** All must hold. A device to which they do not sends the null report. */
  where: z
    .array(
      z.strictObject({
        attribute: attributeId,
        values: z.array(publicValue).check(z.minLength(1), z.maxLength(64)),
      }),
    )
    .check(z.maxLength(4)),
  answers: z.array(answerSchema).check(z.minLength(1), z.maxLength(16)),
});
export type StatisticsSource = z.infer<typeof statisticsSource>;

/**
 * Proves that source and encoder belong together: each part reads a value of its own kind, and stays within that value's public
 * range, so that clipping is what the encoder says it is.
 * @throws PacelineError invalid_query
 */
export function checkStatistics(source: StatisticsSource, encoder: ProductEncoder, registry: Registry = builtIn): void {
  checkProduct(encoder);
  checkAnswers(source.answers, encoder.parts);
  const attributes = source.where.map(({ attribute }) => attribute);
  if (new Set(attributes).size !== attributes.length) fail("invalid_query", "one condition an attribute");
  for (const value of source.values) checkTimes(value, registry);
  const read = new Set<number>();
  for (const part of encoder.parts)
    for (const index of indicesOf(part)) {
      read.add(index);
      const value = source.values[index];
      if (value === undefined)
        fail("invalid_query", `a ${part.kind} part reads value ${index + 1} of ${source.values.length}`);
      else checkRead(part, index, value, registry);
    }
  if (read.size !== source.values.length) fail("invalid_query", "a value is read by no part");
}

/** Seven days of a level, such as a heart rate, are no amount of a week. */
function checkTimes(value: SourceValue, registry: Registry): void {
  if (value.kind !== "mean" || value.times === 1) return;
  const level = metricsIn(value.expression)
    .map(registry.metric)
    .find((metric) => metric?.rule !== "sum");
  if (level !== undefined)
    fail("invalid_query", `${level.title} is no total of a day, and has none of ${value.times} days`);
}

function indicesOf(part: Part): readonly number[] {
  return part.kind === "moments" ? part.values : [part.value];
}

function checkRead(part: Part, index: number, value: SourceValue, registry: Registry): void {
  const refuse = (why: string) => fail("invalid_query", why);
  const wantsText = part.kind === "category" || part.kind === "events";
  if (wantsText !== (value.kind === "attribute"))
    refuse(`a ${part.kind} part cannot read a value of kind ${value.kind}`);
  if (part.kind === "events") refuse("no value is a list of events yet");
  if (part.kind === "category" || part.kind === "events") return;
  const [least, most] = valueRange(value, registry);
  const [low, high] =
    part.kind === "histogram"
      ? [part.edges[0] as number, part.edges.at(-1) as number]
      : (part.clip[part.values.indexOf(index)] as [number, number]);
  if (low < least || high > most)
    refuse(`bounds from ${low} to ${high} leave the value's public range, ${least} to ${most}`);
}

/** Public bounds of a number. */
export function valueRange(value: SourceValue, registry: Registry = builtIn): readonly [number, number] {
  if (value.kind !== "mean") return [0, 2];
  const { min, max } = rangeOf(value.expression as Expression, registry.bounds);
  return [min * value.times, max * value.times];
}
