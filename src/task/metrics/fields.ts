// The part of a metric that a device needs: what the registry, signed definitions in manifests and operators' files share.
import * as z from "../../base/schema.ts";
import { type Purpose, purposeNames } from "../purposes.ts";

/** Magnitudes above this are no measurement of anyone. */
const MAGNITUDE_MAX = 1e9;

const magnitude = z.number().check(z.gte(-MAGNITUDE_MAX), z.lte(MAGNITUDE_MAX));
/** [least, most], both included. */
export const boundsField = z.tuple([magnitude, magnitude]);
export const metricIdField = z.string().check(z.regex(/^[a-z][a-z0-9_]{0,31}$/));
export const attributeIdField = z.string().check(z.regex(/^[a-z][A-Za-z0-9]{0,31}$/));
export const titleField = z.string().check(z.minLength(1), z.maxLength(60));
/** UCUM's own characters; which units formulas can be checked with is units.ts's to say. */
export const unitField = z.string().check(z.regex(/^[A-Za-z0-9{}%/._^*-]{1,32}$/));
export const purposesField = z
  .array(z.enum(purposeNames as [Purpose, ...Purpose[]]))
  .check(z.minLength(1), z.maxLength(purposeNames.length));
const publicValue = z.string().check(z.minLength(1), z.maxLength(40));
/** Longer than 64 only of what happens: nothing is split by it (listProblem). */
export const valuesField = z.array(publicValue).check(z.minLength(1), z.maxLength(256));
/** Values that a group key or a condition names. */
export const keyValuesField = z.array(publicValue).check(z.minLength(1), z.maxLength(64));
/** Values of a list of events that one member counts for in one answer. */
export const capField = z.int().check(z.gte(1), z.lte(32));

/** How several values of one day become one. */
export const rules = ["sum", "mean", "last", "max"] as const;
/**
 * What a missing value means. worn: nothing is 0 only while the device is worn, else missing. measured: there is a value
 * only where one was measured. counted: the operator's own systems give each day's count, 0 included, whether or not the
 * device was worn. answered: only where the member answered.
 */
export const coverages = ["worn", "measured", "counted", "answered"] as const;

export type Rule = (typeof rules)[number];
export type Coverage = (typeof coverages)[number];

export const metricFields = {
  id: metricIdField,
  title: titleField,
  /** UCUM */
  unit: unitField,
  rule: z.enum(rules),
  /** Public bounds of one day's value; values outside are clipped on the device. */
  clip: boundsField,
  /** Outside of these a value is taken for a fault: missing, counted, never clipped. */
  plausible: boundsField,
  coverage: z.enum(coverages),
  purposes: purposesField,
};

/** Why a list of values cannot be that of an attribute, or undefined. */
export function listProblem(values: readonly string[], cap: number | undefined): string | undefined {
  if (new Set(values).size < values.length) return "a value is named twice";
  if (cap === undefined && values.length > 64) return `it has ${values.length} values, at most 64 are allowed`;
  return undefined;
}

interface Bounded {
  readonly clip: readonly [number, number];
  readonly plausible: readonly [number, number];
}

/** Why the two pairs of bounds cannot be, or undefined. */
export function boundsProblem({ clip, plausible }: Bounded): string | undefined {
  if (!(clip[0] < clip[1])) return `its clip bounds ${clip[0]} to ${clip[1]} do not ascend`;
  if (!(plausible[0] < plausible[1])) return `its plausible bounds ${plausible[0]} to ${plausible[1]} do not ascend`;
  if (plausible[0] >= clip[1] || plausible[1] <= clip[0]) return "no plausible value lies within its clip bounds";
  return undefined;
}
