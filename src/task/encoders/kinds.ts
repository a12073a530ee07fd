// The parts there are, by kind.
import * as z from "../../base/schema.ts";
import { category, categoryPart } from "./category/part.ts";
import { events, eventsPart } from "./events/part.ts";
import { histogram, histogramPart } from "./histogram/part.ts";
import { moments, momentsPart } from "./moments/part.ts";
import type { Norms, PartKind, Row } from "./part.ts";

export const partSchema = z.discriminatedUnion("kind", [histogramPart, categoryPart, eventsPart, momentsPart]);
export type Part = z.infer<typeof partSchema>;

const kinds: { readonly [K in Part["kind"]]: PartKind<Extract<Part, { kind: K }>> } = {
  histogram,
  category,
  events,
  moments,
};

const kindOf = (part: Part) => kinds[part.kind] as PartKind<Part>;

export const partColumns = (part: Part): number => kindOf(part).columns(part);
export const partRows = (part: Part): readonly Row[] => kindOf(part).rows(part);
export const partMass = (part: Part): number => kindOf(part).mass(part);
export const isBits = (part: Part): boolean => kindOf(part).bits;
export const isOneHot = (part: Part): boolean => kindOf(part).oneHot;

/** Of the part's own rows, or of others over the same columns. */
export function partNorms(part: Part, rows: readonly Row[] = partRows(part)): Norms {
  return kindOf(part).norms(part, rows);
}
