// An operator's registry file: rows beside the built-in ones, and the operator's lists of values for built-in attributes.
// Checked whole against the built-in table; what devices will need of it is signed.
import { fromBase64Url, toBase64Url } from "../../base/bytes.ts";
import { fail, isPacelineError } from "../../base/errors.ts";
import type { Crypto } from "../../ports/crypto.ts";
import type { Signer } from "../../ports/signer.ts";
import { compileFormula } from "../compile.ts";
import { derive } from "../derived.ts";
import { formulaOf } from "../expression.ts";
import { builtIn, registryWith } from "../metrics.ts";
import {
  type Definition,
  definitionFault,
  definitionsFault,
  hashDefinition,
  metricOf,
  type OperatorRegistry,
  type SignedDefinition,
  signDefinition,
} from "./definition.ts";
import { type RegistryFile, rowName } from "./schema.ts";
import { unitChecker } from "./units.ts";

export interface OperatorRows {
  readonly definitions: readonly Definition[];
  readonly lists: OperatorRegistry["lists"];
}

/** @param name of the file, for messages @throws PacelineError invalid_data naming the file, the row and the reason */
export function operatorRows(file: RegistryFile, name: string): OperatorRows {
  const definitions: Definition[] = [];
  const lists: Record<string, readonly string[]> = {};
  const refuse = (part: "metrics" | "attributes" | "derived", index: number, why: string) =>
    fail("invalid_data", `${name}: ${rowName(file, part, index)}: ${why}`);
  const add = (part: "metrics" | "attributes" | "derived", index: number, definition: Definition) => {
    const fault = definitionFault(definition);
    if (fault !== undefined) refuse(part, index, fault);
    definitions.push(definition);
  };
  const units = unitChecker();
  file.metrics.forEach(({ codes: _, grain: __, caveat: ___, ...metric }, index) => {
    const fault = units.fault(metric.unit);
    if (fault !== undefined) refuse("metrics", index, fault);
    add("metrics", index, { kind: "metric", ...metric });
  });
  file.attributes.forEach(({ id, title, values, cap, purposes }, index) => {
    const own = cap === undefined ? {} : { cap };
    const known = builtIn.attribute(id);
    if (values === null) refuse("attributes", index, "an operator's attribute has a list of values");
    else lists[id] = values;
    if (known === undefined)
      add("attributes", index, { kind: "attribute", id, title, values: values ?? [], ...own, purposes });
    else if (known.title !== title || known.cap !== cap || known.purposes.join() !== purposes.join())
      refuse("attributes", index, "it is built in: only its list of values can be set");
  });
  const registry = registryWith({
    metrics: definitions.flatMap((each) => (each.kind === "metric" ? [metricOf(each)] : [])),
    attributes: [],
    formulas: [],
  });
  file.derived.forEach(({ id, title, unit, formula }, index) => {
    try {
      const unitOf = (metric: string) =>
        registry.metric(metric)?.unit ?? fail("invalid_query", `there is no metric "${metric}"`);
      const tree = units.check(compileFormula(formula), unitOf, unit);
      const row = { id, title, unit, formula: formulaOf(tree) };
      if (derive(row, registry).purposes.length === 0) refuse("derived", index, "its metrics share no purpose");
      add("derived", index, { kind: "formula", ...row });
    } catch (error) {
      if (isPacelineError(error) && error.code === "invalid_query") refuse("derived", index, error.message);
      throw error;
    }
  });
  return { definitions, lists };
}

const keyOf = ({ kind, id }: Definition) => `${kind}:${id}`;

/** The file with its rows signed, so that devices that pin the key take them. */
export async function signRegistry(
  crypto: Crypto,
  signer: Signer,
  file: RegistryFile,
  name: string,
): Promise<RegistryFile> {
  const { definitions } = operatorRows(file, name);
  const signatures: Record<string, string> = {};
  for (const definition of definitions)
    signatures[keyOf(definition)] = (await signDefinition(crypto, signer, definition)).signature;
  return { ...file, signed: { key: toBase64Url(signer.publicKey), signatures } };
}

/**
 * @param unsigned a helper decides by its own file, whoever signed it; a coordinator's rows go to devices
 * @throws PacelineError invalid_data naming the file, the row and the reason
 */
export async function openRegistry(
  crypto: Crypto,
  file: RegistryFile,
  name: string,
  { unsigned = false }: { readonly unsigned?: boolean } = {},
): Promise<OperatorRegistry> {
  const { definitions, lists } = operatorRows(file, name);
  const signed: SignedDefinition[] = [];
  for (const definition of definitions) {
    const signature = file.signed?.signatures[keyOf(definition)];
    if (signature === undefined && !unsigned)
      fail("invalid_data", `${name}: "${definition.id}" is not signed`, {
        hint: "Sign the file: paceline registry sign FILE --keys KEYFILE.",
      });
    signed.push({ definition, hash: await hashDefinition(crypto, definition), signature: signature ?? "" });
  }
  const key = file.signed === undefined ? undefined : fromBase64Url(file.signed.key);
  const fault = unsigned ? undefined : await definitionsFault(crypto, signed, { key });
  if (fault !== undefined)
    fail("invalid_data", `${name}: ${fault}`, { hint: "Sign the file again after every change." });
  return { definitions: signed, lists };
}
