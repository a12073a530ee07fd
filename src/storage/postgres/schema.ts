// What PostgreSQL checks of every row, and how a database of an earlier version becomes one of this. Texts compare byte by
// byte, as in SQLite, whatever the language of the database.
import { sql } from "kysely";
import { type Migration, migrate } from "../sql/migrate.ts";
import type { Sql } from "../sql/tables.ts";

const first = [
  sql`create table turn ()`,
  sql`create table owner (
    "only" integer primary key check ("only" = 1),
    role text collate "C" not null check (role in ('coordinator', 'helper')),
    keys bytea not null check (octet_length(keys) = 32))`,
  sql`create table probe ("only" integer primary key check ("only" = 1), filler bytea not null)`,
  sql`alter table probe alter filler set storage external`,
  sql`create table task (
    id bytea primary key check (octet_length(id) = 32), manifest bytea not null, verify_key bytea not null,
    closes bigint not null, expired bigint not null default 0 check (expired in (0, 1)))`,
  sql`create index task_closes on task (expired, closes)`,
  sql`create table report (
    seq bigint generated always as identity primary key, task bytea not null references task (id),
    id bytea not null check (octet_length(id) = 16),
    state text collate "C" not null check (state in ('pending', 'aggregating', 'accepted', 'rejected')),
    error bigint, upload bytea, output_share bytea, unique (task, id))`,
  // Random bytes: to compress them is lost time.
  sql`alter table report alter upload set storage external, alter output_share set storage external`,
  sql`create index report_state on report (task, state, seq)`,
  sql`create table job (
    task bytea not null references task (id), key bytea not null, request bytea, response bytea,
    primary key (task, key))`,
  sql`alter table job alter request set storage external, alter response set storage external`,
  sql`create table batch (
    task bytea primary key references task (id), count bigint not null, checksum bytea not null,
    noised_share bytea not null)`,
  sql`create table budget (
    epoch text collate "C" primary key, cap bigint not null, spent bigint not null,
    check (spent >= 0 and spent <= cap))`,
  sql`create table ledger_event (
    seq bigint generated always as identity primary key,
    kind text collate "C" not null check (kind in ('debit', 'release')), at bigint not null, task bytea not null,
    rho bigint not null check (rho > 0), epochs text collate "C" not null, mechanism text collate "C" not null,
    unique (task, kind))`,
  sql`create table query (
    seq bigint generated always as identity primary key, hash text collate "C" not null unique,
    task bytea not null unique,
    state text collate "C" not null check (state in ('reserved', 'published', 'settled')), manifest bytea not null,
    opens bigint not null, closes bigint not null, envelope text collate "C", release bytea, question text collate "C",
    settled bigint, check ((state = 'settled') = (release is not null)))`,
  sql`create index query_open on query (state, closes)`,
  sql`create table leaf (seq bigint primary key, bytes bytea not null)`,
  sql`create table chain (
    sequence bigint primary key, kind text collate "C" not null, body text collate "C" not null,
    hash bytea not null check (octet_length(hash) = 32))`,
  sql`create table counterpart (
    one bigint primary key check (one = 1), key bytea not null, head bytea not null, signature bytea not null)`,
  sql`create table forgotten (task bytea primary key)`,
  sql`create table spent_token (issuer bytea not null, name bytea not null, primary key (issuer, name))`,
  sql`create table issued (
    account bytea not null, year text collate "C" not null, count bigint not null check (count > 0),
    primary key (account, year))`,
  sql`create table answered (request bytea primary key, year text collate "C" not null)`,
];

// An issuer has its store for itself too.
const issuersOwn = [
  sql`alter table owner drop constraint owner_role_check`,
  sql`alter table owner add constraint owner_role_check check (role in ('coordinator', 'helper', 'issuer'))`,
];

// What devices took back, and which reports the leader has asked the helper's share of.
const withdrawals = [
  sql`create table withdrawal (
    task bytea not null references task (id), report bytea not null check (octet_length(report) = 16),
    secret bytea not null check (octet_length(secret) = 32),
    state text collate "C" not null check (state in ('waiting', 'late', 'applied', 'shared')),
    primary key (task, report))`,
  sql`create index withdrawal_state on withdrawal (task, state, report)`,
  sql`create table closing (
    task bytea primary key references task (id), count bigint not null, checksum bytea not null)`,
];

/** By whose keys shares and answers are sealed; no row before they are. */
const sealing = [sql`create table sealed ("only" integer primary key check ("only" = 1), proof bytea not null)`];

// Several processes share the jobs: who works on one, until when, and which tasks are being collected.
const leases = [
  sql`alter table job add reports bytea, add at bigint not null default 0, add until bigint not null default 0,
    add tries bigint not null default 0`,
  sql`create index job_idle on job (until) where response is null`,
  sql`alter table task add draining bigint not null default 0`,
];

/** Trainings and their models. */
const trainings = [
  sql`create table training (
    seq bigint generated always as identity primary key, run text collate "C" not null unique,
    state text collate "C" not null, optimiser bytea not null)`,
  sql`create table model (hash text collate "C" primary key, weights bytea not null)`,
  sql`alter table model alter weights set storage external`,
];

// What waits for the helper's operator, and what was decided: one approval is one task.
const approvals = [
  sql`create table approval (
    key bytea primary key check (octet_length(key) = 32), manifest bytea not null,
    state text collate "C" not null check (state in ('waiting', 'approved', 'refused')),
    asked bigint not null, decided bigint, reason text collate "C", task bytea unique)`,
];

/** How far an issuer has come. */
const issuance = [
  sql`create table issuance (
    "only" integer primary key check ("only" = 1), sequence bigint not null, closed text collate "C")`,
];

// Rounds that one coordinator sums, with what it took in of them; and who joined them, at their registrar, which has its store for
// itself.
const masked = [
  sql`create table masked_round (
    seq bigint generated always as identity primary key, task bytea not null unique check (octet_length(task) = 32),
    hash text collate "C" not null unique,
    state text collate "C" not null check (state in ('joining', 'open', 'done', 'aborted')), manifest bytea not null,
    envelope text collate "C" not null, closes bigint not null, ends bigint not null, opening bytea, opened bigint,
    because text collate "C", check ((state = 'open') = (opening is not null)))`,
  sql`create table masked_entry (
    task bytea not null references masked_round (task), sequence bigint not null, at bigint not null, message bytea,
    primary key (task, sequence))`,
  // Masked vectors look like random bytes: to compress them is lost time.
  sql`alter table masked_entry alter message set storage external`,
  sql`create table roster (
    task bytea primary key check (octet_length(task) = 32), manifest bytea not null, closes bigint not null,
    ends bigint not null, opening bytea, refused text collate "C", check (opening is null or refused is null))`,
  sql`create table roster_member (
    seq bigint generated always as identity primary key, task bytea not null references roster (task),
    account bytea not null check (octet_length(account) = 32), key bytea not null check (octet_length(key) = 32),
    unique (task, account), unique (task, key))`,
  sql`alter table owner drop constraint owner_role_check`,
  sql`alter table owner add constraint owner_role_check
    check (role in ('coordinator', 'helper', 'issuer', 'registrar'))`,
];

/** Noise that is correlated over the rounds of trainings. */
const streams = [
  sql`create table stream (
    task bytea primary key check (octet_length(task) = 32), round bigint not null check (round >= 0),
    until bigint not null, state bytea)`,
  sql`alter table stream alter state set storage external`,
];

/** What trainings have cost, at a helper whose policy bounds that. */
const trained = [sql`create table trained (run text collate "C" primary key, rho bigint not null check (rho >= 0))`];

/** Jobs that failed too often; issuers whose tokens pay for nothing any more. */
const faults = [
  sql`alter table job add resting bigint not null default 0, add faults bigint not null default 0, add parked text collate "C"`,
  sql`create table retired_issuer (issuer bytea primary key)`,
];

/** What the processes of a party share of their quotas: tokens of a rate, and places that they have drawn. */
const quotas = [
  sql`create table bucket (
    kind text collate "C" not null check (kind in ('report', 'withdrawal')), task bytea not null,
    tokens bigint not null check (tokens >= 0), at bigint not null, primary key (kind, task))`,
  sql`create table place (
    kind text collate "C" not null check (kind in ('report', 'withdrawal')), task bytea not null,
    given bigint not null check (given >= 0), draws bigint not null check (draws > 0), primary key (kind, task))`,
  sql`create table place_draw (
    kind text collate "C" not null, task bytea not null, draw bigint not null, primary key (kind, task, draw))`,
];

export const migrations: readonly Migration[] = [
  { version: 1, statements: first },
  { version: 2, statements: issuersOwn },
  { version: 3, statements: withdrawals },
  { version: 4, statements: sealing },
  { version: 5, statements: leases },
  { version: 6, statements: trainings },
  { version: 7, statements: approvals },
  { version: 8, statements: issuance },
  { version: 9, statements: masked },
  { version: 10, statements: streams },
  { version: 11, statements: trained },
  { version: 12, statements: faults },
  { version: 13, statements: quotas },
];

/** Of a plain aggregator's database, which has nothing else. */
export const pairMigrations: readonly Migration[] = [
  {
    version: 1,
    statements: [
      sql`create table turn ()`,
      sql`create table pair (key text collate "C" primary key, value bytea not null)`,
      sql`alter table pair alter value set storage external`,
      sql`create table probe ("only" integer primary key check ("only" = 1), filler bytea not null)`,
      sql`alter table probe alter filler set storage external`,
      sql`create table sealed ("only" integer primary key check ("only" = 1), proof bytea not null)`,
    ],
  },
];

/** Of PostgreSQL's advisory locks: "paceline" in ASCII, cut to 63 bits. */
const MIGRATING = 0x70_61_63_65_6c_69_6en;

/**
 * Within a transaction that is no serializable one: replicas that start together come one after another.
 * @param until a version to stop at, for rows of that version @throws PacelineError unsupported
 */
export async function migratePostgres(
  trx: Sql,
  until?: number,
  known: readonly Migration[] = migrations,
): Promise<void> {
  await sql`select pg_advisory_xact_lock(${MIGRATING})`.execute(trx);
  await sql`create table if not exists schema_version (
    "only" integer primary key check ("only" = 1), version integer not null)`.execute(trx);
  const { rows } = await sql<{ version: number }>`select version from schema_version`.execute(trx);
  const version = await migrate(trx, rows[0]?.version ?? 0, known, until);
  await sql`insert into schema_version values (1, ${version})
    on conflict ("only") do update set version = excluded.version`.execute(trx);
}
