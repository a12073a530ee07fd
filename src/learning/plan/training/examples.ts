// What a model learns from: features and labels of a member's days, as expressions over metrics of the registry. An example stands on
// an anchor day: features look back from it, the label looks ahead, which a device can only in hindsight.
import { fail } from "../../../base/errors.ts";
import * as z from "../../../base/schema.ts";
import { expressionSchema, metricsIn, rangeOf } from "../../../task/expression.ts";
import type { Registry } from "../../../task/metrics.ts";

const title = z.string().check(z.minLength(1), z.maxLength(80));
const finite = z.number().check(z.gte(-1e6), z.lte(1e6));
/** Public standardisation: (value − centre) / spread, then clipped to ±4. */
const standardised = { centre: finite, spread: z.number().check(z.gt(0), z.lte(1e6)) };

export const featureSchema = z.strictObject({
  name: z.string().check(z.regex(/^[a-z][a-z0-9_]{0,40}$/)),
  title,
  value: expressionSchema,
  /**
   * mean: daily mean over the weeks. change: mean of the later half minus the earlier half.
   * days-since: days since the value was last above 0, at most the span.
   */
  of: z.enum(["mean", "change", "days-since"]),
  /** Weeks back from the anchor day: [from, to) counted backwards, e.g. 0 to 4 is the last four weeks. */
  weeks: z.strictObject({ from: z.int().check(z.gte(0), z.lte(52)), to: z.int().check(z.gte(1), z.lte(52)) }),
  /** A missing value becomes 0, the public centre. */
  ...standardised,
});
export type Feature = z.infer<typeof featureSchema>;

const labelled = { title, value: expressionSchema, days: z.int().check(z.gte(1), z.lte(90)) };

export const labelSchema = z.discriminatedUnion("kind", [
  /** 1 when the daily mean of the `days` from the anchor on is below `factor` times that of the `days` before, else 0. */
  z.strictObject({ kind: z.literal("falls-below"), ...labelled, factor: z.number().check(z.gt(0), z.lte(1)) }),
  /** 1 when it is above. */
  z.strictObject({ kind: z.literal("rises-above"), ...labelled, factor: z.number().check(z.gte(1), z.lte(100)) }),
  /** How many of the rising edges the daily mean of the `days` from the anchor on has reached. */
  z.strictObject({
    kind: z.literal("class"),
    ...labelled,
    edges: z.array(finite).check(z.minLength(1), z.maxLength(63)),
  }),
  /** That mean itself, standardised. */
  z.strictObject({ kind: z.literal("value"), ...labelled, ...standardised }),
]);
export type Label = z.infer<typeof labelSchema>;

/** What of a plan says which days are read. */
export interface Reading {
  readonly features: readonly Feature[];
  readonly label: Label;
  /** Examples a member, each so many days before the one after it. */
  readonly examples: { readonly count: number; readonly everyDays: number };
}

/** The metrics that features and label read, each once. */
export function metricsOfReading({ features, label }: Reading): readonly string[] {
  return [...new Set([label.value, ...features.map(({ value }) => value)].flatMap(metricsIn))];
}

/** Days a device must look back from the window's end. */
export function daysNeeded({ features, label, examples }: Reading): number {
  const compared = label.kind === "falls-below" || label.kind === "rises-above" ? label.days : 0;
  const back = Math.max(compared, ...features.map(({ weeks }) => weeks.to * 7));
  return back + label.days + (examples.count - 1) * examples.everyDays;
}

/** The model's output that a label is learned by. */
export function outputOf(label: Label): { readonly kind: "linear" | "logistic" | "softmax"; readonly units: number } {
  if (label.kind === "class") return { kind: "softmax", units: label.edges.length + 1 };
  return { kind: label.kind === "value" ? "linear" : "logistic", units: 1 };
}

/** @throws PacelineError manifest_refused, invalid_query for an expression over metrics that are not known, or without a range */
export function checkReading({ features, label }: Reading, registry: Registry): void {
  const refuse = (why: string) => fail("manifest_refused", why);
  for (const { name, weeks, value } of features) {
    if (weeks.from >= weeks.to) refuse(`the training's feature ${name} looks back over no week`);
    rangeOf(value, registry.bounds);
    if (metricsIn(value).length === 0)
      refuse(`the training's feature ${name} reads no metric: it is the same for everyone`);
  }
  if (new Set(features.map(({ name }) => name)).size !== features.length) refuse("the training names a feature twice");
  const { min, max } = rangeOf(label.value, registry.bounds);
  if (metricsIn(label.value).length === 0) refuse("the training's label reads no metric: it is the same for everyone");
  if (label.kind !== "class") return;
  const { edges } = label;
  if (edges.some((edge, i) => i > 0 && edge <= (edges[i - 1] as number))) refuse("a label's edges must rise");
  if (!((edges[0] as number) > min && (edges.at(-1) as number) <= max))
    refuse(`a label's edges lie outside of what is measured, ${min} to ${max}`);
}
