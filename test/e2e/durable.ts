// What the services' database files say, read from outside while the services run, die or are gone, and what must hold
// of it at every moment.
import { DatabaseSync } from "node:sqlite";
import { expect } from "vitest";
import { toBase64Url, toHex } from "../../src/base/bytes.ts";
import { isPostgresUrl } from "../../src/storage/postgres/index.ts";
import { queriesNow } from "../support/postgres.ts";
import type { Pair, Role } from "../support/processes.ts";

interface Event {
  readonly kind: string;
  readonly task: string;
  readonly rho: bigint;
  readonly epochs: readonly string[];
}

export interface Durable {
  readonly budgets: readonly { readonly epoch: string; readonly cap: bigint; readonly spent: bigint }[];
  readonly events: readonly Event[];
  readonly tasks: readonly string[];
  readonly queries: readonly { readonly task: string; readonly state: string }[];
  readonly batches: readonly { readonly task: string; readonly count: number }[];
  /** By state. */
  readonly reports: Readonly<Record<string, number>>;
  readonly jobs: number;
  readonly leaves: number;
  /** Noise that is correlated over a training's rounds: whether sums are kept for the next one. */
  readonly streams: readonly { readonly task: string; readonly round: number; readonly kept: boolean }[];
}

type Row = Readonly<Record<string, string | bigint | Uint8Array>>;

/** What is asked, under the name of where it goes. */
const asked = {
  budgets: "select epoch, cap, spent from budget",
  events: "select kind, task, rho, epochs from ledger_event",
  tasks: "select id as task from task",
  queries: "select task, state from query",
  batches: "select task, count from batch",
  reports: "select state, count(*) as n from report group by state",
  jobs: "select count(*) as n from job",
  leaves: "select count(*) as n from leaf",
  streams: "select task, round, case when state is null then 0 else 1 end as kept from stream",
} as const;
type Answers<Name extends string> = Readonly<Record<Name, readonly Row[]>>;

/** All of it is of one moment. */
export const readDurable = (pair: Pair, role: Role): Durable => durableOf(rowsNow(pair, role, asked));

/** What is written once: under the name of a row, its bytes. */
const once = {
  entry: "select sequence as of, hash as bytes from chain",
  share: "select task as of, noised_share as bytes from batch",
  release: "select task as of, release as bytes from query where release is not null",
  leaf: "select seq as of, bytes from leaf",
} as const;

/** No row of it changes or goes again: the ledger's chain, noised shares, releases and the log's leaves. */
export function readWritten(pair: Pair, role: Role): ReadonlyMap<string, string> {
  const hex = (value: unknown) => (value instanceof Uint8Array ? toHex(value) : String(value));
  const rows = Object.entries(rowsNow(pair, role, once));
  return new Map(rows.flatMap(([name, all]) => all.map((row) => [`${name} ${hex(row.of)}`, hex(row.bytes)] as const)));
}

function rowsNow<Name extends string>(pair: Pair, role: Role, texts: Readonly<Record<Name, string>>): Answers<Name> {
  const where = pair.database(role);
  const mapped = (rowsOf: (name: Name) => readonly Row[]) =>
    Object.fromEntries(Object.keys(texts).map((name) => [name, rowsOf(name as Name)])) as Answers<Name>;
  if (isPostgresUrl(where)) {
    const found = queriesNow(where, texts);
    return mapped((name) => (found[name] ?? []).map(asRow));
  }
  const db = new DatabaseSync(where, { readOnly: true, readBigInts: true, timeout: 5000 });
  try {
    db.exec("begin");
    return mapped((name) => db.prepare(texts[name]).all() as unknown as readonly Row[]);
  } finally {
    db.close();
  }
}

/** PostgreSQL's JSON as SQLite gives rows. */
const asRow = (row: Record<string, unknown>): Row =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === "number"
        ? BigInt(value)
        : String(value).startsWith("\\x")
          ? new Uint8Array(Buffer.from(String(value).slice(2), "hex"))
          : String(value),
    ]),
  );

function durableOf(rows: Answers<keyof typeof asked>): Durable {
  const id = (row: Row) => toBase64Url(row.task as Uint8Array);
  return {
    budgets: rows.budgets as unknown as Durable["budgets"],
    events: rows.events.map((row) => ({
      kind: row.kind as string,
      task: id(row),
      rho: row.rho as bigint,
      epochs: (row.epochs as string).split(" "),
    })),
    tasks: rows.tasks.map(id),
    queries: rows.queries.map((row) => ({ task: id(row), state: row.state as string })),
    batches: rows.batches.map((row) => ({ task: id(row), count: Number(row.count) })),
    reports: Object.fromEntries(rows.reports.map((row) => [row.state, Number(row.n)])),
    jobs: Number(rows.jobs[0]?.n),
    leaves: Number(rows.leaves[0]?.n),
    streams: rows.streams.map((row) => ({ task: id(row), round: Number(row.round), kept: Number(row.kept) === 1 })),
  };
}

function expectOwnSums({ budgets, events }: Durable): void {
  const spent = new Map<string, bigint>();
  for (const { kind, rho, epochs } of events)
    for (const epoch of epochs) spent.set(epoch, (spent.get(epoch) ?? 0n) + (kind === "debit" ? rho : -rho));
  expect(new Map(budgets.map((row) => [row.epoch, row.spent]))).toEqual(spent);
  for (const row of budgets) expect(row.spent <= row.cap).toBe(true);
}

/**
 * The ledgers never say less than what was given away: in each file the events add up to what is spent, within the cap;
 * a task that devices may see, and a share that may have left, has its one debit on both sides.
 */
export function expectLedgersToHold(pair: Pair): void {
  // The coordinator's first: the helper is never behind what the coordinator has recorded.
  const coordinator = readDurable(pair, "coordinator");
  const helper = readDurable(pair, "helper");
  expectOwnSums(coordinator);
  expectOwnSums(helper);
  const count = (side: Durable, task: string, of: string) =>
    side.events.filter(({ task: one, kind }) => one === task && kind === of).length;
  const debits = (side: Durable, task: string) => count(side, task, "debit");
  // What was released was never open for devices, and here only once the helper had closed it.
  for (const { task, kind } of coordinator.events.filter((event) => event.kind === "release")) {
    expect([coordinator.tasks.includes(task), count(coordinator, task, kind)]).toEqual([false, 1]);
    expect(count(helper, task, "release")).toBe(debits(helper, task));
  }
  for (const { task, state } of coordinator.queries) {
    expect(debits(coordinator, task)).toBe(1);
    if (state !== "reserved") expect(debits(helper, task)).toBe(1);
  }
  for (const task of [...coordinator.tasks, ...coordinator.batches.map((row) => row.task)]) {
    expect(debits(coordinator, task)).toBe(1);
    expect(debits(helper, task)).toBe(1);
  }
  for (const task of [...helper.tasks, ...helper.batches.map((row) => row.task)]) expect(debits(helper, task)).toBe(1);
  const held = coordinator.events.reduce((sum, { kind }) => sum + (kind === "debit" ? 1 : -1), 0);
  expect(held).toBe(coordinator.queries.length);
}

/** The same of a training whose rounds are one debit, and of nothing else: whatever devices may see is paid at both, once. */
export function expectOneDebit(pair: Pair): void {
  const [coordinator, helper] = [readDurable(pair, "coordinator"), readDurable(pair, "helper")];
  for (const side of [coordinator, helper]) {
    expectOwnSums(side);
    expect(side.events.map(({ kind }) => kind)).toEqual(side.events.length === 0 ? [] : ["debit"]);
  }
  if (coordinator.tasks.length > 0 || helper.tasks.length > 0) expect(helper.events).toHaveLength(1);
  if (coordinator.queries.length > 0) expect(coordinator.events).toHaveLength(1);
  if (coordinator.events.length + helper.events.length === 2)
    expect(coordinator.events[0]?.task).toBe(helper.events[0]?.task);
}
