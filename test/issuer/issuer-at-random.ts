// Accounts whose devices ask an issuer for tokens until it gives no more, while it dies at random: each has what a year is worth, no
// token more and none less, and what is answered again is the same.
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect } from "vitest";
import { fromBase64Url, fromUtf8, toBase64Url, toHex } from "../../src/base/bytes.ts";
import { PacelineError } from "../../src/base/errors.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import { issuerKey } from "../../src/protocol/privacypass/key.ts";
import { challengeDigest } from "../../src/protocol/privacypass/token.ts";
import { tokenChallenge } from "../../src/task/tokens.ts";
import { tokenRequests } from "../support/tokens.ts";
import { type Deaths, type Mortal, whileItDies } from "./mortal.ts";

const RHO = 5_000_000n;
const TOKENS = 12;
const ACCOUNTS = ["ann", "bob", "cyn", "dan"];
/** Of each account, at the same time. */
const DEVICES = 2;
const AT_ONCE = 3;

interface Counted {
  readonly sequence: number;
  /** By account, in hex. */
  readonly issued: ReadonlyMap<string, number>;
  readonly answered: ReadonlySet<string>;
}

function countedIn(folder: string): Counted {
  const db = new DatabaseSync(join(folder, "issuer.sqlite"), { readOnly: true, timeout: 5000 });
  try {
    const rows = (text: string) => db.prepare(text).all() as unknown as Record<string, Uint8Array | number>[];
    const hex = (value: unknown) => toHex(value as Uint8Array);
    return {
      sequence: Number(rows("select sequence from issuance")[0]?.sequence ?? 0),
      issued: new Map(rows("select account, count from issued").map((row) => [hex(row.account), Number(row.count)])),
      answered: new Set(rows("select request from answered").map((row) => hex(row.request))),
    };
  } finally {
    db.close();
  }
}

/** No count falls, no answer is forgotten, and the mark, which is there, is never ahead. */
function newCheck() {
  let before: Counted = { sequence: 0, issued: new Map(), answered: new Set() };
  return (folder: string) => {
    const now = countedIn(folder);
    expect(now.sequence).toBeGreaterThanOrEqual(before.sequence);
    for (const [account, count] of before.issued) expect(now.issued.get(account)).toBeGreaterThanOrEqual(count);
    for (const request of before.answered) expect(now.answered.has(request)).toBe(true);
    const { sequence } = JSON.parse(readFileSync(join(folder, "issuer.mark"), "utf8")) as { sequence: number };
    expect(sequence).toBeLessThanOrEqual(now.sequence);
    before = now;
  };
}

interface Answer {
  readonly status: number;
  readonly body: Uint8Array;
}

async function post({ transport, url }: Mortal, account: string, body: Uint8Array): Promise<Answer> {
  const headers = { "content-type": "application/private-token-request", authorization: `Bearer ${account}` };
  const answer = await transport.send({ method: "POST", url: `${url}/token-request`, headers, body });
  if (answer.status >= 500) throw new PacelineError("unavailable", `the issuer answered ${answer.status}`);
  return answer;
}

async function keyOf({ transport, url }: Mortal) {
  const at = `${url}/.well-known/private-token-issuer-directory`;
  const { body } = await transport.send({ method: "GET", url: at, headers: {} });
  const directory = JSON.parse(fromUtf8(body)) as { "token-keys": { "token-key": string }[] };
  return await issuerKey(nodeCrypto, fromBase64Url(directory["token-keys"][0]?.["token-key"] ?? ""));
}

/** @returns what its devices got */
async function account(mortal: Mortal, name: string): Promise<readonly string[]> {
  const key = await mortal.ask(() => keyOf(mortal));
  const terms = { issuer: "issuer.test", key: toBase64Url(key.spki), rho: String(RHO) };
  const digest = await challengeDigest(nodeCrypto, tokenChallenge(terms));
  const got: string[] = [];
  const device = async () => {
    for (let count = 1 + mortal.draw(AT_ONCE); count > 0; ) {
      const { body, tokens } = await tokenRequests(key, digest, count);
      const answer = await mortal.ask(() => post(mortal, name, body));
      if (answer.status !== 200) {
        expect([answer.status, fromUtf8(answer.body)]).toEqual([403, expect.stringContaining("budget_exhausted")]);
        // As many may be too many; one is the last that can be.
        count = count === 1 ? 0 : 1;
        continue;
      }
      // It throws for a signature that is not the pinned key's.
      for (const { nonce } of await tokens(answer.body)) got.push(toHex(nonce));
      // Whoever lost the answer gets the same, and nothing more is counted.
      if (mortal.draw(2) === 0)
        expect(await mortal.ask(() => post(mortal, name, body))).toMatchObject(answer200(answer));
    }
  };
  await Promise.all(Array.from({ length: DEVICES }, device));
  return got;
}

const answer200 = ({ body }: Answer) => ({ status: 200, body });

/** An issuer with a life of its own. @param keyFile made before, or none: then it makes its own while it dies */
export async function issuerDies(seed: string, most: number, deaths: Deaths, keyFile?: string): Promise<void> {
  const one = { role: "issuer", now: 1_770_000_000_000, rho: `${RHO}`, rhoPerYear: `${RHO * BigInt(TOKENS)}` } as const;
  const calls = { fresh: 235, again: 21, after: 160 };
  const prepare = (folder: string) => {
    if (keyFile !== undefined) copyFileSync(keyFile, join(folder, "issuer.keys"));
  };
  await whileItDies({ one, calls, seed, most, deaths, prepare, check: newCheck() }, async (mortal) => {
    const all = await Promise.all(ACCOUNTS.map((name) => account(mortal, name)));
    for (const got of all) expect([got.length, new Set(got).size]).toEqual([TOKENS, TOKENS]);
    expect([...countedIn(mortal.folder).issued.values()]).toEqual(ACCOUNTS.map(() => TOKENS));
  });
}
