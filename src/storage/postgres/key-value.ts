import { setTimeout as sleep } from "node:timers/promises";
import { Kysely, sql } from "kysely";
import type { Pool, PoolClient } from "pg";
import { fail } from "../../base/errors.ts";
import type { KeyValueRows, KeyValueStore } from "../../plain/store.ts";
import { type PairSealing, refuseOtherTables, sealedPairs, sealedPairValues } from "../sql/pairs.ts";
import { resealAll, startSealing } from "../sql/reseal.ts";
import type { Tables } from "../sql/tables.ts";
import { postgresAddress } from "./address.ts";
import { importDatabase } from "./backup.ts";
import { probe, tables, translated } from "./database.ts";
import { postgresDialect, postgresPool } from "./dialect.ts";
import { storageError } from "./faults.ts";
import { pairRows } from "./pairs.ts";
import { migratePostgres, pairMigrations } from "./schema.ts";
import { checkServer } from "./server.ts";
import { newSize } from "./size.ts";
import { newTurns } from "./turns.ts";

const columns = [sealedPairValues(sql<Uint8Array>`convert_to(key, 'UTF8')`)];

/**
 * Opens the database of a plain aggregator on a PostgreSQL server, and makes its tables where there are none. It holds nothing
 * else: a service's own database is refused, and this one is none of a service's. One process has it open, as with a file: what
 * was collected is written down beside it by that process alone.
 * @param sealing gives the keys that values are sealed with; without it they lie open
 * @throws PacelineError as `openDatabase` does, and conflict
 */
export async function openKeyValues(url: string, sealing?: PairSealing): Promise<KeyValueStore> {
  const address = postgresAddress(url);
  const pool = postgresPool(address);
  const db = new Kysely<Tables>({ dialect: postgresDialect(pool) });
  let hold: Hold | undefined;
  try {
    await checkServer(db, address.shown);
    const { rows: found } = await tables.execute(db);
    refuseOtherTables(
      found.map(({ name }) => name),
      `the database ${address.shown}`,
    );
    await db.transaction().execute((trx) => migratePostgres(trx, undefined, pairMigrations));
    hold = await holdDatabase(pool, address.shown);
    return await storeOf(db, hold, sealing);
  } catch (error) {
    await hold?.release();
    await db.destroy();
    throw storageError(error);
  }
}

async function storeOf(db: Kysely<Tables>, hold: Hold, sealing: PairSealing | undefined): Promise<KeyValueStore> {
  const turns = newTurns(db);
  const sealer = await startSealing(turns.write, columns, sealing);
  const size = newSize(db);
  const alone = <R>(work: () => Promise<R>) => translated(() => hold.keep().then(work));
  const write = <R>(work: (rows: KeyValueRows) => Promise<R>) =>
    turns.write(async (trx) => {
      const rows = pairRows(trx);
      const result = await work(sealedPairs(rows, sealer));
      await rows.flush();
      return result;
    });
  return {
    transaction: (work) => alone(() => write(work)),
    read: (work) => translated(() => turns.read((trx) => work(sealedPairs(pairRows(trx), sealer)))),
    scrub: () => translated(async () => void (await sql`vacuum (analyze) pair`.execute(db))),
    size: () => translated(size),
    check: () => alone(async () => void (await probe.execute(db))),
    reseal: async () => (sealer === undefined ? 0 : await translated(() => resealAll(turns.write, columns, sealer))),
    async close() {
      await hold.release();
      await db.destroy();
    },
  };
}

/** The right to work on a database alone. */
interface Hold {
  /** Takes it again where the connection that had it is gone. @throws PacelineError conflict when another process has it now */
  keep(): Promise<void>;
  release(): Promise<void>;
}

/** Of PostgreSQL's advisory locks: "plaindap" in ASCII, cut to 63 bits. */
const HOLDING = 0x70_6c_61_69_6e_64_61_70n;

/** The server lets go of it however the process ends. */
async function holdDatabase(pool: Pool, shown: string): Promise<Hold> {
  let holder: PoolClient | undefined;
  let taking: Promise<void> | undefined;
  async function take(): Promise<void> {
    const client = await pool.connect();
    let taken = false;
    try {
      const { rows } = await client.query<{ taken: boolean }>("select pg_try_advisory_lock($1) as taken", [HOLDING]);
      taken = rows[0]?.taken === true;
    } finally {
      if (!taken) client.release(true);
    }
    if (!taken)
      fail("conflict", `another process works on ${shown}`, {
        hint: "One plain DAP aggregator a database. End the other one, or give this one a database of its own.",
      });
    holder = client;
    client.once("end", () => {
      // The pool ends when all of its connections were given back, those that are gone too.
      if (holder !== client) return;
      holder = undefined;
      client.release(true);
    });
  }
  async function keep(): Promise<void> {
    if (holder !== undefined) return;
    taking ??= take().finally(() => {
      taking = undefined;
    });
    await taking;
  }
  // A server takes a moment to see that a process is gone.
  for (let i = 0; i < 10 && holder === undefined; i++)
    await keep().catch(async (error: unknown) => {
      if (i === 9) throw error;
      await sleep(100);
    });
  return {
    keep,
    async release() {
      const client = holder;
      holder = undefined;
      if (client === undefined) return;
      await client.query("select pg_advisory_unlock($1)", [HOLDING]).catch(() => undefined);
      client.release(true);
    },
  };
}

/** Fills an empty database with a plain aggregator's rows. @throws PacelineError as `importDatabase` does */
export const importKeyValues = (url: string, content: AsyncIterable<Uint8Array>): Promise<void> =>
  importDatabase(url, content, pairMigrations);
