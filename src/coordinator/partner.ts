// The helper as the coordinator reaches it. What the two services get wrong about each other is theirs and not the
// analyst's: it comes back under a code of its own, and /health tells it.
import { call } from "../api/call.ts";
import { helperRoutes } from "../api/routes.ts";
import { fromBase64Url, toBase64Url } from "../base/bytes.ts";
import { fail, isPacelineError, PacelineError } from "../base/errors.ts";
import { BusyPeer, busyPeer } from "../http/busy.ts";
import { decodeDapProblem } from "../http/dap-problem.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { ServiceLog } from "../ports/service-log.ts";
import type { Transport } from "../ports/transport.ts";
import { isSignedReceivingKey } from "../task/receiving-key.ts";
import type { CoordinatorTerms, HelperTerms } from "./terms.ts";

/** @throws PacelineError policy_refused where this coordinator works alone */
export function helperOf({ helper }: Pick<CoordinatorTerms, "helper">): HelperTerms {
  return (
    helper ??
    fail(
      "policy_refused",
      "this coordinator has no helper: it trains models by masked sums, and answers nothing else",
      {
        hint: 'A training says "sharing": "masked" (docs/training.md). Questions need a helper that another organisation runs.',
      },
    )
  );
}

/** Whom this coordinator works with, and under which address of its own. */
export interface Pair {
  readonly url: string;
  readonly helper: HelperTerms;
}

/** A transport that also knows how its last exchange ended. */
export interface PartnerTransport extends Transport {
  /** Why the helper cannot be worked with, as of the last exchange. */
  trouble(): PacelineError | undefined;
}

/** @param transport used for the helper alone */
export function partnerTransport(transport: Transport): PartnerTransport {
  let trouble: PacelineError | undefined;
  return {
    trouble: () => trouble,
    async send(request) {
      try {
        const response = await transport.send(request);
        const busy = busyPeer(response);
        trouble = ownTrouble(response.status, response.body, request.url);
        if (trouble !== undefined) throw busy === undefined ? trouble : againLater(trouble, busy);
        return response;
      } catch (error) {
        if (isPacelineError(error)) trouble = error;
        throw error;
      }
    },
  };
}

/** The same, with the time that the helper has named. */
const againLater = ({ message, hint }: PacelineError, { retryAfterMs }: BusyPeer) =>
  new BusyPeer("unavailable", message, retryAfterMs, hint);

/** What was created there may be gone; the helper is not for that. */
const CREATED = /\/tasks\/[\w-]+\/\w+\/[\w-]+(\?|$)/;

/** An answer that is about the two services, and not about what was asked. */
function ownTrouble(status: number, body: Uint8Array, url: string): PacelineError | undefined {
  if (status < 300 || status === 413) return undefined;
  const problem = decodeDapProblem(status, body);
  const { code, message } = problem;
  if (code === "unauthorized")
    return new PacelineError("misconfigured", "the helper does not accept this coordinator's token", {
      hint: "Its operator and this one's compare `helper.token` here with `leaderToken` there.",
    });
  if (code === "not_found" && !CREATED.test(url))
    return new PacelineError("misconfigured", "what answers at the helper's address is no helper of this version", {
      hint: "Compare `helper.url` with the helper's `url`, and the versions of both services.",
    });
  if (code === "storage_full" || code === "rate_limited")
    return new PacelineError("unavailable", `the helper takes nothing now: ${message}`);
  return code === "unavailable" ? problem : undefined;
}

/**
 * Compares what either side is configured with. Asked at start, so that two services that cannot work together do not
 * look as if they did until the first question.
 * @returns the encoded HpkeConfig of the receiving key that the helper has now: signed, it may be newer than the configuration's
 * @throws PacelineError misconfigured naming each difference, unavailable when the helper does not answer
 */
export async function checkPartner(
  transport: Transport,
  crypto: Pick<Crypto, "ed25519Verify">,
  { url, helper }: Pair,
): Promise<Uint8Array> {
  const said = await call({ transport, url: helper.url, token: helper.token }, helperRoutes.partner);
  const different = [
    said.url !== helper.url && `it calls itself ${said.url}, here it is ${helper.url}`,
    said.leaderUrl !== url && `its leader is ${said.leaderUrl}, this is ${url}`,
    said.signingKey !== toBase64Url(helper.signingKey) && "its signing key is another than here",
    said.hpke !== toBase64Url(helper.hpke) &&
      !(await isSignedReceivingKey(crypto, helper.signingKey, said)) &&
      "its HPKE key is another than here, and not signed with its signing key",
  ].filter((one) => one !== false);
  if (different.length > 0)
    throw new PacelineError("misconfigured", `the helper is configured otherwise: ${different.join("; ")}`, {
      hint: "Both operators compare their files; `paceline keys` prints a service's public keys.",
    });
  return fromBase64Url(said.hpke);
}

const AGAIN_MS = 1000;
/** A helper that is started together with the coordinator needs no word in its log. */
const QUIET_MS = 10_000;

/**
 * Asks the helper once before serving, and goes on asking while it does not answer: it may be started later.
 * @returns the health probe @throws PacelineError misconfigured
 */
export async function meetPartner(
  transport: PartnerTransport,
  crypto: Pick<Crypto, "ed25519Verify">,
  pair: Pair,
  log: ServiceLog,
): Promise<() => Promise<void>> {
  const since = performance.now();
  let met: PacelineError | undefined;
  let told: string | undefined;
  async function meet(): Promise<void> {
    try {
      await checkPartner(transport, crypto, pair);
      met = undefined;
    } catch (error) {
      met = isPacelineError(error) ? error : new PacelineError("internal", String(error));
      setTimeout(again, AGAIN_MS).unref();
    }
  }
  async function again(): Promise<void> {
    await meet();
    if (met === undefined || performance.now() - since < QUIET_MS || told === met.message) return;
    told = met.message;
    log(`helper: ${met.code}: ${met.message}`, "partner.unwell", { code: met.code });
  }
  await meet();
  if (met?.code === "misconfigured") throw met;
  return async () => {
    const trouble = met ?? transport.trouble();
    if (trouble !== undefined) throw trouble;
  };
}
