import { Kysely } from "kysely";
import type { AggregateRows } from "../../aggregate/store.ts";
import { fail } from "../../base/errors.ts";
import type { Store } from "../../ports/store.ts";
import type { ReleaseRows } from "../../release/store.ts";
import { aggregateRows } from "./aggregate.ts";
import { NodeSqliteDialect } from "./dialect.ts";
import { releaseRows } from "./release.ts";
import { createTables, type Tables } from "./schema.ts";

/**
 * Opens (or creates) a service's database file. One process writes it; a crash loses nothing that was committed.
 * @throws PacelineError invalid_data when the file cannot be opened or is no database
 */
export async function openDatabase(path: string): Promise<Store<AggregateRows & ReleaseRows>> {
  const db = new Kysely<Tables>({ dialect: dialectOf(path) });
  await createTables(db);
  return {
    transaction: (work) => db.transaction().execute((trx) => work({ ...aggregateRows(trx), ...releaseRows(trx) })),
    close: () => db.destroy(),
  };
}

function dialectOf(path: string): NodeSqliteDialect {
  try {
    return new NodeSqliteDialect(path);
  } catch (cause) {
    return fail("invalid_data", `${path} cannot be opened as a database: ${(cause as Error).message}`, {
      cause,
      hint: "Its folder must exist and be writable, and the file must be one that Paceline made.",
    });
  }
}
