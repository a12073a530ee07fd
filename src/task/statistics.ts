// What a device computes for a product encoder: up to 16 values of its member, read by the encoder's parts, from members who
// pass a filter. Everything in it is public; what a value is called, its bounds and its purposes are the reader's registry's.

import { fail } from "../base/errors.ts";
import * as z from "../base/schema.ts";
import { answerSchema, checkAnswers } from "./answers.ts";
import type { Part } from "./encoders/kinds.ts";
import { checkProduct, type ProductEncoder } from "./encoders/product.ts";
import { attributeIdField, keyValuesField } from "./metrics/fields.ts";
import { builtIn, type Registry } from "./metrics.ts";
import {
  CONDITIONS_MAX,
  checkCondition,
  checkSpan,
  checkTimes,
  conditionSchema,
  type SourceValue,
  valueRange,
  valueSchema,
} from "./values.ts";

export const statisticsSource = z.strictObject({
  kind: z.literal("statistics"),
  values: z.array(valueSchema).check(z.minLength(1), z.maxLength(16)),
  /** All must hold. A device to which they do not sends the null report. */
  where: z
    .array(
      z.strictObject({
        attribute: attributeIdField,
        values: keyValuesField,
      }),
    )
    .check(z.maxLength(4)),
  /** What the member measured must pass too, or the report is null. */
  thresholds: z.optional(z.array(conditionSchema).check(z.minLength(1), z.maxLength(CONDITIONS_MAX))),
  answers: z.array(answerSchema).check(z.minLength(1), z.maxLength(16)),
});
export type StatisticsSource = z.infer<typeof statisticsSource>;

/**
 * Proves that source and encoder belong together: each part reads a value of its own kind, and stays within that value's public
 * range, so that clipping is what the encoder says it is.
 * @throws PacelineError invalid_query
 */
export function checkStatistics(
  source: StatisticsSource,
  encoder: ProductEncoder,
  window: { readonly start: number; readonly end: number },
  registry: Registry = builtIn,
): void {
  checkProduct(encoder);
  checkAnswers(source.answers, encoder.parts);
  const attributes = source.where.map(({ attribute }) => attribute);
  if (new Set(attributes).size !== attributes.length) fail("invalid_query", "one condition an attribute");
  for (const attribute of [...attributes, ...encoder.groups.map((key) => key.attribute)])
    if (registry.attribute(attribute)?.cap !== undefined)
      fail(
        "invalid_query",
        `${attribute} is what happens to members, not what they are: nothing is filtered or split by it`,
      );
  for (const condition of source.thresholds ?? []) checkCondition(condition, registry);
  for (const value of source.values) {
    checkSpan(value, window);
    if (value.kind === "all") for (const condition of value.of) checkCondition(condition, registry);
    if ("times" in value) checkTimes(value, registry);
  }
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

function indicesOf(part: Part): readonly number[] {
  return part.kind === "moments" ? part.values : [part.value];
}

function checkRead(part: Part, index: number, value: SourceValue, registry: Registry): void {
  const refuse = (why: string) => fail("invalid_query", why);
  const wanted = part.kind === "category" ? "attribute" : part.kind === "events" ? "events" : undefined;
  const given = value.kind === "attribute" || value.kind === "events" ? value.kind : undefined;
  if (wanted !== given) refuse(`a ${part.kind} part cannot read a value of kind ${value.kind}`);
  if (value.kind === "attribute" || value.kind === "events") {
    const most = registry.attribute(value.attribute)?.cap;
    if ((most !== undefined) !== (value.kind === "events"))
      refuse(`${value.attribute} is ${most === undefined ? "no list of events" : "a list of events"}`);
    if (part.kind === "events" && most !== undefined && part.cap > most)
      refuse(`a member counts for at most ${most} values of ${value.attribute}, not ${part.cap}`);
  }
  if (part.kind === "category" || part.kind === "events") return;
  const [least, most] = valueRange(value, registry);
  const [low, high] =
    part.kind === "histogram"
      ? [part.edges[0] as number, part.edges.at(-1) as number]
      : (part.clip[part.values.indexOf(index)] as [number, number]);
  if (low < least || high > most)
    refuse(`bounds from ${low} to ${high} leave the value's public range, ${least} to ${most}`);
}
