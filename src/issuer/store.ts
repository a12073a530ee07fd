// What an issuer must keep, durably: how many tokens each account has had, never which. And what a registrar must: who joined which
// masked round, by a pseudonym of that round.
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

/** A masked round whose members a registrar takes. */
export interface RosterRow {
  readonly task: Uint8Array;
  readonly manifest: Uint8Array;
  /** Unix milliseconds: until then members join, and until `ends` the round may run. */
  readonly closes: number;
  readonly ends: number;
  /** Once no more can join: terms and keys, signed. */
  readonly opening: Uint8Array | null;
  /** Or why there is no round. */
  readonly refused: string | null;
}

export interface RosterMember {
  readonly task: Uint8Array;
  /** 32 bytes: a pseudonym of this round, the same for a member on every device. */
  readonly account: Uint8Array;
  /** Ed25519, 32 bytes. */
  readonly key: Uint8Array;
}

export interface RegistrarRows extends OwnerRows {
  roster(task: Uint8Array): Promise<RosterRow | undefined>;
  /** Inserts, or overwrites opening and reason. */
  putRoster(row: RosterRow): Promise<void>;
  rosterMember(task: Uint8Array, account: Uint8Array): Promise<RosterMember | undefined>;
  /** @returns false, and nothing changes, when account or key is there */
  addRosterMember(member: RosterMember): Promise<boolean>;
  /** In the order in which they joined. */
  rosterMembers(task: Uint8Array): Promise<readonly RosterMember[]>;
  rosterCount(task: Uint8Array): Promise<number>;
  /** Deletes rounds that ended before, with their members. */
  forgetRosters(endedBefore: number): Promise<void>;
}
