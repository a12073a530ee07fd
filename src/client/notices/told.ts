// What a report would hold, part by part, in the words of a language.
import { metricsOfPlan } from "../../learning/plan/check.ts";
import { decodePlan } from "../../learning/plan/plan.ts";
import type { Part } from "../../task/encoders/kinds.ts";
import { type Expression, metricsIn } from "../../task/expression.ts";
import type { Manifest } from "../../task/manifest.ts";
import { registryOf } from "../../task/metrics/definition.ts";
import type { Registry } from "../../task/metrics.ts";
import { measuresOf, type SourceValue } from "../../task/values.ts";
import type { Words } from "./words.ts";

export function toldOf(manifest: Manifest, words: Words): readonly string[] {
  const { source, encoder } = manifest;
  const registry = registryOf(manifest);
  const attribute = (id: string) => words.name(id, registry.attribute(id)?.title ?? id);
  if (source.kind === "model-update")
    return [words.model(metricsOfPlan(decodePlan(source.plan)).map((id) => words.name(id, titleOf(id, registry))))];
  if (encoder.kind !== "product") return [];
  const things = encoder.parts.map((part) => partInWords(part, source.values, registry, words));
  const groups = encoder.groups.map((key) => attribute(key.attribute));
  const measured = (source.thresholds ?? []).flatMap(({ expression }) =>
    metricsIn(expression).map((id) => words.name(id, titleOf(id, registry))),
  );
  const filters = [...source.where.map((each) => attribute(each.attribute)), ...measured];
  return [
    words.tells([...new Set(things)]),
    ...(groups.length === 0 ? [] : [words.groups(groups)]),
    ...(filters.length === 0 ? [] : [words.filters(filters)]),
  ];
}

const titleOf = (id: string, registry: Registry) => registry.metric(id)?.title ?? id;

function meanInWords(expression: Expression, times: number, registry: Registry, words: Words): string {
  const names = metricsIn(expression).map((id) => words.name(id, titleOf(id, registry)));
  const span = times === 7 ? "week" : "day";
  return "metric" in expression ? words.mean(names[0] as string, span) : words.formula(names, span);
}

function partInWords(part: Part, values: readonly SourceValue[], registry: Registry, words: Words): string {
  const named = (index: number): string => {
    const value = values[index] as SourceValue;
    if (value.kind === "presence") return words.present;
    if (value.kind !== "attribute" && value.kind !== "events") {
      const means = measuresOf(value).map(({ expression, times }) => meanInWords(expression, times, registry, words));
      const all = words.list([...new Set(means)]);
      return value.kind === "mean" ? all : words[value.kind](all);
    }
    return words.attribute(words.name(value.attribute, registry.attribute(value.attribute)?.title ?? value.attribute));
  };
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
