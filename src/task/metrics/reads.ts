// What a question reads of the registry.
import { groupKeysOf } from "../encoder.ts";
import { metricsIn } from "../expression.ts";
import type { PlannedTask } from "../manifest.ts";

type Reading = Pick<PlannedTask, "source" | "encoder">;

/** Attributes that split, filter or fill the cells, with the public values they are asked for. */
export function attributeListsOf({
  source,
  encoder,
}: Reading): readonly { readonly attribute: string; readonly values: readonly string[] }[] {
  const keys = groupKeysOf(encoder);
  if (source.kind !== "statistics" || encoder.kind !== "product") return keys;
  const told = encoder.parts.flatMap((part) => {
    const value = part.kind === "category" ? source.values[part.value] : undefined;
    return part.kind === "category" && value?.kind === "attribute"
      ? [{ attribute: value.attribute, values: part.values }]
      : [];
  });
  return [...keys, ...source.where, ...told];
}

/** As `kind id`, each of which a definition can be of. */
export function readsOf({ source, encoder }: Reading): ReadonlySet<string> {
  const keys = attributeListsOf({ source, encoder }).map(({ attribute }) => `attribute ${attribute}`);
  if (source.kind === "model-update") return new Set(keys);
  const metrics = metricsOf(source).map((id) => `metric ${id}`);
  return new Set([...keys, ...metrics, ...(source.kind === "statistic" ? [`formula ${source.metric}`] : [])]);
}

/** Base metrics that the device computes with; a training plan's are in the plan. */
export function metricsOf(source: PlannedTask["source"]): readonly string[] {
  if (source.kind === "model-update") return [];
  if (source.kind === "statistic") return metricsIn(source.expression);
  return [...new Set(source.values.flatMap((value) => (value.kind === "mean" ? metricsIn(value.expression) : [])))];
}
