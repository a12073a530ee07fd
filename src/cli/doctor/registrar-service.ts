// A registrar, seen from its own machine: its files, its service, whose rounds it takes members for, and whether it hears of accounts.
import { existsSync } from "node:fs";
import { call } from "../../api/call.ts";
import { registrarRoutes } from "../../api/masked.ts";
import { toBase64Url } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import { nodeTransport, openRegistrarKey } from "../../platform/node/index.ts";
import type { Transport } from "../../ports/transport.ts";
import { isPostgresUrl } from "../../storage/postgres/address.ts";
import { introspected } from "../serve/accounts.ts";
import { sealingPath } from "../serve/database.ts";
import { clientTls, ownTls } from "../serve/listening.ts";
import { coordinatorsOf, type RegistrarConfig, readRegistrarConfig } from "../serve/registrar-config.ts";
import { certificate, databaseFile, notYet, privateFile, room } from "./files.ts";
import { type Finding, finding, ok } from "./finding.ts";
import { serviceFindings } from "./pair.ts";

/** @throws PacelineError as reading the configuration does */
export async function registrarServiceFindings(path: string, timeoutMs: number): Promise<readonly Finding[]> {
  const config = readRegistrarConfig(path);
  const own = nodeTransport({ timeoutMs, tls: ownTls(config) });
  const accounts = nodeTransport({ timeoutMs, tls: clientTls(config.accounts) });
  try {
    return [
      ...(await fileFindings(config)),
      await finding("coordinators", () =>
        ok(
          coordinatorsOf(config)
            .map(({ url }) => url)
            .join(", "),
        ),
      ),
      ...(await serviceFindings("this registrar", config.url, own)),
      await finding("key of this registrar", () => servesKey(config, own)),
      await finding("accounts", () => heard(config, accounts)),
    ];
  } finally {
    own.close();
    accounts.close();
  }
}

async function fileFindings(config: RegistrarConfig): Promise<readonly Finding[]> {
  const { database, keys, listen } = config;
  const onServer = isPostgresUrl(database);
  const started = !onServer && existsSync(database);
  return [
    await finding("key file", () => keyFile(keys)),
    await privateFile(sealingPath(config), "sealing keys", started),
    await databaseFile(database, started),
    await finding("room on the disk", () => room(onServer ? keys : database)),
    ...(listen.tls === undefined ? [] : [await certificate(listen.tls, new URL(config.url).hostname)]),
  ];
}

function keyFile(path: string): Omit<Finding, "what"> {
  if (!existsSync(path)) return notYet(path);
  openRegistrarKey(path);
  return ok(path);
}

async function servesKey({ url, keys }: RegistrarConfig, transport: Transport): Promise<Omit<Finding, "what">> {
  if (!existsSync(keys)) return notYet(keys);
  const said = await call({ transport, url }, registrarRoutes.registrar);
  if (said.key !== toBase64Url(openRegistrarKey(keys).signer.publicKey))
    fail("misconfigured", `what answers at ${url} has another key than ${keys}`, {
      hint: "It is another registrar, or one that was started with another configuration.",
    });
  return ok(`${url} has that of ${keys}`);
}

/** A token that is nobody's: who takes it for a session's would give strangers places in rounds. */
async function heard({ url, accounts }: RegistrarConfig, transport: Transport): Promise<Omit<Finding, "what">> {
  const headers = { authorization: "Bearer paceline-doctor-is-no-session" };
  const account = await introspected(transport, accounts)(new Request(url, { headers }));
  if (account !== undefined)
    fail("misconfigured", `${accounts.url} names an account for a token that nobody has`, {
      hint: "It has to answer that the token is not active (RFC 7662): else strangers get places in rounds.",
    });
  return ok(`${accounts.url} answers, and knows no session that there is not`);
}
