// `paceline registry`: checks and signs an operator's registry file; and how the services read one.
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { fail } from "../base/errors.ts";
import { parseJson } from "../base/json.ts";
import { nodeCrypto, openKeyring } from "../platform/node/index.ts";
import { privateMode } from "../platform/node/private.ts";
import { noOperator, type OperatorRegistry } from "../task/metrics/definition.ts";
import { openRegistry, operatorRows, signRegistry } from "../task/metrics/operator.ts";
import { parseRegistry, type RegistryFile } from "../task/metrics/schema.ts";

/** @throws PacelineError not_found, invalid_data */
function read(path: string): RegistryFile {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    fail("not_found", `${path} cannot be read`, { cause, hint: "Give the path of a registry file (JSON)." });
  }
  return parseRegistry(parseJson(text, path, "invalid_data"), path);
}

export function checkRegistry(path: string): void {
  const { definitions, lists } = operatorRows(read(path), path);
  const lines = definitions.map(({ kind, id, title }) => `${kind} ${id}: ${title}`);
  for (const [attribute, values] of Object.entries(lists)) lines.push(`values of ${attribute}: ${values.join(", ")}`);
  process.stdout.write(`${lines.join("\n")}\n`);
}

export async function writeSigned(path: string, { keys, out = path }: { keys: string; out?: string }): Promise<void> {
  const file = read(path);
  if (statSync(keys, { throwIfNoEntry: false }) === undefined)
    fail("not_found", `there is no key file ${keys}`, { hint: `Make it, once: paceline keys ${keys}` });
  const { signer } = openKeyring(keys, "refuse");
  const signed = await signRegistry(nodeCrypto, signer, file, path);
  writeFileSync(out, `${JSON.stringify(signed, null, 2)}\n`, { mode: privateMode });
  process.stdout.write(`${JSON.stringify({ registryKey: signed.signed?.key })}\n`);
}

/** A helper goes by its own file, signed or not; what a coordinator adds is for devices, which want the signatures. */
export async function serviceRegistry(
  role: "coordinator" | "helper",
  path: string | undefined,
): Promise<OperatorRegistry> {
  if (path === undefined) return noOperator;
  return await openRegistry(nodeCrypto, read(path), path, { unsigned: role === "helper" });
}
