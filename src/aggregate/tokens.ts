// The tokens of a report at an aggregator: as many as the task says, each signed by the issuer, none spent on another report.
import { fromBase64Url } from "../base/bytes.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { Extension } from "../protocol/dap/basics.ts";
import { TOKEN_BYTES, tokensIn } from "../protocol/privacypass/extension.ts";
import { type IssuerKey, issuerKey } from "../protocol/privacypass/key.ts";
import { challengeDigest, type Token, verifyToken } from "../protocol/privacypass/token.ts";
import { type TokenTerms, tokenChallenge } from "../task/tokens.ts";

/** What a task asks of its reports; survives a structured clone. */
export interface AskedTokens extends TokenTerms {
  readonly count: number;
}

interface Issuer {
  readonly key: IssuerKey;
  readonly digest: Uint8Array;
}

/** Keys are few: each is parsed once. */
const issuers = new Map<string, Promise<Issuer>>();
const ISSUERS_MAX = 64;

function issuerOf(crypto: Crypto, terms: TokenTerms): Promise<Issuer> {
  const name = `${terms.issuer}\n${terms.key}`;
  let known = issuers.get(name);
  if (known === undefined) {
    if (issuers.size >= ISSUERS_MAX) issuers.clear();
    known = (async () => ({
      key: await issuerKey(crypto, fromBase64Url(terms.key)),
      digest: await challengeDigest(crypto, tokenChallenge(terms)),
    }))();
    issuers.set(name, known);
  }
  return known;
}

/** @param asked undefined where tasks cost no tokens: a report then has no extension */
export const tokensOf = (extensions: readonly Extension[], asked: AskedTokens | undefined) =>
  tokensIn(extensions, asked?.count ?? 0);

/** Of a report's tokens in its extension. */
export const tokenBytes = (asked: Pick<AskedTokens, "count"> | undefined): number => TOKEN_BYTES * (asked?.count ?? 0);

export async function allSigned(crypto: Crypto, terms: TokenTerms, tokens: readonly Token[]): Promise<boolean> {
  const { key, digest } = await issuerOf(crypto, terms);
  for (const token of tokens) if (!(await verifyToken(crypto.sha384, key, digest, token))) return false;
  return true;
}

/** What a report spends: the SHA-256 of the issuer's key, and a name of each token. */
export interface Spending {
  readonly issuer: Uint8Array;
  readonly names: readonly Uint8Array[];
}

/** @returns undefined where tasks cost no tokens, or when the extensions are not what the task asks for */
export async function spendingOf(
  crypto: Crypto,
  asked: AskedTokens | undefined,
  extensions: readonly Extension[],
): Promise<Spending | undefined> {
  const tokens = tokensOf(extensions, asked);
  if (asked === undefined || tokens === undefined) return undefined;
  const { key } = await issuerOf(crypto, asked);
  return { issuer: key.id, names: tokens.map(spentName) };
}

/** What of a token is kept when it is spent: half its nonce, which nobody can make two of in a lifetime. */
const spentName = ({ nonce }: Token): Uint8Array => nonce.slice(0, 16);
