import { Kysely } from "kysely";
import type { AggregateRows } from "../../aggregate/store.ts";
import type { Store } from "../../ports/store.ts";
import type { ReleaseRows } from "../../release/store.ts";
import { aggregateRows } from "./aggregate.ts";
import { NodeSqliteDialect } from "./dialect.ts";
import { releaseRows } from "./release.ts";
import { createTables, type Tables } from "./schema.ts";

/** Opens (or creates) a service's database file. One process writes it; a crash loses nothing that was committed. */
export async function openDatabase(path: string): Promise<Store<AggregateRows & ReleaseRows>> {
  const db = new Kysely<Tables>({ dialect: new NodeSqliteDialect(path) });
  await createTables(db);
  return {
    transaction: (work) => db.transaction().execute((trx) => work({ ...aggregateRows(trx), ...releaseRows(trx) })),
    close: () => db.destroy(),
  };
}
