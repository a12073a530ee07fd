// The issuer over HTTP: Privacy Pass's two resources (RFC 9578 sections 4 and 6), the second taking several requests in a row.
import type { Hono } from "hono";
import { concat, toBase64Url, utf8 } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import { type ErrorLog, guard, httpLimits, newApp, openToPages } from "../http/app.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { IssuerSigningKey } from "../ports/issuer-key.ts";
import type { MarkFile } from "../ports/mark-file.ts";
import { claim } from "../ports/owner.ts";
import { issuerKey, spkiOf } from "../protocol/privacypass/key.ts";
import { TOKENS_A_YEAR_MAX } from "../task/token-limits.ts";
import { type IssuerParts, issue } from "./issue.ts";
import { checkMark, newMarkWriter } from "./mark.ts";
import { yearOf } from "./year.ts";

/**
 * Who is asking, by whatever the app's accounts prove themselves with.
 * @returns the account's name, the same for a member on every device and after a reinstall; undefined for a stranger
 */
export type Authorise = (request: Request) => Promise<string | undefined> | string | undefined;

export interface IssuerAppParts extends Omit<IssuerParts, "perYear" | "signer" | "raise"> {
  /** As tokens are bound to it, such as issuer.example.org. */
  readonly name: string;
  readonly keys: IssuerSigningKey;
  /** Nano-rho that one token is worth, and that a member's year may cost: perYear is how often the one goes into the other. */
  readonly rho: bigint;
  readonly rhoPerYear: bigint;
  readonly authorise: Authorise;
  /** Lies apart from the database, best on another disk, and is no part of its backup: `openMarkFile` of paceline/platform/node. */
  readonly mark: MarkFile;
  readonly log: ErrorLog;
}

const REQUEST = "application/private-token-request";
const RESPONSE = "application/private-token-response";

/** Tells two key files apart, and is of no use for anything else. */
const fingerprint = (crypto: Crypto, { modulus, secret }: IssuerSigningKey) =>
  crypto.sha256(concat(utf8("paceline issuer keys v1\n"), modulus, secret));

/**
 * @throws PacelineError invalid_argument when a year would be worth no token, conflict when the store is another party's or
 * an issuer's with other keys, ledger_behind when it is older than its mark
 */
export async function issuerApp(parts: IssuerAppParts): Promise<Hono> {
  const { name, rho, rhoPerYear, authorise, log, keys, crypto } = parts;
  if (!/^[a-z0-9.-]{1,100}$/.test(name))
    fail("invalid_argument", "an issuer's name is like a host name, in lower case");
  if (rho <= 0n || rhoPerYear < rho || rhoPerYear / rho > BigInt(TOKENS_A_YEAR_MAX))
    fail("invalid_argument", `a year must be worth 1 to ${TOKENS_A_YEAR_MAX} tokens`);
  await claim(parts.store, { role: "issuer", keys: await fingerprint(crypto, keys) });
  await checkMark(parts.store, parts.mark, yearOf(parts.clock));
  const signer = { ...keys, key: await issuerKey(crypto, spkiOf(keys.modulus)) };
  const issuing = { ...parts, signer, perYear: Number(rhoPerYear / rho), raise: newMarkWriter(parts.mark) };
  const app = newApp(log, { storage: parts.store.check });
  openToPages(app, "GET", "/.well-known/private-token-issuer-directory");
  app.get("/.well-known/private-token-issuer-directory", (c) =>
    c.json({
      "issuer-request-uri": "/token-request",
      "token-keys": [{ "token-type": 2, "token-key": toBase64Url(signer.key.spki) }],
      issuer: name,
      rho: String(rho),
      perYear: issuing.perYear,
    }),
  );
  openToPages(app, "POST", "/token-request", ["authorization"]);
  const access = { crypto: parts.crypto, callers: {}, limits: httpLimits };
  app.post("/token-request", ...guard(access, "anyone", httpLimits.bodyBytesMax), async (c) => {
    if (c.req.header("content-type") !== REQUEST) fail("invalid_message", `this resource takes ${REQUEST}`);
    const account = await authorise(c.req.raw);
    if (account === undefined) fail("unauthorized", "tokens are for members of this app, signed in");
    const answer = await issue(issuing, account, new Uint8Array(await c.req.arrayBuffer()));
    return new Response(answer as Uint8Array<ArrayBuffer>, { headers: { "content-type": RESPONSE } });
  });
  return app;
}
