// What a report would hold, part by part, in the words of a language.
import { formatDay } from "../../base/calendar.ts";
import type { Part } from "../../task/encoders/kinds.ts";
import { metricsIn } from "../../task/expression.ts";
import type { Manifest } from "../../task/manifest.ts";
import { registryOf } from "../../task/metrics/definition.ts";
import type { Registry } from "../../task/metrics.ts";
import type { Condition, Measured, SourceValue } from "../../task/values.ts";
import type { Words } from "./words.ts";

export function toldOf(manifest: Manifest, words: Words): readonly string[] {
  const { source, encoder } = manifest;
  const registry = registryOf(manifest);
  const attribute = (id: string) => words.name(id, registry.attribute(id)?.title ?? id);
  if (source.kind === "model-update") return [words.model(learntFrom({ ...manifest, source }, words))];
  if (encoder.kind !== "product") return [];
  const things = encoder.parts.map((part) => partInWords(part, source.values, registry, words));
  const groups = encoder.groups.map((key) => attribute(key.attribute));
  const filters = source.where.map((each) => attribute(each.attribute));
  return [
    words.tells([...new Set(things)]),
    ...(groups.length === 0 ? [] : [words.groups(groups)]),
    ...(filters.length === 0 ? [] : [words.filters(filters)]),
    ...(source.thresholds === undefined
      ? []
      : [words.thresholds(source.thresholds.map((each) => conditionInWords(each, registry, words)))]),
  ];
}

/** What a training reads, by name. */
export function learntFrom(
  manifest: Pick<Manifest, "definitions"> & { readonly source: { readonly metrics: readonly string[] } },
  words: Words,
): readonly string[] {
  const registry = registryOf(manifest);
  return manifest.source.metrics.map((id) => words.name(id, titleOf(id, registry)));
}

const titleOf = (id: string, registry: Registry) => registry.metric(id)?.title ?? id;

function meanInWords({ expression, times }: Measured, registry: Registry, words: Words): string {
  const names = metricsIn(expression).map((id) => words.name(id, titleOf(id, registry)));
  const span = times === 7 ? "week" : "day";
  return "metric" in expression ? words.mean(names[0] as string, span) : words.formula(names, span);
}

function conditionInWords(condition: Condition, registry: Registry, words: Words): string {
  return words.condition(meanInWords(condition, registry, words), condition.op, condition.value);
}

function valueInWords(value: SourceValue, values: readonly SourceValue[], registry: Registry, words: Words): string {
  switch (value.kind) {
    case "presence":
      return words.present;
    case "attribute":
    case "events":
      return words.attribute(
        words.name(value.attribute, registry.attribute(value.attribute)?.title ?? value.attribute),
      );
    case "all":
      return words.whether(value.of.map((each) => conditionInWords(each, registry, words)));
    case "change":
      return words.change(meanInWords(value, registry, words), formatDay(value.since));
    case "trend":
      return words.trend(meanInWords(value, registry, words), value.periods);
    case "mean": {
      const mean = meanInWords(value, registry, words);
      if (value.days === undefined) return mean;
      const alike = values.filter((each) => each.kind === "mean" && meanInWords(each, registry, words) === mean);
      return words.each(mean, alike.length, value.days.end - value.days.start);
    }
  }
}

function partInWords(part: Part, values: readonly SourceValue[], registry: Registry, words: Words): string {
  const named = (index: number) => valueInWords(values[index] as SourceValue, values, registry, words);
  // One of two ranges is a yes or a no already.
  if (part.kind === "histogram" && values[part.value]?.kind === "all") return named(part.value);
  switch (part.kind) {
    case "histogram":
      return part.edges.length === 2 ? named(part.value) : words.ranges(named(part.value), part.edges.length - 1);
    case "category":
      return words.choices(named(part.value), part.values.length);
    case "events":
      return words.events(named(part.value), part.cap, part.values.length);
    case "moments":
      return words.rounded(words.list(part.values.map(named)));
  }
}
