// The number that a release is of, as a phone and a reader speak of it: the first that has a histogram.
import { productSensitivity } from "../../task/encoders/product.ts";
import { registryOf } from "../../task/metrics/definition.ts";
import { nameOf } from "../../task/names.ts";
import type { ReleaseDocument } from "../../task/release.ts";

export interface Measured {
  /** Which of the source's values. */
  readonly of: number;
  readonly title: string;
  /** UCUM */
  readonly unit: string;
  readonly edges: readonly number[];
  readonly range: readonly [number, number];
  /** The part of the question's ε that it has. */
  readonly share: number;
}

export function measuredOf({
  source,
  encoder,
  definitions,
}: Pick<ReleaseDocument, "source" | "encoder" | "definitions">): Measured | undefined {
  if (source.kind !== "statistics" || encoder.kind !== "product") return undefined;
  for (const part of encoder.parts) {
    const value = part.kind === "histogram" ? source.values[part.value] : undefined;
    if (part.kind !== "histogram" || value?.kind !== "mean") continue;
    const name = nameOf(value.expression, registryOf({ definitions }));
    if (name === undefined) continue;
    const { value: of, edges, weight } = part;
    const range = [edges[0] as number, edges.at(-1) as number] as const;
    return {
      of,
      ...{ title: name.title, unit: name.unit },
      edges,
      range,
      share: weight / Number(productSensitivity(encoder).l1),
    };
  }
  return undefined;
}

/** "58 bpm", "8,341 steps", "427 minutes of sleep" */
export function inWords(value: number, { unit, title }: Pick<Measured, "unit" | "title">, digits: number): string {
  const shown = value >= 1000 ? Math.round(value).toLocaleString("en-US") : value.toFixed(digits);
  return `${shown} ${unit === "/min" ? "bpm" : unit === "min" ? `minutes of ${title}` : title}`;
}
