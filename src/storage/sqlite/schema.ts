// What SQLite checks of every row, and how a file of an earlier version becomes one of this.
import { sql } from "kysely";
import { type Migration, migrate } from "../sql/migrate.ts";
import type { Sql } from "../sql/tables.ts";

// "if not exists": files of before versions were counted have these tables, and no number.
const first = [
  sql`create table if not exists owner (
    only integer primary key check (only = 1), role text not null check (role in ('coordinator', 'helper')),
    keys blob not null check (length(keys) = 32)) strict`,
  sql`create table if not exists probe (only integer primary key check (only = 1), filler blob not null) strict`,
  sql`create table if not exists task (
    id blob primary key check (length(id) = 32), manifest blob not null, verify_key blob not null,
    closes integer not null, expired integer not null default 0 check (expired in (0, 1))) strict`,
  sql`create index if not exists task_closes on task (expired, closes)`,
  sql`create table if not exists report (
    seq integer primary key, task blob not null references task (id), id blob not null check (length(id) = 16),
    state text not null check (state in ('pending', 'aggregating', 'accepted', 'rejected')), error integer, upload blob,
    output_share blob, unique (task, id)) strict`,
  sql`create index if not exists report_state on report (task, state, seq)`,
  sql`create table if not exists job (
    task blob not null references task (id), key blob not null, request blob, response blob,
    primary key (task, key)) strict`,
  sql`create table if not exists batch (
    task blob primary key references task (id), count integer not null, checksum blob not null,
    noised_share blob not null) strict`,
  sql`create table if not exists budget (
    epoch text primary key, cap integer not null, spent integer not null, check (spent >= 0 and spent <= cap)) strict`,
  sql`create table if not exists ledger_event (
    seq integer primary key, kind text not null check (kind in ('debit', 'release')), at integer not null,
    task blob not null, rho integer not null check (rho > 0), epochs text not null, mechanism text not null,
    unique (task, kind)) strict`,
  sql`create table if not exists query (
    seq integer primary key, hash text not null unique, task blob not null unique,
    state text not null check (state in ('reserved', 'published', 'settled')), manifest blob not null,
    opens integer not null, closes integer not null, envelope text, release blob, question text,
    settled integer, check ((state = 'settled') = (release is not null))) strict`,
  sql`create index if not exists query_open on query (state, closes)`,
  sql`create table if not exists leaf (seq integer primary key, bytes blob not null) strict`,
  sql`create table if not exists chain (
    sequence integer primary key, kind text not null, body text not null,
    hash blob not null check (length(hash) = 32)) strict`,
  sql`create table if not exists counterpart (
    one integer primary key check (one = 1), key blob not null, head blob not null, signature blob not null) strict`,
  sql`create table if not exists forgotten (task blob primary key) strict`,
  sql`create table if not exists spent_token (
    issuer blob not null, name blob not null, primary key (issuer, name)) strict, without rowid`,
  sql`create table if not exists issued (
    account blob not null, year text not null, count integer not null check (count > 0),
    primary key (account, year)) strict, without rowid`,
  sql`create table if not exists answered (request blob primary key, year text not null) strict, without rowid`,
];

/** A report's bytes leave its row: a change of state rewrites what is small, and ids are read without the shares beside them. */
const second = [
  sql`create table upload (seq integer primary key references report (seq), bytes blob not null) strict`,
  sql`create table output_share (seq integer primary key references report (seq), bytes blob not null) strict`,
  sql`insert into upload select seq, upload from report where upload is not null`,
  sql`insert into output_share select seq, output_share from report where output_share is not null`,
  sql`alter table report drop column upload`,
  sql`alter table report drop column output_share`,
];

// An issuer has its store for itself too.
const issuersOwn = [
  sql`alter table owner rename to owner_1`,
  sql`create table owner (
    only integer primary key check (only = 1), role text not null check (role in ('coordinator', 'helper', 'issuer')),
    keys blob not null check (length(keys) = 32)) strict`,
  sql`insert into owner select only, role, keys from owner_1`,
  sql`drop table owner_1`,
];

// What devices took back, and which reports the leader has asked the helper's share of.
const withdrawals = [
  sql`create table withdrawal (
    task blob not null references task (id), report blob not null check (length(report) = 16),
    secret blob not null check (length(secret) = 32),
    state text not null check (state in ('waiting', 'late', 'applied', 'shared')),
    primary key (task, report)) strict, without rowid`,
  sql`create index withdrawal_state on withdrawal (task, state, report)`,
  sql`create table closing (
    task blob primary key references task (id), count integer not null, checksum blob not null) strict`,
];

/** By whose keys shares and answers are sealed; no row before they are. */
const sealing = [sql`create table sealed (only integer primary key check (only = 1), proof blob not null) strict`];

// Who works on a job, until when, and which tasks are being collected.
const leases = [
  sql`alter table job add column reports blob`,
  sql`alter table job add column at integer not null default 0`,
  sql`alter table job add column until integer not null default 0`,
  sql`alter table job add column tries integer not null default 0`,
  sql`create index job_idle on job (until) where response is null`,
  sql`alter table task add column draining integer not null default 0`,
];

/** Trainings and their models. */
const trainings = [
  sql`create table training (
    seq integer primary key, run text not null unique, state text not null, optimiser blob not null) strict`,
  sql`create table model (hash text primary key, weights blob not null) strict`,
];

// What waits for the helper's operator, and what was decided: one approval is one task.
const approvals = [
  sql`create table approval (
    key blob primary key check (length(key) = 32), manifest blob not null,
    state text not null check (state in ('waiting', 'approved', 'refused')),
    asked integer not null, decided integer, reason text, task blob unique) strict`,
];

/** How far an issuer has come. */
const issuance = [
  sql`create table issuance (
    only integer primary key check (only = 1), sequence integer not null, closed text) strict`,
];

// Rounds that one coordinator sums, with what it took in of them; and who joined them, at their registrar, which has its store for
// itself.
const masked = [
  sql`create table masked_round (
    seq integer primary key, task blob not null unique check (length(task) = 32), hash text not null unique,
    state text not null check (state in ('joining', 'open', 'done', 'aborted')), manifest blob not null,
    envelope text not null, closes integer not null, ends integer not null, opening blob, opened integer,
    because text, check ((state = 'open') = (opening is not null))) strict`,
  sql`create table masked_entry (
    task blob not null references masked_round (task), sequence integer not null, at integer not null, message blob,
    primary key (task, sequence)) strict`,
  sql`create table roster (
    task blob primary key check (length(task) = 32), manifest blob not null, closes integer not null,
    ends integer not null, opening blob, refused text, check (opening is null or refused is null)) strict`,
  sql`create table roster_member (
    seq integer primary key, task blob not null references roster (task),
    account blob not null check (length(account) = 32), key blob not null check (length(key) = 32),
    unique (task, account), unique (task, key)) strict`,
  sql`alter table owner rename to owner_2`,
  sql`create table owner (
    only integer primary key check (only = 1),
    role text not null check (role in ('coordinator', 'helper', 'issuer', 'registrar')),
    keys blob not null check (length(keys) = 32)) strict`,
  sql`insert into owner select only, role, keys from owner_2`,
  sql`drop table owner_2`,
];

/** Noise that is correlated over the rounds of trainings. */
const streams = [
  sql`create table stream (
    task blob primary key check (length(task) = 32), round integer not null check (round >= 0),
    until integer not null, state blob) strict`,
];

/** What trainings have cost, at a helper whose policy bounds that. */
const trained = [
  sql`create table trained (run text primary key, rho integer not null check (rho >= 0)) strict, without rowid`,
];

/** Jobs that failed too often; issuers whose tokens pay for nothing any more. */
const faults = [
  sql`alter table job add column resting integer not null default 0`,
  sql`alter table job add column faults integer not null default 0`,
  sql`alter table job add column parked text`,
  sql`create table retired_issuer (issuer blob primary key) strict`,
];

/** What is used of quotas: tokens of a rate, and places that were drawn. */
const quotas = [
  sql`create table bucket (
    kind text not null check (kind in ('report', 'withdrawal')), task blob not null,
    tokens integer not null check (tokens >= 0), at integer not null, primary key (kind, task)) strict, without rowid`,
  sql`create table place (
    kind text not null check (kind in ('report', 'withdrawal')), task blob not null,
    given integer not null check (given >= 0), draws integer not null check (draws > 0),
    primary key (kind, task)) strict, without rowid`,
  sql`create table place_draw (
    kind text not null, task blob not null, draw integer not null,
    primary key (kind, task, draw)) strict, without rowid`,
];

export const migrations: readonly Migration[] = [
  { version: 1, statements: first },
  { version: 2, statements: second },
  { version: 3, statements: issuersOwn },
  { version: 4, statements: withdrawals },
  { version: 5, statements: sealing },
  { version: 6, statements: leases },
  { version: 7, statements: trainings },
  { version: 8, statements: approvals },
  { version: 9, statements: issuance },
  { version: 10, statements: masked },
  { version: 11, statements: streams },
  { version: 12, statements: trained },
  { version: 13, statements: faults },
  { version: 14, statements: quotas },
];

/** Within a transaction. @throws PacelineError unsupported when a newer Paceline wrote the file */
export async function migrateSqlite(trx: Sql): Promise<void> {
  const { rows } = await sql<{ user_version: bigint }>`pragma user_version`.execute(trx);
  const version = await migrate(trx, Number(rows[0]?.user_version ?? 0n), migrations);
  // A pragma takes no parameters; this is a number.
  await sql.raw(`pragma user_version = ${version}`).execute(trx);
}
