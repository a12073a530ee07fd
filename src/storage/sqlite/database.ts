import { Kysely, sql, type Transaction } from "kysely";
import type { AggregateRows } from "../../aggregate/store.ts";
import { fail } from "../../base/errors.ts";
import { createPrivate, refuseShared } from "../../platform/node/private.ts";
import type { Store } from "../../ports/store.ts";
import type { ReleaseRows } from "../../release/store.ts";
import { aggregateRows } from "./aggregate.ts";
import { NodeSqliteDialect } from "./dialect.ts";
import { releaseRows } from "./release.ts";
import { createTables, type Tables } from "./schema.ts";

/**
 * Opens (or creates) a service's database file, for its owner's eyes. One process writes it; a crash loses nothing that
 * was committed.
 * @throws PacelineError invalid_data when the file cannot be opened or is no database, policy_refused when others can
 * read or write it
 */
export async function openDatabase(path: string): Promise<Store<AggregateRows & ReleaseRows>> {
  const db = new Kysely<Tables>({ dialect: dialectOf(path) });
  await createTables(db);
  const rowsOf = (trx: Transaction<Tables>) => ({ ...aggregateRows(trx), ...releaseRows(trx) });
  // After a crash the log may still hold what was deleted. One who reads at this moment only delays it.
  await emptyLog(db);
  return {
    transaction: (work) => db.transaction().execute((trx) => work(rowsOf(trx))),
    read: (work) =>
      db
        .transaction()
        .setAccessMode("read only")
        .execute((trx) => work(rowsOf(trx))),
    async scrub() {
      if (!(await emptyLog(db)))
        fail("unavailable", "another program reads the database, so what was deleted is still in its log", {
          hint: "Let that program (a backup?) end, and ask for the same again: nothing is computed twice.",
        });
    },
    close: () => db.destroy(),
  };
}

/** The log holds pages as they were before a deletion. @returns whether it is empty now */
async function emptyLog(db: Kysely<Tables>): Promise<boolean> {
  const { rows } = await sql<{ busy: bigint }>`pragma wal_checkpoint(truncate)`.execute(db);
  return rows[0]?.busy === 0n;
}

function dialectOf(path: string): NodeSqliteDialect {
  for (const file of [path, `${path}-wal`, `${path}-shm`]) refuseShared(file, "reports and budgets");
  try {
    // SQLite gives the files beside it the same mode.
    createPrivate(path);
    return new NodeSqliteDialect(path);
  } catch (cause) {
    return fail("invalid_data", `${path} cannot be opened as a database: ${(cause as Error).message}`, {
      cause,
      hint: "Its folder must exist and be writable, and the file must be one that Paceline made.",
    });
  }
}
