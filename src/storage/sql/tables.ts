// The tables of a service's database, as SQLite and PostgreSQL both have them. Both services have the aggregate and ledger
// tables; of the rest the coordinator uses most, an issuer and a registrar their own. The schema of each database says what is checked, and where
// it keeps the bytes of a report.
import type { Generated, Kysely } from "kysely";

/** Inside a transaction, or on one connection that is in one. */
export type Sql = Kysely<Tables>;

export interface Tables {
  owner: { only: number; role: string; keys: Uint8Array };
  sealed: { only: number; proof: Uint8Array };
  probe: { only: number; filler: Uint8Array };
  task: {
    id: Uint8Array;
    manifest: Uint8Array;
    verify_key: Uint8Array;
    closes: bigint | number;
    expired: bigint | number;
    draining: Generated<bigint | number>;
  };
  report: {
    seq: Generated<bigint>;
    task: Uint8Array;
    id: Uint8Array;
    state: string;
    error: bigint | number | null;
  };
  approval: {
    key: Uint8Array;
    manifest: Uint8Array;
    state: string;
    asked: bigint | number;
    decided: bigint | number | null;
    reason: string | null;
    task: Uint8Array | null;
  };
  withdrawal: { task: Uint8Array; report: Uint8Array; secret: Uint8Array; state: string };
  closing: { task: Uint8Array; count: bigint | number; checksum: Uint8Array };
  bucket: { kind: string; task: Uint8Array; tokens: bigint | number; at: bigint | number };
  place: { kind: string; task: Uint8Array; given: bigint | number; draws: bigint | number };
  place_draw: { kind: string; task: Uint8Array; draw: bigint | number };
  job: {
    task: Uint8Array;
    key: Uint8Array;
    reports: Uint8Array | null;
    request: Uint8Array | null;
    response: Uint8Array | null;
    at: bigint | number;
    until: bigint | number;
    tries: bigint | number;
    resting: bigint | number;
    faults: bigint | number;
    parked: string | null;
  };
  batch: { task: Uint8Array; count: bigint | number; checksum: Uint8Array; noised_share: Uint8Array };
  stream: { task: Uint8Array; round: bigint | number; until: bigint | number; state: Uint8Array | null };
  budget: { epoch: string; cap: bigint; spent: bigint };
  trained: { run: string; rho: bigint };
  ledger_event: {
    seq: Generated<bigint>;
    kind: string;
    at: bigint | number;
    task: Uint8Array;
    rho: bigint;
    epochs: string;
    mechanism: string;
  };
  query: {
    seq: Generated<bigint>;
    hash: string;
    task: Uint8Array;
    state: string;
    manifest: Uint8Array;
    opens: bigint | number;
    closes: bigint | number;
    envelope: string | null;
    release: Uint8Array | null;
    question: string | null;
    settled: bigint | number | null;
  };
  training: { seq: Generated<bigint>; run: string; state: string; optimiser: Uint8Array };
  model: { hash: string; weights: Uint8Array };
  masked_round: {
    seq: Generated<bigint>;
    task: Uint8Array;
    hash: string;
    state: string;
    manifest: Uint8Array;
    envelope: string;
    closes: bigint | number;
    ends: bigint | number;
    opening: Uint8Array | null;
    opened: bigint | number | null;
    because: string | null;
  };
  masked_entry: { task: Uint8Array; sequence: bigint | number; at: bigint | number; message: Uint8Array | null };
  roster: {
    task: Uint8Array;
    manifest: Uint8Array;
    closes: bigint | number;
    ends: bigint | number;
    opening: Uint8Array | null;
    refused: string | null;
  };
  roster_member: { seq: Generated<bigint>; task: Uint8Array; account: Uint8Array; key: Uint8Array };
  leaf: { seq: Generated<bigint>; bytes: Uint8Array };
  chain: { sequence: bigint | number; kind: string; body: string; hash: Uint8Array };
  counterpart: { one: bigint | number; key: Uint8Array; head: Uint8Array; signature: Uint8Array };
  forgotten: { task: Uint8Array };
  issued: { account: Uint8Array; year: string; count: bigint | number };
  issuance: { only: bigint | number; sequence: bigint | number; closed: string | null };
  answered: { request: Uint8Array; year: string };
  retired_issuer: { issuer: Uint8Array };
  spent_token: { issuer: Uint8Array; name: Uint8Array };
}
