// Where the app pins an issuer of tokens: what the device needs to fetch them, and what both aggregators were told of them.
import { fail } from "../base/errors.ts";
import { TOKENS_A_YEAR_MAX } from "../task/token-limits.ts";
import type { TokenTerms } from "../task/tokens.ts";
import { addressOf, functionOf, objectOf, rhoOf, textOf } from "./option-checks.ts";

/** The issuer's side of a member's budget; the app's own accounts say who asks. */
export interface TokenOptions {
  readonly url: string;
  /** Its name, and its public key in base64url: as both services have them in their configuration. */
  readonly issuer: string;
  readonly key: string;
  /** ρ that a token is worth, and ρ of a member's year, as the issuer and both services have them. Default: 0.005 and 1. */
  readonly rhoPerToken?: number;
  readonly rhoPerYear?: number;
  /** Headers that prove the member's account to the issuer, such as { authorization }; read for each request. */
  readonly headers?: () => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;
}

export interface TokenSettings {
  readonly url: string;
  readonly terms: TokenTerms;
  /** Tokens of a year. */
  readonly perYear: number;
  readonly headers: NonNullable<TokenOptions["headers"]>;
}

const names = ["url", "issuer", "key", "rhoPerToken", "rhoPerYear", "headers"] as const;

/** @throws PacelineError invalid_argument naming the option */
export function tokenSettings(options: TokenOptions): TokenSettings {
  objectOf("tokens", options, names, ["url", "issuer", "key"]);
  const { url, issuer, key, rhoPerToken = 0.005, rhoPerYear = 1, headers = () => ({}) } = options;
  const [each, year] = [rhoOf("tokens.rhoPerToken", rhoPerToken), rhoOf("tokens.rhoPerYear", rhoPerYear)];
  const perYear = Number(each === 0n ? 0n : year / each);
  if (perYear < 1 || perYear > TOKENS_A_YEAR_MAX)
    fail(
      "invalid_argument",
      `tokens.rhoPerToken makes ${perYear} tokens of a year; 1 to ${TOKENS_A_YEAR_MAX} are issued`,
    );
  return {
    url: addressOf("tokens.url", url),
    terms: {
      issuer: textOf("tokens.issuer", issuer, 100),
      key: textOf("tokens.key", key, 600),
      rho: String(each),
    },
    perYear,
    headers: functionOf("tokens.headers", headers, "For example headers: () => ({ authorization: sessionHeader() })."),
  };
}
