// Whose account a request is, as the app's own server says: OAuth 2.0 token introspection (RFC 7662) of the bearer token that a device
// shows. The registrar keeps neither, and asks each time: a session that has ended gives no place in a round.
import { fromUtf8, utf8 } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import { parseJson } from "../../base/json.ts";
import { TOKEN_CHARACTERS } from "../../http/bearer.ts";
import type { Authorise } from "../../issuer/index.ts";
import type { Transport } from "../../ports/transport.ts";
import type { RegistrarConfig } from "./registrar-config.ts";

const ANSWER_BYTES_MAX = 64 * 1024;
const SUBJECT_MAX = 1000;
/** A signed session may be some kilobytes. */
const SESSION = new RegExp(`^Bearer (${TOKEN_CHARACTERS}{1,8192})$`, "i");

/**
 * @returns undefined for who shows no token, and for one that is of no session
 * @throws PacelineError unavailable when the app's server gives no such answer, misconfigured when it does not know this registrar
 */
export function introspected(
  transport: Transport,
  { url, token }: Pick<RegistrarConfig["accounts"], "url" | "token">,
): (request: Request) => Promise<string | undefined> {
  const headers = {
    "content-type": "application/x-www-form-urlencoded",
    accept: "application/json",
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  return (async (request) => {
    const shown = SESSION.exec(request.headers.get("authorization") ?? "")?.[1];
    if (shown === undefined) return undefined;
    const body = utf8(new URLSearchParams({ token: shown, token_type_hint: "access_token" }).toString());
    const response = await transport.send({ method: "POST", url, headers, body, responseBytesMax: ANSWER_BYTES_MAX });
    if (response.status === 401 || response.status === 403)
      fail("misconfigured", `what says whose accounts are refuses this registrar (status ${response.status})`, {
        hint: "Compare `accounts.token` with what the app's server takes.",
      });
    if (response.status !== 200)
      fail("unavailable", `what says whose accounts are answers with status ${response.status}`);
    return subjectOf(response.body);
  }) satisfies Authorise;
}

/** RFC 7662 section 2.2: `active` is needed, and an account has to have a name that stays. */
function subjectOf(body: Uint8Array): string | undefined {
  const said = readJson(body) as { readonly active?: unknown; readonly sub?: unknown } | null;
  if (typeof said !== "object" || said === null || typeof said.active !== "boolean")
    return fail("unavailable", "what says whose accounts are gives no answer of RFC 7662");
  if (!said.active) return undefined;
  return typeof said.sub === "string" && said.sub !== "" && said.sub.length <= SUBJECT_MAX
    ? said.sub
    : fail("unavailable", "what says whose accounts are names no account (`sub`) of a session that is active");
}

function readJson(body: Uint8Array): unknown {
  try {
    return parseJson(fromUtf8(body), "an answer about an account");
  } catch (cause) {
    return fail("unavailable", "what says whose accounts are gives no answer of RFC 7662", { cause });
  }
}
