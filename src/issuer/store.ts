// What an issuer must keep, durably: how many tokens each account has had, never which.
import type { OwnerRows } from "../ports/owner.ts";

export interface IssuanceRow {
  /** Requests that were ever answered, and losses that were acknowledged. */
  readonly sequence: number;
  /** No token of this year or one before is given any more. */
  readonly closed: string | null;
}

export interface IssuerRows extends OwnerRows {
  /** Tokens issued to an account in a year. @param account 32 bytes, a pseudonym @param year such as "2026" */
  issued(account: Uint8Array, year: string): Promise<number>;
  setIssued(account: Uint8Array, year: string, count: number): Promise<void>;
  /** Whether this request was answered. @param request SHA-256 over account and body */
  isAnswered(request: Uint8Array): Promise<boolean>;
  addAnswered(request: Uint8Array, year: string): Promise<void>;
  /** Both are unset (0 and null) before the first answer. */
  issuance(): Promise<IssuanceRow>;
  setIssuance(row: IssuanceRow): Promise<void>;
  /** Deletes what is known of years before this one. */
  forgetBefore(year: string): Promise<void>;
}
