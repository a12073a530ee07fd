// The registrar as its coordinator knows it: whether what the two are configured with goes together. Asked at start and by doctor, as
// else the first round would tell.
import { call } from "../../api/call.ts";
import { registrarRoutes } from "../../api/masked.ts";
import { toBase64Url } from "../../base/bytes.ts";
import { fail, isPacelineError } from "../../base/errors.ts";
import type { ServiceLog } from "../../ports/service-log.ts";
import type { Transport } from "../../ports/transport.ts";
import type { CoordinatorTerms } from "../terms.ts";

type RegistrarTerms = NonNullable<CoordinatorTerms["registrar"]>;

/**
 * @param coordinator its own address and the key that its manifests are signed with
 * @throws PacelineError misconfigured naming each difference, unavailable, not_found where what answers does not say
 */
export async function checkRegistrar(
  transport: Transport,
  registrar: Pick<RegistrarTerms, "url" | "key">,
  coordinator: { readonly url: string; readonly registerKey: Uint8Array },
): Promise<void> {
  const said = await call({ transport, url: registrar.url }, registrarRoutes.registrar);
  const known = said.coordinators.find(({ url }) => url === coordinator.url);
  const different = [
    said.url !== registrar.url && `it calls itself ${said.url}, here it is ${registrar.url}`,
    said.key !== toBase64Url(registrar.key) && "its key is another than here",
    known === undefined && `it takes no members for ${coordinator.url}`,
    known !== undefined &&
      known.registerKey !== toBase64Url(coordinator.registerKey) &&
      "it knows this coordinator with another signing key",
  ].filter((one) => one !== false);
  if (different.length > 0)
    fail("misconfigured", `the registrar is configured otherwise: ${different.join("; ")}`, {
      hint: "Both operators compare their files: `pinned.json` of the coordinator, `for-coordinator.json` of the registrar.",
    });
}

/** One that is away now is met with the first round. @throws PacelineError misconfigured */
export async function meetRegistrar(...of: [...Parameters<typeof checkRegistrar>, ServiceLog]): Promise<void> {
  const [transport, registrar, coordinator, log] = of;
  try {
    await checkRegistrar(transport, registrar, coordinator);
  } catch (error) {
    if (!isPacelineError(error)) throw error;
    if (error.code === "misconfigured") throw error;
    // One that an app's own server mounts may not let this be asked.
    if (error.code !== "not_found")
      log(`registrar: ${error.code}: ${error.message}`, "partner.unwell", { code: error.code });
  }
}
