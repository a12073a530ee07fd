// The registry as a document: the built-in table and operators' files have one shape and pass one check. Files are
// checked whole; the first row that is wrong is named with its reason.

import { fail } from "../../base/errors.ts";
import * as z from "../../base/schema.ts";
import {
  attributeIdField,
  boundsProblem,
  capField,
  listProblem,
  metricFields,
  metricIdField,
  purposesField,
  titleField,
  unitField,
  valuesField,
} from "./fields.ts";

const codes = (pattern: RegExp) => z.array(z.string().check(z.regex(pattern))).check(z.maxLength(8));
const caveat = z.string().check(z.minLength(1), z.maxLength(300));

const metricRow = z.strictObject({
  ...metricFields,
  codes: z.strictObject({
    loinc: codes(/^[0-9]{3,6}-[0-9]$/),
    /** Schema names: "ieee:" those of IEEE 1752.1, "omh:" Open mHealth's, which it grew from. */
    ieee1752: codes(/^(ieee|omh):[a-z0-9-]{1,60}$/),
    healthKit: codes(/^HK[A-Za-z0-9]{1,80}$/),
    healthConnect: codes(/^[A-Z][A-Za-z0-9]{1,60}Record$/),
  }),
  /** What one value stands for: the local day, or the night that ends on it. */
  grain: z.enum(["day", "night"]),
  caveat,
});

const attributeRow = z.strictObject({
  id: attributeIdField,
  title: titleField,
  /** The public list of values; null: the operator has to set one. */
  values: z.nullable(valuesField),
  /** Only of what happens, on days, rather than is: so many values one member counts for, each once. */
  cap: z.optional(capField),
  purposes: purposesField,
  caveat,
});

const derivedRow = z.strictObject({
  id: metricIdField,
  title: titleField,
  unit: unitField,
  /** Numbers, metrics of the registry, + - * /, min() and max(). */
  formula: z.string().check(z.minLength(1), z.maxLength(300)),
  caveat,
});

export const registrySchema = z.strictObject({
  version: z.literal(1),
  metrics: z.array(metricRow).check(z.maxLength(1000)),
  attributes: z.array(attributeRow).check(z.maxLength(200)),
  derived: z.array(derivedRow).check(z.maxLength(1000)),
  /** Made by `paceline registry sign`: an Ed25519 key and a signature a row, base64url, by kind and id. */
  signed: z.optional(
    z.strictObject({
      key: z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/)),
      signatures: z.record(z.string(), z.string().check(z.regex(/^[A-Za-z0-9_-]{86}$/))),
    }),
  ),
});

export type RegistryFile = z.infer<typeof registrySchema>;

/** @param name of the file, for messages @throws PacelineError invalid_data naming the file, the row and the reason */
export function parseRegistry(json: unknown, name: string): RegistryFile {
  const parsed = z.safeParse(registrySchema, json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const [part, index, ...field] = issue?.path ?? [];
    const row = typeof index === "number" ? rowName(json, String(part), index) : String(part ?? "the document");
    fail("invalid_data", `${name}: ${[row, ...field.map(String)].join(": ")}: ${issue?.message ?? "wrong"}`);
  }
  const file = parsed.data;
  const refuse = (part: string, index: number, why: string) =>
    fail("invalid_data", `${name}: ${rowName(file, part, index)}: ${why}`);
  const seen = new Map<string, string>();
  for (const part of ["metrics", "attributes", "derived"] as const)
    file[part].forEach(({ id, title }, index) => {
      for (const [what, key] of [
        ["id", `${part === "attributes" ? "attribute" : "metric"} ${id}`],
        ["title", title],
      ] as const) {
        const before = seen.get(key);
        if (before !== undefined) refuse(part, index, `its ${what} is that of ${before}`);
        seen.set(key, rowName(file, part, index));
      }
    });
  file.metrics.forEach((metric, index) => {
    const why = boundsProblem(metric);
    if (why !== undefined) refuse("metrics", index, why);
  });
  file.attributes.forEach(({ values, cap }, index) => {
    const why = values === null ? undefined : listProblem(values, cap);
    if (why !== undefined) refuse("attributes", index, why);
  });
  return file;
}

/** `metrics row 3 ("calm")`, counted from 1. */
export function rowName(json: unknown, part: string, index: number): string {
  const row = (json as Record<string, readonly unknown[]>)[part]?.[index];
  const id = typeof row === "object" && row !== null && "id" in row ? row.id : undefined;
  return `${part} row ${index + 1}${typeof id === "string" ? ` ("${id.slice(0, 40)}")` : ""}`;
}
