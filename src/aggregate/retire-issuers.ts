// Tokens that were spent are known for as long as one of them could be shown again. A key of an issuer that this service's
// configuration does not name, and no task whose reports may still be verified, is retired for good: from then on no token of it
// pays for anything, whatever a configuration says later, so which of them were spent need not be known any more.
import { fromBase64Url, toHex } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { ServiceLog } from "../ports/service-log.ts";
import type { Store } from "../ports/store.ts";
import { decodeManifest } from "../task/manifest.ts";
import type { TokenTerms } from "../task/tokens.ts";
import type { AggregateRows } from "./store.ts";

/** Tokens in one transaction. */
const TOGETHER = 5000;

const idOf = async (crypto: Crypto, { key }: Pick<TokenTerms, "key">): Promise<string> =>
  toHex(await crypto.sha256(fromBase64Url(key)));

/** @throws PacelineError misconfigured when the configuration's issuer was retired here: its spent tokens are forgotten */
export async function refuseRetired(
  crypto: Crypto,
  store: Store<AggregateRows>,
  tokens: TokenTerms | undefined,
): Promise<void> {
  if (tokens === undefined) return;
  const issuer = await crypto.sha256(fromBase64Url(tokens.key));
  if (await store.read((rows) => rows.isRetired(issuer)))
    fail("misconfigured", "the issuer's key in `tokens` was replaced here before, and is retired for good", {
      hint: "Which of its tokens were spent is not known any more. Give the issuer a new key.",
    });
}

/** @param own what new tasks ask for @returns how many spent tokens were forgotten */
export async function retireIssuers(
  crypto: Crypto,
  store: Store<AggregateRows>,
  own: TokenTerms | undefined,
): Promise<number> {
  const kept = new Set(own === undefined ? [] : [await idOf(crypto, own)]);
  const others = (await store.read((rows) => rows.spentIssuers())).filter((issuer) => !kept.has(toHex(issuer)));
  let forgotten = 0;
  for (const issuer of others) {
    // In one transaction with the look at the tasks: a task that is signed meanwhile makes it run again.
    const retired = await store.transaction(async (rows) => {
      if (await isAsked(crypto, rows, toHex(issuer))) return false;
      await rows.retireIssuer(issuer);
      return true;
    });
    for (let some = retired ? TOGETHER : 0; some === TOGETHER; forgotten += some)
      some = await store.transaction((rows) => rows.forgetSpent(issuer, TOGETHER));
  }
  return forgotten;
}

/** Whether reports may still be verified that pay with its tokens. */
async function isAsked(crypto: Crypto, rows: AggregateRows, issuer: string): Promise<boolean> {
  for (const { id, manifest } of await rows.tasks()) {
    const { tokens } = decodeManifest(manifest);
    if (tokens === undefined || (await idOf(crypto, tokens)) !== issuer) continue;
    if ((await rows.batch(id)) === undefined && !(await rows.isExpired(id))) return true;
  }
  return false;
}

/** As `retireIssuers`, and a line of the log where any was. */
export async function retireAndTell(
  crypto: Crypto,
  store: Store<AggregateRows>,
  own: TokenTerms | undefined,
  log: ServiceLog,
): Promise<void> {
  const count = await retireIssuers(crypto, store, own);
  if (count > 0)
    log(`${count} spent tokens are forgotten: their issuer's key is retired for good`, "tokens.retired", { count });
}
