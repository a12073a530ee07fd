import { Kysely, sql } from "kysely";
import { fail } from "../../base/errors.ts";
import type { KeyValueRows } from "../../plain/store.ts";
import { createPrivate, refuseShared } from "../../platform/node/private.ts";
import type { Store } from "../../ports/store.ts";
import { emptyLog, opening, translated } from "./database.ts";
import { NodeSqliteDialect, type Prepare } from "./dialect.ts";
import { storageError } from "./faults.ts";
import { lockDatabase } from "./lock.ts";

const SECRETS = "reports and un-noised sums";

interface PairTables {
  pair: { key: string; value: Uint8Array };
}

/**
 * Opens (or creates) the file of a plain aggregator, which holds nothing else: a service's own file is refused, and this one is
 * none of a service's. One process has it open.
 * @throws PacelineError as `openDatabase` does
 */
export async function openKeyValues(path: string): Promise<Store<KeyValueRows>> {
  refuseShared(path, SECRETS);
  const file = opening(path, () => createPrivate(path));
  for (const end of ["-wal", "-shm"]) refuseShared(file + end, SECRETS);
  const lock = opening(path, () => lockDatabase(file));
  let db: Kysely<PairTables> | undefined;
  try {
    const dialect = opening(path, () => new NodeSqliteDialect(file));
    db = new Kysely<PairTables>({ dialect });
    await db.transaction().execute((trx) => makeTable(trx, path));
    await emptyLog(db);
    return storeOf(db, keyValueRows(dialect.prepare), () => lock.release());
  } catch (error) {
    await db?.destroy();
    lock.release();
    throw storageError(error);
  }
}

async function makeTable(trx: Kysely<PairTables>, path: string): Promise<void> {
  const { rows } = await sql<{ name: string }>`select name from sqlite_schema where type = 'table'`.execute(trx);
  if (rows.some(({ name }) => name !== "pair" && name !== "probe"))
    fail("conflict", `${path} is a database of another service`, {
      hint: "A plain aggregator has a file of its own, which no ledger is in.",
    });
  await sql`create table if not exists pair (key text primary key, value blob not null) strict, without rowid`.execute(
    trx,
  );
  await sql`create table if not exists probe (only integer primary key, filler blob not null) strict`.execute(trx);
}

function storeOf(db: Kysely<PairTables>, rows: KeyValueRows, release: () => void): Store<KeyValueRows> {
  return {
    transaction: (work) => translated(() => db.transaction().execute(() => work(rows))),
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
    async size() {
      const { rows: found } = await translated(() =>
        sql<{ bytes: bigint }>`select (page_count - freelist_count) * page_size as bytes
          from pragma_page_count, pragma_freelist_count, pragma_page_size`.execute(db),
      );
      return Number(found[0]?.bytes ?? 0n);
    },
    check: () =>
      translated(async () => void (await sql`insert or replace into probe values (1, randomblob(65536))`.execute(db))),
    async close() {
      await db.destroy();
      release();
    },
  };
}

function keyValueRows(prepare: Prepare): KeyValueRows {
  return {
    async get(key) {
      const row = prepare("select value from pair where key = ?").get(key) as { value: Uint8Array } | undefined;
      return row?.value;
    },
    async put(key, value) {
      prepare("insert into pair values (?, ?) on conflict (key) do update set value = excluded.value").run(key, value);
    },
    async delete(key) {
      prepare("delete from pair where key = ?").run(key);
    },
    async list(prefix, most, after = "") {
      // Keys are ASCII, so this is behind all that begin with the prefix.
      const rows = prepare(
        "select key, value from pair where key > ? and key >= ? and key < ? order by key limit ?",
      ).all(after, prefix, `${prefix}\x7f`, most) as { key: string; value: Uint8Array }[];
      return rows.map(({ key, value }) => [key, value] as const);
    },
  };
}
