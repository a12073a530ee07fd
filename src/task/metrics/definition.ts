// What a device must know of a metric, an attribute or a formula that is not built in: its definition, signed with the
// operator's registry key. A definition stands beside the built-in table; it can never change a row of it.

import { fromBase64Url, toBase64Url, utf8 } from "../../base/bytes.ts";
import { canonicalJson, type Json } from "../../base/canonical.ts";
import * as z from "../../base/schema.ts";
import type { Crypto } from "../../ports/crypto.ts";
import type { Signer } from "../../ports/signer.ts";
import { baseAttributes, baseMetrics, builtIn, type Metric, type Registry, registryWith } from "../metrics.ts";
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
import { formulaRows } from "./formulas.ts";

const definitionSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("metric"), ...metricFields }),
  z.strictObject({
    kind: z.literal("attribute"),
    id: attributeIdField,
    title: titleField,
    /** The public list: a task may ask for these values and no others. */
    values: valuesField,
    /** Of what happens rather than is: values that one member counts for. */
    cap: z.optional(capField),
    purposes: purposesField,
  }),
  z.strictObject({
    kind: z.literal("formula"),
    id: metricIdField,
    title: titleField,
    unit: unitField,
    formula: z.string().check(z.minLength(1), z.maxLength(400)),
  }),
]);
export type Definition = z.infer<typeof definitionSchema>;

const hash = z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/));

export const signedDefinitionSchema = z.strictObject({
  definition: definitionSchema,
  /** SHA-256 of the bytes that are signed, base64url. */
  hash,
  /** Ed25519, base64url. */
  signature: z.string().check(z.regex(/^[A-Za-z0-9_-]{86}$/)),
});
export type SignedDefinition = z.infer<typeof signedDefinitionSchema>;

/** What is signed: a label of its own, so that it can stand for nothing else, and the definition. */
function definitionBytes(definition: Definition): Uint8Array {
  return utf8(`paceline registry v1\n${canonicalJson(definition as unknown as Json)}`);
}

export async function hashDefinition(crypto: Crypto, definition: Definition): Promise<string> {
  return toBase64Url(await crypto.sha256(definitionBytes(definition)));
}

export async function signDefinition(
  crypto: Crypto,
  signer: Signer,
  definition: Definition,
): Promise<SignedDefinition> {
  return {
    definition,
    hash: await hashDefinition(crypto, definition),
    signature: toBase64Url(await signer.sign(definitionBytes(definition))),
  };
}

const titles: ReadonlySet<string> = new Set(
  [...baseMetrics, ...baseAttributes, ...formulaRows].map(({ title }) => title),
);

/** What a service takes from an operator's file. Plain data. */
export interface OperatorRegistry {
  readonly definitions: readonly SignedDefinition[];
  /** Attribute → its public list of values. */
  readonly lists: Readonly<Record<string, readonly string[]>>;
}

export const noOperator: OperatorRegistry = { definitions: [], lists: {} };

/** Why a definition is none that anyone may take, or undefined. */
export function definitionFault(definition: Definition): string | undefined {
  const { kind, id } = definition;
  if (kind === "attribute" ? builtIn.attribute(id) !== undefined : builtIn.knows(id))
    return "it is built in, and no definition changes it";
  if (titles.has(definition.title)) return `"${definition.title}" is the title of something built in`;
  if (kind === "formula" && builtIn.formula(definition.formula) !== undefined)
    return "its formula is built in under another name";
  if (kind === "attribute") return listProblem(definition.values, definition.cap);
  return kind === "metric" ? boundsProblem(definition) : undefined;
}

/** Whose definitions a party takes. */
export interface DefinitionTrust {
  /** Ed25519, pinned. */
  readonly key?: Uint8Array | undefined;
  /** Hashes of definitions that are taken without a signature: one's own file. */
  readonly own?: ReadonlySet<string>;
}

/** @returns why the definitions are not taken, or undefined: fit to show to the member */
export async function definitionsFault(
  crypto: Crypto,
  signed: readonly SignedDefinition[],
  trust: DefinitionTrust,
): Promise<string | undefined> {
  const seen = new Set<string>();
  for (const { definition, hash, signature } of signed) {
    const name = `the definition of "${definition.id}"`;
    const fault = definitionFault(definition);
    if (fault !== undefined) return `${name}: ${fault}`;
    const key = `${definition.kind === "attribute" ? "attribute" : "metric"} ${definition.id}`;
    if (seen.has(key)) return `${name} is there twice`;
    seen.add(key);
    if (hash !== (await hashDefinition(crypto, definition))) return `${name} has another hash`;
    if (trust.own?.has(hash)) continue;
    if (trust.key === undefined) return `"${definition.id}" is unknown here, and no registry key is pinned`;
    if (!(await crypto.ed25519Verify(trust.key, definitionBytes(definition), fromBase64Url(signature))))
      return `${name} is not signed with the pinned registry key`;
  }
  return undefined;
}

/** The built-in registry and a manifest's definitions: for whoever has checked them, or proves what follows from them. */
export function registryOf({
  definitions,
}: {
  readonly definitions?: readonly SignedDefinition[] | undefined;
}): Registry {
  if (definitions === undefined || definitions.length === 0) return builtIn;
  const rows = definitions.map(({ definition }) => definition);
  return registryWith({
    metrics: rows.flatMap((row) => (row.kind === "metric" ? [metricOf(row)] : [])),
    attributes: rows.filter((row) => row.kind === "attribute"),
    formulas: rows.filter((row) => row.kind === "formula"),
  });
}

type MetricDefinition = Omit<Extract<Definition, { kind: "metric" }>, "kind">;

/** Bounds as the rest of the code has them. */
export function metricOf({ id, title, unit, clip, plausible, rule, coverage, purposes }: MetricDefinition): Metric {
  return {
    id,
    title,
    unit,
    clip: { min: clip[0], max: clip[1] },
    plausible: { min: plausible[0], max: plausible[1] },
    rule,
    coverage,
    purposes,
  };
}
