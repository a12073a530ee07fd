import { Kysely, sql } from "kysely";
import { fail, isPacelineError } from "../../base/errors.ts";
import { createPrivate, refuseShared } from "../../platform/node/private.ts";
import type { StoredReports } from "../sql/aggregate.ts";
import { refusePairs } from "../sql/pairs.ts";
import { resealAll, type Sealing, serviceColumns, serviceOwner, startSealing } from "../sql/reseal.ts";
import { type Database, databaseRows } from "../sql/rows.ts";
import type { Sql, Tables } from "../sql/tables.ts";
import { NodeSqliteDialect } from "./dialect.ts";
import { storageError, whileDiskWorks } from "./faults.ts";
import { type DatabaseLock, lockDatabase } from "./lock.ts";
import { checkLog } from "./log-check.ts";
import { reportRows, sealedShares } from "./reports.ts";
import { migrateSqlite } from "./schema.ts";

/**
 * Opens (or creates) a service's database file, for its owner's eyes. One process has it open; a crash loses nothing that
 * was committed.
 * @param sealing gives the keys that shares and answers are sealed with; without it they lie open
 * @throws PacelineError conflict when another process has it, invalid_data when the file cannot be opened or is no
 * database, policy_refused when others can read or write it, storage_full
 */
export async function openDatabase(path: string, sealing?: Sealing): Promise<Database> {
  refuseShared(path, SECRETS);
  const file = opening(path, () => createPrivate(path));
  // SQLite gives the files beside it the same mode; these are of an earlier run.
  for (const end of ["-wal", "-shm"]) refuseShared(file + end, SECRETS);
  const lock = opening(path, () => lockDatabase(file));
  let db: Kysely<Tables> | undefined;
  try {
    checkLog(file);
    const dialect = opening(path, () => new NodeSqliteDialect(file));
    db = new Kysely<Tables>({ dialect });
    await refusePairs(db, tables);
    await db.transaction().execute(migrateSqlite);
    // One process has the file: whoever held a job of it is gone. Its time is over, which is not as if it had been given up.
    await db.updateTable("job").set({ until: 1 }).where("until", ">", 1).execute();
    // After a crash the log may still hold what was deleted. One who reads at this moment only delays it.
    await emptyLog(db);
    return await databaseOf(db, reportRows(dialect.prepare), lock, sealing);
  } catch (error) {
    await db?.destroy();
    lock.release();
    throw storageError(error);
  }
}

const SECRETS = "reports and budgets";

const columns = serviceColumns(sealedShares);

async function databaseOf(
  db: Kysely<Tables>,
  reports: StoredReports,
  lock: DatabaseLock,
  sealing: Sealing | undefined,
): Promise<Database> {
  const translated = whileDiskWorks();
  const transact = <R>(work: (trx: Sql) => Promise<R>) => db.transaction().execute(work);
  const owner = sealing && (await transact(serviceOwner));
  const sealer = await startSealing(transact, columns, sealing && ((sealed) => sealing(sealed, owner)));
  return {
    transaction: (work) => translated(() => transact((trx) => work(databaseRows(trx, reports, sealer)))),
    read: (work) =>
      translated(() =>
        db
          .transaction()
          .setAccessMode("read only")
          .execute((trx) => work(databaseRows(trx, reports, sealer))),
      ),
    async scrub() {
      if (!(await translated(() => emptyLog(db))))
        fail("unavailable", "another program reads the database, so what was deleted is still in its log", {
          hint: "Let that program (a backup?) end, and ask for the same again: nothing is computed twice.",
        });
    },
    size: () => translated(() => sizeOf(db)),
    check: () => translated(async () => void (await probe.execute(db))),
    reseal: async () => (sealer === undefined ? 0 : await translated(() => resealAll(transact, columns, sealer))),
    async close() {
      await db.destroy();
      lock.release();
    },
  };
}

/** The tables of the file. */
export const tables = sql<{ name: string }>`select name from sqlite_schema where type = 'table'`;

/** As large as a body with a few reports: where it fits, they fit. */
export const probe = sql`insert or replace into probe values (1, randomblob(65536))`;

/** Bytes that rows take. */
export async function sizeOf(db: Sql): Promise<number> {
  const { rows } = await sql<{ bytes: bigint }>`select (page_count - freelist_count) * page_size as bytes
    from pragma_page_count, pragma_freelist_count, pragma_page_size`.execute(db);
  return Number(rows[0]?.bytes ?? 0n);
}

/** The log holds pages as they were before a deletion. @returns whether it is empty now */
export async function emptyLog(db: Sql): Promise<boolean> {
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
