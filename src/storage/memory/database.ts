import type { AggregateRows } from "../../aggregate/store.ts";
import type { IssuerRows, RegistrarRows } from "../../issuer/store.ts";
import type { Store } from "../../ports/store.ts";
import type { ReleaseRows } from "../../release/store.ts";
import { type AggregateTables, aggregateRows } from "./aggregate.ts";
import { type IssuerTables, issuerRows } from "./issuer.ts";
import { type RegistrarTables, registrarRows } from "./registrar.ts";
import { type ReleaseTables, releaseRows } from "./release.ts";
import { Table } from "./table.ts";

type MemoryRows = AggregateRows & ReleaseRows & IssuerRows & RegistrarRows;

type Tables = AggregateTables & ReleaseTables & IssuerTables & RegistrarTables;

export interface MemoryDatabase extends Store<MemoryRows> {
  /** What is in it now, as a database of its own: a backup. */
  copy(): Promise<MemoryDatabase>;
}

/** The same rows in memory, for one process: transactions run one after another, and roll back. Nothing is durable. */
export function memoryDatabase(): MemoryDatabase {
  return databaseOf({
    owner: new Table(),
    task: new Table(),
    expired: new Table(),
    report: new Table(),
    job: new Table(),
    drained: new Table(),
    approval: new Table(),
    batch: new Table(),
    spent: new Table(),
    retired: new Table(),
    withdrawal: new Table(),
    closing: new Table(),
    stream: new Table(),
    bucket: new Table(),
    place: new Table(),
    placeDraw: new Table(),
    trained: new Table(),
    budget: new Table(),
    event: new Table(),
    query: new Table(),
    leaf: new Table(),
    chain: new Table(),
    counterpart: new Table(),
    forgotten: new Table(),
    training: new Table(),
    model: new Table(),
    issued: new Table(),
    answered: new Table(),
    issuance: new Table(),
    maskedRound: new Table(),
    maskedEntry: new Table(),
    roster: new Table(),
    rosterMember: new Table(),
  });
}

function databaseOf(tables: Tables): MemoryDatabase {
  const rows = { ...aggregateRows(tables), ...releaseRows(tables), ...issuerRows(tables), ...registrarRows(tables) };
  let last: Promise<unknown> = Promise.resolve();
  const transaction: Store<MemoryRows>["transaction"] = (work) => {
    const run = last.then(async () => {
      for (const table of Object.values(tables)) table.begin();
      try {
        return await work(rows);
      } catch (error) {
        for (const table of Object.values(tables)) table.rollback();
        throw error;
      }
    });
    last = run.catch(() => undefined);
    return run;
  };
  return {
    // Rows are replaced and never changed: both may hold the same ones.
    copy: () => transaction(async () => databaseOf(copied(tables))),
    transaction,
    read: transaction,
    scrub: async () => undefined,
    size: async () => 0,
    check: async () => undefined,
    close: async () => undefined,
  };
}

function copied(tables: Tables): Tables {
  return Object.fromEntries(
    Object.entries(tables).map(([name, table]) => [name, new Table<unknown>(table.entries())]),
  ) as never;
}
