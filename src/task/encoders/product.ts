// A product of parts, once per cell of up to two public keys: several aggregates as one contribution, one debit, one joint
// sensitivity. A member fills the columns of one group; all other columns are 0.
//
// Columns: part by part, within it group by group (the second key varies fastest), within it the part's own; then the null column
// where the circuit needs one. Rows: likewise, part by part and group by group.

import { fail } from "../../base/errors.ts";
import * as z from "../../base/schema.ts";
import type { MatrixMap, Sensitivity } from "../linear-map.ts";
import { attributeIdField, keyValuesField } from "../metrics/fields.ts";
import { isBits, isOneHot, type Part, partColumns, partMass, partNorms, partRows, partSchema } from "./kinds.ts";
import type { Row } from "./part.ts";

export const COLUMNS_MAX = 16_384;

export const groupKey = z.strictObject({
  /** An attribute of the device's own profile; its values are public and fixed here. */
  attribute: attributeIdField,
  values: keyValuesField,
});

export const productEncoder = z.strictObject({
  kind: z.literal("product"),
  groups: z.array(groupKey).check(z.maxLength(2)),
  parts: z.array(partSchema).check(z.minLength(1), z.maxLength(16)),
});
export type ProductEncoder = z.infer<typeof productEncoder>;

/** Cells of the keys: 1 without one. */
export function groupCount({ groups }: Pick<ProductEncoder, "groups">): number {
  return groups.reduce((count, { values }) => count * values.length, 1);
}

/** The values of one group, one a key. */
export function groupValues({ groups }: Pick<ProductEncoder, "groups">, group: number): readonly string[] {
  const values: string[] = [];
  let rest = group;
  for (const key of [...groups].reverse()) {
    values.unshift(key.values[rest % key.values.length] as string);
    rest = Math.floor(rest / key.values.length);
  }
  return values;
}

/** What a group is called: "35-44", "35-44 × north"; null without keys. */
export function groupLabel(values: readonly string[]): string | null {
  return values.length === 0 ? null : values.join(" × ");
}

/** The group of a profile, or undefined when a value of it is in no group. */
export function groupOf(
  { groups }: Pick<ProductEncoder, "groups">,
  profile: Readonly<Record<string, string | undefined>>,
): number | undefined {
  let group = 0;
  for (const { attribute, values } of groups) {
    const value = Object.hasOwn(profile, attribute) ? profile[attribute] : undefined;
    const index = value === undefined ? -1 : values.indexOf(value);
    if (index < 0) return undefined;
    group = group * values.length + index;
  }
  return group;
}

/** One one-hot part alone: the circuit then proves "exactly one", so that "nothing" needs a column. */
export function hasNullColumn({ parts }: Pick<ProductEncoder, "parts">): boolean {
  return parts.length === 1 && isOneHot(parts[0] as Part);
}

export function productColumns(encoder: ProductEncoder): number {
  const own = encoder.parts.reduce((sum, part) => sum + partColumns(part), 0);
  return groupCount(encoder) * own + (hasNullColumn(encoder) ? 1 : 0);
}

export function productMap(encoder: ProductEncoder): MatrixMap {
  const groups = groupCount(encoder);
  const rows: Row[] = [];
  let offset = 0;
  for (const part of encoder.parts) {
    const own = partRows(part);
    for (let group = 0; group < groups; group++) {
      const start = offset;
      rows.push(...own.map((row) => row.map((cell, i) => (i % 2 === 0 ? cell + start : cell))));
      offset += partColumns(part);
    }
  }
  return { columns: productColumns(encoder), rows };
}

/**
 * Under zero-out. A member is in one group, whose rows read that group's columns alone; the rows of different parts are
 * different rows. So L1 norms add over the parts, and so do squared L2 norms; the bound is the same in every group.
 */
export function productSensitivity({ parts }: Pick<ProductEncoder, "parts">): Sensitivity & { readonly l1: bigint } {
  let l1 = 0n;
  let l2Squared = 0n;
  for (const part of parts) {
    const norms = partNorms(part);
    l1 += norms.l1;
    l2Squared += norms.l2Squared;
  }
  return { l1, l2Squared };
}

/** Largest sum of a contribution's integers. */
export function productMass({ parts }: Pick<ProductEncoder, "parts">): number {
  return parts.reduce((sum, part) => sum + partMass(part), 0);
}

/** The circuit that proves a contribution's shape; the chunk length is left to the planner. */
export type ProductCircuit =
  | { readonly type: "Prio3Histogram"; readonly length: number }
  | { readonly type: "Prio3MultihotCountVec"; readonly length: number; readonly maxWeight: number }
  | { readonly type: "Prio3L1BoundSum"; readonly length: number; readonly maxValue: number };

/**
 * Exactly one 1 for a single one-hot part; bits, at most so many ones, where all parts are bits; a bound on the sum for everything else,
 * never a bound on each cell alone, which would let one dishonest device fill them all.
 */
export function productCircuit(encoder: ProductEncoder): ProductCircuit {
  const length = productColumns(encoder);
  if (hasNullColumn(encoder)) return { type: "Prio3Histogram", length };
  const maxWeight = productMass(encoder);
  if (encoder.parts.every(isBits) && maxWeight <= length) return { type: "Prio3MultihotCountVec", length, maxWeight };
  return { type: "Prio3L1BoundSum", length, maxValue: productMass(encoder) };
}

/** What a dishonest device that passes the circuit can add to any row (robustness, never used as sensitivity). */
export function productReach(encoder: ProductEncoder): bigint {
  const circuit = productCircuit(encoder);
  const mass =
    circuit.type === "Prio3Histogram" ? 1 : circuit.type === "Prio3L1BoundSum" ? circuit.maxValue : circuit.maxWeight;
  let most = 0;
  for (const part of encoder.parts)
    for (const row of partRows(part))
      for (let i = 1; i < row.length; i += 2) most = Math.max(most, Math.abs(row[i] as number));
  return BigInt(mass) * BigInt(most);
}

/** @throws PacelineError invalid_query naming the part that does not hold together */
export function checkProduct(encoder: ProductEncoder): void {
  const refuse = (why: string) => fail("invalid_query", why);
  const attributes = encoder.groups.map(({ attribute }) => attribute);
  if (new Set(attributes).size !== attributes.length) refuse("both keys are the same attribute");
  for (const { attribute, values } of encoder.groups)
    if (new Set(values).size !== values.length) refuse(`a value of ${attribute} is named twice`);
  for (const [index, part] of encoder.parts.entries()) checkPart(part, `part ${index + 1} (${part.kind})`);
  const columns = productColumns(encoder);
  if (columns > COLUMNS_MAX + 1)
    refuse(`a contribution would have ${columns} integers, at most ${COLUMNS_MAX} are allowed`);
}

function checkPart(part: Part, name: string): void {
  const refuse = (why: string) => fail("invalid_query", `${name}: ${why}`);
  const ascending = (numbers: readonly number[]) =>
    numbers.every((number, i) => Number.isFinite(number) && (i === 0 || number > (numbers[i - 1] as number)));
  switch (part.kind) {
    case "histogram":
      if (!ascending(part.edges)) refuse("bin edges must ascend");
      break;
    case "category":
    case "events":
      if (new Set(part.values).size !== part.values.length) refuse("a value is named twice");
      break;
    case "moments":
      if (part.clip.length !== part.values.length) refuse("one pair of clip bounds a value");
      if (!part.clip.every(ascending)) refuse("the lower clip bound must be below the upper one");
      // A hundred million members still add up to what a double holds exactly.
      if (part.weight * part.resolution > 2 ** 26) refuse("weight times resolution is beyond 2^26");
      break;
  }
}
