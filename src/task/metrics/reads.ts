// What a question reads of the registry.
import { groupKeysOf } from "../encoder.ts";
import { metricsIn } from "../expression.ts";
import type { PlannedTask } from "../manifest.ts";
import { measuresOf } from "../values.ts";
import { registryOf } from "./definition.ts";

type Reading = Pick<PlannedTask, "source" | "encoder">;

/** Attributes that split, filter or fill the cells, with the public values they are asked for. */
export function attributeListsOf({
  source,
  encoder,
}: Reading): readonly { readonly attribute: string; readonly values: readonly string[] }[] {
  const keys = groupKeysOf(encoder);
  if (source.kind !== "statistics" || encoder.kind !== "product") return keys;
  const told = encoder.parts.flatMap((part) => {
    if (part.kind !== "category" && part.kind !== "events") return [];
    const value = source.values[part.value];
    return value?.kind === "attribute" || value?.kind === "events"
      ? [{ attribute: value.attribute, values: part.values }]
      : [];
  });
  return [...keys, ...source.where, ...told];
}

/** As `kind id`, each of which a definition can be of. */
export function readsOf({ source, encoder }: Reading): ReadonlySet<string> {
  const keys = attributeListsOf({ source, encoder }).map(({ attribute }) => `attribute ${attribute}`);
  return new Set([...keys, ...metricsOf(source).map((id) => `metric ${id}`)]);
}

/** Base metrics that the device computes with. */
export function metricsOf(source: PlannedTask["source"]): readonly string[] {
  if (source.kind === "model-update") return source.metrics;
  const measures = [...source.values.flatMap(measuresOf), ...(source.thresholds ?? [])];
  return [...new Set(measures.flatMap(({ expression }) => metricsIn(expression)))];
}

/** A value that a question names and that is in no list that is known. */
export interface Unlisted {
  readonly attribute: string;
  readonly value: string;
  /** Undefined where no list is known at all. */
  readonly known: readonly string[] | undefined;
}

/**
 * The first group key, condition or category that no device can have, by a party's own lists, else the manifest's and those
 * that are built in.
 */
export function unlistedValue(
  manifest: Reading & Pick<PlannedTask, "definitions">,
  own: Readonly<Record<string, readonly string[]>> = {},
): Unlisted | undefined {
  const registry = registryOf(manifest);
  for (const { attribute, values } of attributeListsOf(manifest)) {
    const known = (Object.hasOwn(own, attribute) ? own[attribute] : registry.attribute(attribute)?.values) ?? undefined;
    const value = values.find((each) => !known?.includes(each));
    if (value !== undefined) return { attribute, value, known };
  }
  return undefined;
}
