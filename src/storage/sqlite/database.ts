import { Kysely, sql } from "kysely";
import { fail, isPacelineError } from "../../base/errors.ts";
import { createPrivate, refuseShared } from "../../platform/node/private.ts";
import type { Store } from "../../ports/store.ts";
import type { ReportRows } from "../sql/aggregate.ts";
import { type DatabaseRows, databaseRows } from "../sql/rows.ts";
import type { Tables } from "../sql/tables.ts";
import { NodeSqliteDialect } from "./dialect.ts";
import { storageError } from "./faults.ts";
import { type DatabaseLock, lockDatabase } from "./lock.ts";
import { reportRows } from "./reports.ts";
import { migrateSqlite } from "./schema.ts";

export type Database = Store<DatabaseRows>;

/**
 * Opens (or creates) a service's database file, for its owner's eyes. One process has it open; a crash loses nothing that
 * was committed.
 * @throws PacelineError conflict when another process has it, invalid_data when the file cannot be opened or is no
 * database, policy_refused when others can read or write it, storage_full
 */
export async function openDatabase(path: string): Promise<Database> {
  refuseShared(path, SECRETS);
  const file = opening(path, () => createPrivate(path));
  // SQLite gives the files beside it the same mode; these are of an earlier run.
  for (const end of ["-wal", "-shm"]) refuseShared(file + end, SECRETS);
  const lock = opening(path, () => lockDatabase(file));
  let db: Kysely<Tables> | undefined;
  try {
    const dialect = opening(path, () => new NodeSqliteDialect(file));
    db = new Kysely<Tables>({ dialect });
    await db.transaction().execute(migrateSqlite);
    // After a crash the log may still hold what was deleted. One who reads at this moment only delays it.
    await emptyLog(db);
    return databaseOf(db, reportRows(dialect.prepare), lock);
  } catch (error) {
    await db?.destroy();
    lock.release();
    throw storageError(error);
  }
}

const SECRETS = "reports and budgets";

function databaseOf(db: Kysely<Tables>, reports: ReportRows, lock: DatabaseLock): Database {
  return {
    transaction: (work) => translated(() => db.transaction().execute((trx) => work(databaseRows(trx, reports)))),
    read: (work) =>
      translated(() =>
        db
          .transaction()
          .setAccessMode("read only")
          .execute((trx) => work(databaseRows(trx, reports))),
      ),
    async scrub() {
      if (!(await translated(() => emptyLog(db))))
        fail("unavailable", "another program reads the database, so what was deleted is still in its log", {
          hint: "Let that program (a backup?) end, and ask for the same again: nothing is computed twice.",
        });
    },
    async size() {
      const { rows } = await translated(() =>
        sql<{ bytes: bigint }>`select (page_count - freelist_count) * page_size as bytes
          from pragma_page_count, pragma_freelist_count, pragma_page_size`.execute(db),
      );
      return Number(rows[0]?.bytes ?? 0n);
    },
    // As large as a body with a few reports: where it fits, they fit.
    check: () =>
      translated(
        async () => void (await sql`insert or replace into probe values (1, randomblob(${PROBE_BYTES}))`.execute(db)),
      ),
    async close() {
      await db.destroy();
      lock.release();
    },
  };
}

const PROBE_BYTES = 64 * 1024;

export async function translated<R>(work: () => Promise<R>): Promise<R> {
  try {
    return await work();
  } catch (error) {
    throw storageError(error);
  }
}

/** The log holds pages as they were before a deletion. @returns whether it is empty now */
// biome-ignore lint/suspicious/noExplicitAny: whatever its tables are
export async function emptyLog(db: Kysely<any>): Promise<boolean> {
  const { rows } = await sql<{ busy: bigint }>`pragma wal_checkpoint(truncate)`.execute(db);
  return rows[0]?.busy === 0n;
}

export function opening<R>(path: string, open: () => R): R {
  try {
    return open();
  } catch (cause) {
    const known = storageError(cause);
    if (isPacelineError(known) && (known.code === "conflict" || known.code === "storage_full")) throw known;
    return fail("invalid_data", `${path} cannot be opened as a database: ${(cause as Error).message}`, {
      cause,
      hint: "Its folder must exist and be writable, and the file must be one that Paceline made.",
    });
  }
}
