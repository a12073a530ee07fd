// Tokens are the budget where an issuer runs: one independent of the coordinator signs at most cap/ρ₀ of them a member and
// year without seeing them, a task costs ⌈ρ/ρ₀⌉, and both aggregators refuse one that was spent. A device that was reset,
// or an app reinstalled, gets no new ones (privacy-model.md, the ledgers).

import { fail } from "../base/errors.ts";
import * as z from "../base/schema.ts";
import { TOKENS_MAX } from "./token-limits.ts";

const terms = {
  /** The issuer's name, as its tokens are bound to it. */
  issuer: z.string().check(z.regex(/^[a-z0-9.-]{1,100}$/)),
  /** Its public key: DER of a SubjectPublicKeyInfo, base64url. */
  key: z.string().check(z.regex(/^[A-Za-z0-9_-]{100,600}$/)),
  /** Nano-rho that one token is worth. */
  rho: z.string().check(z.regex(/^[1-9][0-9]{0,17}$/)),
};

/** What a manifest says of tokens. */
export const tokensSchema = z.strictObject({
  ...terms,
  /** How many every report of the task spends, null or not. */
  count: z.int().check(z.gte(1), z.lte(TOKENS_MAX)),
});

/** What both aggregators and the app agree on, each from its own configuration. */
export interface TokenTerms {
  readonly issuer: string;
  readonly key: string;
  readonly rho: string;
}

/** What tokens are bound to beside their key: they are spent nowhere else. */
export const tokenChallenge = ({ issuer }: Pick<TokenTerms, "issuer">) => ({ issuer, origin: "paceline" });

/** ⌈ρ/ρ₀⌉ @throws PacelineError policy_refused when a task would cost more tokens than a report can carry */
export function tokenCount(rho: bigint, { rho: each }: Pick<TokenTerms, "rho">): number {
  const worth = BigInt(each);
  const count = (rho + worth - 1n) / worth;
  if (count < 1n || count > BigInt(TOKENS_MAX))
    fail(
      "policy_refused",
      `a task of ${rho} nano-rho would cost ${count} tokens of ${each}; a report carries ${TOKENS_MAX}`,
    );
  return Number(count);
}

/** Whether a manifest's tokens are those of one's own configuration; neither naming any is the same too. */
export function sameTokens(shown: TokenTerms | undefined, own: TokenTerms | undefined): boolean {
  if (shown === undefined || own === undefined) return shown === own;
  return shown.issuer === own.issuer && shown.key === own.key && shown.rho === own.rho;
}
