// A running pair, seen from one of the two: does each service answer at its public address and is well, are they who the
// configuration says, do their clocks and versions agree, does each take the other's token.
import { call } from "../../api/call.ts";
import { coordinatorRoutes, helperRoutes } from "../../api/routes.ts";
import { fromBase64Url, fromUtf8, toBase64Url } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import { parseJson } from "../../base/json.ts";
import { checkPartner } from "../../coordinator/partner.ts";
import { nodeClock, nodeCrypto, openKeyring } from "../../platform/node/index.ts";
import type { Transport, TransportResponse } from "../../ports/transport.ts";
import { HpkeConfig, HpkeConfigList } from "../../protocol/dap/hpke-config.ts";
import { hpkeText } from "../../task/receiving-key.ts";
import type { AnyConfig } from "../serve/config.ts";
import { version } from "../version.ts";
import { type Finding, finding, ok, unasked } from "./finding.ts";
import { receivingKeyFindings } from "./receiving-keys.ts";

/** Reports dated 300 s ahead are refused: well before that somebody should look. */
const CLOCK_WRONG_MS = 60_000;
/** `Date` counts whole seconds, and the way there takes time. */
const CLOCK_WARN_MS = 5000;
const BYTES_MAX = 4 * 1024 * 1024;

/** Whom a transport believes, and what it shows, may differ from one service to the other. */
interface Transports {
  readonly own: Transport;
  readonly other: Transport;
}

export async function pairFindings(known: AnyConfig, transports: Transports): Promise<readonly Finding[]> {
  const { role, config } = known;
  const other = role === "coordinator" ? "helper" : "coordinator";
  const otherUrl = known.role === "coordinator" ? known.config.helper?.url : known.config.leaderUrl;
  const findings = [...(await serviceFindings(`this ${role}`, config.url, transports.own))];
  const keys = await finding(`keys of this ${role}`, () => servesKeys(config.url, config.keys, transports.own));
  findings.push(keys);
  const itself = keys.state === "ok";
  if (itself)
    findings.push(
      ...(await receivingKeyFindings(known, transports.own)),
      ...(await parkedFindings(known, transports.own)),
    );
  else findings.push({ what: "receiving keys and jobs", ...unasked("optional") });
  if (otherUrl === undefined) return [...findings, { what: "the helper", state: "optional", detail: NO_HELPER }];
  const there = await serviceFindings(`the ${other}`, otherUrl, transports.other);
  const agreed = () => (there[0]?.state === "missing" ? unasked("missing") : agreement(known, transports, itself));
  return [...findings, ...there, await finding("agreement of both", agreed)];
}

const NO_HELPER = "the configuration names none: this coordinator trains by masked sums and answers no question";

export const get = (transport: Transport, url: string) =>
  transport.send({ method: "GET", url, responseBytesMax: BYTES_MAX });

/**
 * The first is "missing" where no Paceline service answers, "wrong" where one says that it is not well.
 * @param versioned it says its version, at /openapi.json
 */
export async function serviceFindings(
  name: string,
  url: string,
  transport: Transport,
  versioned = true,
): Promise<readonly Finding[]> {
  let answer: TransportResponse;
  const sent = nodeClock.now();
  try {
    answer = await get(transport, `${url}/health`);
  } catch (error) {
    const rest = versioned ? "clock and version are not known" : "its clock is not known";
    return [{ what: name, state: "missing", detail: `${(error as Error).message}; ${rest}` }];
  }
  const between = (sent + nodeClock.now()) / 2;
  return [
    await finding(name, () => health(answer, url), "missing"),
    await finding(`clock of ${name}`, () => clock(answer, between)),
    ...(versioned ? [await finding(`version of ${name}`, () => versionOf(url, transport))] : []),
  ];
}

function health({ status, body }: TransportResponse, url: string): Omit<Finding, "what"> {
  const said = parseJson(fromUtf8(body), `the answer of ${url}/health`) as {
    readonly ok?: boolean;
    readonly problems?: readonly { readonly part?: string; readonly code?: string; readonly title?: string }[];
  } | null;
  if (said?.ok === true && status === 200) return ok(`${url} answers, and all its parts are well`);
  const problems = (said?.problems ?? []).map(({ part, code, title }) => `${part}: ${title} [${code}]`);
  return problems.length > 0
    ? { state: "wrong", detail: `${url} says ${problems.join("; ")}` }
    : fail("unavailable", `${url} says status ${status}, and no Paceline service does`);
}

/** @param local when it was answered, by this machine, in Unix milliseconds */
export function clock({ headers }: TransportResponse, local: number) {
  // Half a second more: what the header cuts off, on average.
  const away = Date.parse(headers.date ?? "") + 500 - local;
  if (Number.isNaN(away)) return { state: "warning" as const, detail: "it says no date" };
  const detail = `${Math.abs(away / 1000).toFixed(1)} s ${away < 0 ? "behind" : "ahead of"} this machine`;
  if (Math.abs(away) > CLOCK_WRONG_MS) fail("misconfigured", detail, { hint: "Have both machines keep time (NTP)." });
  return Math.abs(away) > CLOCK_WARN_MS ? { state: "warning" as const, detail } : ok(detail);
}

async function versionOf(url: string, transport: Transport) {
  const { body } = await get(transport, `${url}/openapi.json`);
  const document = parseJson(fromUtf8(body), `${url}/openapi.json`) as { info?: { version?: string } } | null;
  const theirs = document?.info?.version ?? "not said";
  return theirs === version
    ? ok(theirs)
    : { state: "warning" as const, detail: `${theirs}; this command is ${version}` };
}

/** Jobs that failed too often, where this service lets its operator in. */
async function parkedFindings({ role, config }: AnyConfig, transport: Transport): Promise<readonly Finding[]> {
  const { url, operatorToken: token } = config;
  if (token === undefined) return [];
  return [
    await finding(`jobs of this ${role}`, async () => {
      const { tasks } = await call({ transport, url, token }, coordinatorRoutes.operatorTasks);
      const parked = tasks.filter((one) => one.parked.length > 0);
      if (parked.length === 0) return ok("none is parked");
      const names = parked.map(({ id }) => id.slice(0, 8)).join(", ");
      return { state: "warning" as const, detail: `some of the tasks ${names} failed too often: paceline task show` };
    }),
  ];
}

/** Another service behind the address, or one that was started with other keys, would open nothing that is sealed to these. */
export async function servesKeys(url: string, keys: string, transport: Transport) {
  const own = hpkeText(openKeyring(keys, "refuse").hpke);
  const { status, body } = await get(transport, `${url}/hpke_config`);
  if (status !== 200) fail("unavailable", `${url}/hpke_config answers with status ${status}`);
  const served = HpkeConfigList.decode(body).map((one) => toBase64Url(HpkeConfig.encode(one)));
  if (!served.includes(own))
    fail("misconfigured", `what answers at ${url} has other keys than ${keys}`, {
      hint: "It is another service, or one that was started with another configuration.",
    });
  return ok(`${url} has those of ${keys}`);
}

/** @param itself whether the running service is known to be this one */
async function agreement(known: AnyConfig, { own, other }: Transports, itself: boolean) {
  if (known.role === "coordinator") {
    const { url } = known.config;
    const helper = known.config.helper ?? fail("internal", "agreement is asked of two");
    const keys = { signingKey: fromBase64Url(helper.signingKey), hpke: fromBase64Url(helper.hpke) };
    await checkPartner(other, nodeCrypto, { url, helper: { ...helper, ...keys } });
    return ok("the helper takes this coordinator's token, and both have each other's address and keys");
  }
  const { url, leaderUrl, leaderToken: token, leaderCertificate } = known.config;
  // Where the leader shows a certificate too, nobody else is told: this command has its token alone.
  if (itself && leaderCertificate === undefined) {
    const running = await call({ transport: own, url, token }, helperRoutes.partner);
    if (running.leaderUrl !== leaderUrl)
      fail(
        "misconfigured",
        `the running helper's coordinator is ${running.leaderUrl}, the configuration's ${leaderUrl}`,
        {
          hint: "Start the service anew.",
        },
      );
  }
  // Of what it asks of the other, this changes nothing there.
  await call({ transport: other, url: leaderUrl, token }, coordinatorRoutes.helperLedger);
  return ok("the coordinator takes this helper's token, and knows it");
}
