// The registrar of a coordinator's masked rounds, as the coordinator reaches it.
import { fromBase64Url } from "../../base/bytes.ts";
import { isPacelineError } from "../../base/errors.ts";
import { checkRegistrar } from "../../coordinator/masked/registrar.ts";
import { openKeyring } from "../../platform/node/index.ts";
import type { Transport } from "../../ports/transport.ts";
import type { AnyConfig, CoordinatorConfig } from "../serve/config.ts";
import { type Finding, finding, ok } from "./finding.ts";
import { serviceFindings } from "./pair.ts";

/** Nothing of a service that has no registrar. */
export async function registrarFindings(known: AnyConfig, transport: Transport): Promise<readonly Finding[]> {
  if (known.role !== "coordinator" || known.config.registrar === undefined) return [];
  const { config } = known;
  const { registrar } = known.config;
  return [
    ...(await serviceFindings("the registrar", registrar.url, transport)),
    await finding("agreement with the registrar", () => agreement(config, registrar, transport)),
  ];
}

async function agreement(
  { url, keys }: Pick<CoordinatorConfig, "url" | "keys">,
  registrar: NonNullable<CoordinatorConfig["registrar"]>,
  transport: Transport,
): Promise<Omit<Finding, "what">> {
  const registerKey = openKeyring(keys, "refuse").signer.publicKey;
  const named = { url: registrar.url, key: fromBase64Url(registrar.key) };
  try {
    await checkRegistrar(transport, named, { url, registerKey });
  } catch (error) {
    if (!isPacelineError(error) || error.code !== "not_found") throw error;
    return { state: "warning", detail: `${registrar.url} does not say whose rounds it takes members for` };
  }
  return ok("it takes members for this coordinator's rounds, and both have each other's address and keys");
}
