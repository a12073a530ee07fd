// What a number is of, by the reader's registry: "mvpa", "change of mvpa since 2026-10-05", "mvpa>=150 and sleep>=420".
import { formatDay } from "../base/calendar.ts";
import { formulaOf } from "../task/expression.ts";
import { builtIn, type Registry } from "../task/metrics.ts";
import { nameOf } from "../task/names.ts";
import type { Measured, SourceValue } from "../task/values.ts";

/** Empty for what everybody has. */
export function valueName(value: SourceValue | undefined, registry: Registry = builtIn): string {
  if (value === undefined || value.kind === "presence") return "";
  switch (value.kind) {
    case "attribute":
    case "events":
      return value.attribute;
    case "mean":
      return measureName(value, registry);
    case "change":
      return `change of ${measureName(value, registry)} since ${formatDay(value.since)}`;
    case "trend":
      return `trend of ${measureName(value, registry)}`;
    case "all":
      return value.of.map((one) => `${measureName(one, registry)}${one.op}${one.value}`).join(" and ");
  }
}

/** " from 2026-10-05": which of several periods a number is of, by its first day. */
export function periodName(value: SourceValue | undefined): string {
  return value?.kind === "mean" && value.days !== undefined ? ` from ${formatDay(value.days.start)}` : "";
}

function measureName({ expression }: Pick<Measured, "expression">, registry: Registry): string {
  const name = nameOf(expression, registry);
  return name === undefined || name.metric === "formula" ? formulaOf(expression) : name.metric;
}
