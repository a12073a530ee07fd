import { Kysely, sql } from "kysely";
import { refusePairs } from "../sql/pairs.ts";
import { resealAll, type Sealing, serviceColumns, serviceOwner, startSealing } from "../sql/reseal.ts";
import { type Database, databaseRows } from "../sql/rows.ts";
import type { Sql, Tables } from "../sql/tables.ts";
import { postgresAddress } from "./address.ts";
import { postgresDialect, postgresPool } from "./dialect.ts";
import { storageError } from "./faults.ts";
import { reportRows, sealedShares } from "./reports.ts";
import { migratePostgres } from "./schema.ts";
import { checkServer } from "./server.ts";
import { newSize } from "./size.ts";
import { newTurns } from "./turns.ts";

/**
 * Opens a service's database on a PostgreSQL server and makes its tables where there are none. Any number of processes of
 * one party may have it open; whose it is, `claimStore` says.
 * @param url postgres://user[:password]@host[:port]/database; address.ts says what may follow
 * @param sealing gives the keys that shares and answers are sealed with; without it they lie open
 * @throws PacelineError invalid_argument, policy_refused (no TLS, or a server that forgets commits), unavailable,
 * misconfigured, unsupported (an older server, another encoding, a newer schema)
 */
export async function openDatabase(url: string, sealing?: Sealing): Promise<Database> {
  const address = postgresAddress(url);
  const db = new Kysely<Tables>({ dialect: postgresDialect(postgresPool(address)) });
  try {
    await checkServer(db, address.shown);
    await refusePairs(db, tables);
    await db.transaction().execute((trx) => migratePostgres(trx));
    return await databaseOf(db, sealing);
  } catch (error) {
    await db.destroy();
    throw storageError(error);
  }
}

const columns = serviceColumns(sealedShares);

async function databaseOf(db: Kysely<Tables>, sealing: Sealing | undefined): Promise<Database> {
  const turns = newTurns(db);
  const owner = sealing && (await turns.write(serviceOwner));
  const sealer = await startSealing(turns.write, columns, sealing && ((sealed) => sealing(sealed, owner)));
  const size = newSize(db);
  const rowsOf = (trx: Sql) => databaseRows(trx, reportRows(trx), sealer);
  return {
    transaction: (work) => translated(() => turns.write((trx) => work(rowsOf(trx)))),
    read: (work) => translated(() => turns.read((trx) => work(rowsOf(trx)))),
    // Rows that nobody sees any more leave their pages; the server's log and its archives keep theirs until they are
    // recycled, which is the operator's.
    async scrub() {
      await translated(() => sql`vacuum (analyze) report, job, batch, withdrawal`.execute(db));
    },
    size: () => translated(size),
    check: () => translated(async () => void (await probe.execute(db))),
    reseal: async () => (sealer === undefined ? 0 : await translated(() => resealAll(turns.write, columns, sealer))),
    close: () => db.destroy(),
  };
}

/** The tables of the database. */
export const tables = sql<{ name: string }>`select relname as name from pg_class
  where relkind = 'r' and relnamespace = current_schema()::regnamespace`;

/** Writes 64 KiB of what cannot be compressed: as large as a body with a few reports. */
export const probe = sql`insert into probe
  select 1, string_agg(sha256(convert_to(random()::text, 'UTF8')), '') from generate_series(1, 2048)
  on conflict ("only") do update set filler = excluded.filler`;

export async function translated<R>(work: () => Promise<R>): Promise<R> {
  try {
    return await work();
  } catch (error) {
    throw storageError(error);
  }
}
