// What a contribution holds, in the member's words: of this device's own registry, never of the asker's.

import { formatDay } from "../base/calendar.ts";
import type { Part } from "./encoders/kinds.ts";
import type { ProductEncoder } from "./encoders/product.ts";
import type { Expression } from "./expression.ts";
import { builtIn, type Registry } from "./metrics.ts";
import type { StatisticsSource } from "./statistics.ts";
import type { Condition, Measured, SourceValue } from "./values.ts";

/** "your average daily sleep, as one of 15 ranges; your average weekly steps, rounded; with your age band and your site" */
export function describeProduct(
  { values, where, thresholds = [] }: StatisticsSource,
  { groups, parts }: ProductEncoder,
  registry: Registry = builtIn,
): string {
  const named = (index: number) => valueInWords(values[index] as SourceValue, registry);
  const told = once(
    parts.map((part) => {
      const value = values[part.kind === "moments" ? (part.values[0] as number) : part.value];
      // One of two ranges is a yes or a no already.
      const text = value?.kind === "all" ? valueInWords(value, registry) : partInWords(part, named);
      return { text, period: periodOf(value) };
    }),
  );
  const title = (attribute: string) => registry.attribute(attribute)?.title ?? attribute;
  const keys = groups.map(({ attribute }) => `your ${title(attribute)}`);
  if (keys.length > 0) told.push(`with ${keys.join(" and ")}`);
  const filters = [
    ...where.map((each) => `your ${title(each.attribute)} is one of ${each.values.length}`),
    ...thresholds.map((each) => conditionInWords(each, registry)),
  ];
  if (filters.length > 0) told.push(`only where ${filters.join(" and ")}`);
  return told.join("; ");
}

/** What is told of several periods alike is told once. */
function once(told: readonly { readonly text: string; readonly period: number | undefined }[]): string[] {
  const alike = Map.groupBy(told, ({ text, period }) => `${period ?? ""} ${text}`);
  return [...alike.values()].flatMap((all) => {
    const [{ text, period } = { text: "", period: undefined }] = all;
    return period === undefined
      ? all.map((one) => one.text)
      : [`${text}, in each of ${all.length} periods of ${period} days`];
  });
}

function periodOf(value: SourceValue | undefined): number | undefined {
  return value?.kind === "mean" && value.days !== undefined ? value.days.end - value.days.start : undefined;
}

function partInWords(part: Part, named: (index: number) => string): string {
  switch (part.kind) {
    case "histogram":
      return part.edges.length === 2
        ? named(part.value)
        : `${named(part.value)}, as one of ${part.edges.length - 1} ranges`;
    case "category":
      return `${named(part.value)}, as one of ${part.values.length}`;
    case "events":
      return `${named(part.value)}, ${part.cap} of ${part.values.length} at most`;
    case "moments":
      return `${part.values.map(named).join(" and ")}, rounded${powers(part)}`;
  }
}

function powers({ order, values: { length } }: Extract<Part, { kind: "moments" }>): string {
  const products = length === 1 ? "" : ", with their products";
  return order === 1 ? products : `${products}${length === 1 ? ", with" : " and"} powers up to ${order}`;
}

function valueInWords(value: SourceValue, registry: Registry): string {
  switch (value.kind) {
    case "presence":
      return "that you take part";
    case "attribute":
      return `your ${registry.attribute(value.attribute)?.title ?? value.attribute}`;
    case "events":
      return `which ${registry.attribute(value.attribute)?.title ?? value.attribute} your days hold`;
    case "mean":
      return average(value, registry);
    case "change":
      return `by how much ${average(value, registry)} changed from the days before ${formatDay(value.since)} to those from it on`;
    case "trend":
      return `how fast ${average(value, registry)} rises or falls over ${value.periods} periods`;
    case "all":
      return `whether ${value.of.map((condition) => conditionInWords(condition, registry)).join(" and ")}`;
  }
}

function average({ expression, times }: Measured, registry: Registry): string {
  return `your average ${times === 7 ? "weekly" : "daily"} ${words(expression, registry)}`;
}

function conditionInWords(condition: Condition, registry: Registry): string {
  return `${average(condition, registry)} is ${condition.op === ">=" ? "at least" : "below"} ${condition.value}`;
}

/** A formula in words of this device's own registry: a manifest's title is the asker's word. */
export function words(expression: Expression, registry: Registry = builtIn): string {
  if ("metric" in expression) return registry.metric(expression.metric)?.title ?? expression.metric;
  if ("number" in expression) return String(expression.number);
  const parts = expression.args.map((arg) =>
    "op" in arg && arg.args.length > 1 && arg.op !== "*" ? `(${words(arg, registry)})` : words(arg, registry),
  );
  if (expression.op === "min" || expression.op === "max") return `${expression.op} of ${parts.join(", ")}`;
  return parts.join(` ${expression.op === "*" ? "×" : expression.op} `);
}
