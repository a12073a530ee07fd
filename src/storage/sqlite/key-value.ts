import { Kysely, sql } from "kysely";
import { fail } from "../../base/errors.ts";
import type { KeyValueRows, KeyValueStore } from "../../plain/store.ts";
import { createPrivate, refuseShared } from "../../platform/node/private.ts";
import { type Migration, migrate } from "../sql/migrate.ts";
import { behind, type PairSealing, refuseOtherTables, sealedPairs, sealedPairValues } from "../sql/pairs.ts";
import { resealAll, startSealing } from "../sql/reseal.ts";
import type { Sql, Tables } from "../sql/tables.ts";
import { emptyLog, opening, probe, sizeOf, tables } from "./database.ts";
import { NodeSqliteDialect, type Prepare } from "./dialect.ts";
import { storageError, whileDiskWorks } from "./faults.ts";
import { type DatabaseLock, lockDatabase } from "./lock.ts";
import { checkLog } from "./log-check.ts";

const SECRETS = "reports and un-noised sums";

/** Files of before there were versions have the first two tables. */
const migrations: readonly Migration[] = [
  {
    version: 1,
    statements: [
      sql`create table if not exists pair (key text primary key, value blob not null) strict, without rowid`,
      sql`create table if not exists probe (only integer primary key, filler blob not null) strict`,
      sql`create table sealed (only integer primary key check (only = 1), proof blob not null) strict`,
    ],
  },
];

const columns = [sealedPairValues(sql<Uint8Array>`cast(key as blob)`)];

/**
 * Opens (or creates) the file of a plain aggregator, which holds nothing else: a service's own file is refused, and this one is
 * none of a service's. One process has it open.
 * @param sealing gives the keys that values are sealed with; without it they lie open
 * @throws PacelineError as `openDatabase` does
 */
export async function openKeyValues(path: string, sealing?: PairSealing): Promise<KeyValueStore> {
  refuseShared(path, SECRETS);
  const file = opening(path, () => createPrivate(path));
  for (const end of ["-wal", "-shm"]) refuseShared(file + end, SECRETS);
  const lock = opening(path, () => lockDatabase(file));
  let db: Kysely<Tables> | undefined;
  try {
    checkLog(file);
    const dialect = opening(path, () => new NodeSqliteDialect(file));
    db = new Kysely<Tables>({ dialect });
    await db.transaction().execute((trx) => prepareFile(trx, path));
    await emptyLog(db);
    return await storeOf(db, keyValueRows(dialect.prepare), lock, sealing);
  } catch (error) {
    await db?.destroy();
    lock.release();
    throw storageError(error);
  }
}

async function prepareFile(trx: Sql, path: string): Promise<void> {
  const { rows: found } = await tables.execute(trx);
  refuseOtherTables(
    found.map(({ name }) => name),
    path,
  );
  const { rows } = await sql<{ user_version: bigint }>`pragma user_version`.execute(trx);
  const version = await migrate(trx, Number(rows[0]?.user_version ?? 0n), migrations);
  // A pragma takes no parameters; this is a number.
  await sql.raw(`pragma user_version = ${version}`).execute(trx);
}

async function storeOf(
  db: Kysely<Tables>,
  open: KeyValueRows,
  lock: DatabaseLock,
  sealing: PairSealing | undefined,
): Promise<KeyValueStore> {
  const translated = whileDiskWorks();
  const transact = <R>(work: (trx: Sql) => Promise<R>) => db.transaction().execute(work);
  const sealer = await startSealing(transact, columns, sealing);
  const rows = sealedPairs(open, sealer);
  return {
    transaction: (work) => translated(() => transact(() => work(rows))),
    read: (work) =>
      translated(() =>
        db
          .transaction()
          .setAccessMode("read only")
          .execute(() => work(rows)),
      ),
    async scrub() {
      if (!(await translated(() => emptyLog(db))))
        fail("unavailable", "another program reads the database, so what was deleted is still in its log");
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

function keyValueRows(prepare: Prepare): KeyValueRows {
  const valueAt = (key: string) =>
    (prepare("select value from pair where key = ?").get(key) as { value: Uint8Array } | undefined)?.value;
  return {
    get: async (key) => valueAt(key),
    getAll: async (keys) => keys.map(valueAt),
    async put(key, value) {
      prepare("insert into pair values (?, ?) on conflict (key) do update set value = excluded.value").run(key, value);
    },
    async delete(key) {
      prepare("delete from pair where key = ?").run(key);
    },
    async list(prefix, most, after = "") {
      const rows = prepare(
        "select key, value from pair where key > ? and key >= ? and key < ? order by key limit ?",
      ).all(after, prefix, behind(prefix), most) as { key: string; value: Uint8Array }[];
      return rows.map(({ key, value }) => [key, value] as const);
    },
    async count(prefix) {
      const row = prepare("select count(*) as count from pair where key >= ? and key < ?").get(prefix, behind(prefix));
      return Number((row as { count: bigint }).count);
    },
  };
}
