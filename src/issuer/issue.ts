// Issuing: an account gets at most so many tokens a year, whatever happens to its devices. The issuer signs what it cannot
// read, so that it cannot tell later which account a token came from; counting them here is what makes them a budget.
import { concat, utf8 } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { IssuerSigningKey } from "../ports/issuer-key.ts";
import type { Store } from "../ports/store.ts";
import { restOf } from "../protocol/dap/message.ts";
import type { IssuerKey } from "../protocol/privacypass/key.ts";
import { shortKeyId, TokenRequest } from "../protocol/privacypass/token.ts";
import { TOKENS_A_YEAR_MAX } from "../task/token-limits.ts";
import type { IssuerRows } from "./store.ts";
import { yearOf } from "./year.ts";

/** Both halves of the issuer's key. */
export interface BlindSigner extends IssuerSigningKey {
  readonly key: IssuerKey;
}

export interface IssuerParts {
  readonly store: Store<IssuerRows>;
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly signer: BlindSigner;
  /** Tokens an account may have in a year of ISO weeks. */
  readonly perYear: number;
  /** Raises the mark beside the database. */
  raise(mark: { readonly sequence: number; readonly year: string }): Promise<void>;
}

const requests = restOf("TokenRequest list", TokenRequest);

/**
 * One blind signature after another, 256 bytes each. The same body of the same account is answered again and counted once,
 * so a device that lost the answer sends the same bytes.
 * @param account however the app's accounts are named; kept as a pseudonym
 * @param body RFC 9578 TokenRequests, one after another
 * @throws PacelineError invalid_message, budget_exhausted when the account has had its tokens of this year
 */
export async function issue(parts: IssuerParts, account: string, body: Uint8Array): Promise<Uint8Array> {
  const { store, crypto, clock, signer, perYear, raise } = parts;
  const asked = requests.decode(body);
  if (asked.length === 0 || asked.length > TOKENS_A_YEAR_MAX)
    fail("invalid_message", `a body holds 1 to ${TOKENS_A_YEAR_MAX} token requests`);
  const short = shortKeyId(signer.key);
  if (asked.some(({ keyId }) => keyId !== short))
    fail("invalid_message", "the tokens are asked of another key", {
      hint: "Update the app: it pins a key of an earlier time.",
    });
  const pseudonym = await crypto.hmacSha256(signer.secret, utf8(account));
  const request = await crypto.sha256(concat(pseudonym, body));
  const year = yearOf(clock);
  const allowed = async (rows: IssuerRows): Promise<number | undefined> => {
    if (await rows.isAnswered(request)) return undefined;
    const { closed } = await rows.issuance();
    if (closed !== null && year <= closed)
      fail("budget_exhausted", `no more tokens of ${closed} are given: a part of who has had them was lost`, {
        hint: "The next year brings new ones.",
      });
    const had = await rows.issued(pseudonym, year);
    if (had + asked.length > perYear)
      fail("budget_exhausted", `this account has had ${had} of its ${perYear} tokens of ${year}`, {
        hint: "A device that was reset, or a second one, shares what is left; the next year brings new ones.",
      });
    return had;
  };
  // Asked first, so that refusing is cheap; signed before it is counted: what cannot be signed costs nothing.
  await store.read(allowed);
  const answers = concat(...asked.map(({ blinded }) => signer.sign(blinded)));
  const sequence = await store.transaction(async (rows) => {
    const had = await allowed(rows);
    const issuance = await rows.issuance();
    if (had === undefined) return issuance.sequence;
    await rows.setIssued(pseudonym, year, had + asked.length);
    await rows.addAnswered(request, year);
    await rows.setIssuance({ ...issuance, sequence: issuance.sequence + 1 });
    return issuance.sequence + 1;
  });
  // Also for what is answered again: the mark may not have been written the first time.
  await raise({ sequence, year });
  return answers;
}
