// All rows of a database in one snapshot while services work on it, as lines of text, and a new database out of such lines.
// A row goes as PostgreSQL itself writes and reads it, so that no type is forgotten here.
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { Kysely, sql } from "kysely";
import type { PoolClient } from "pg";
import { fail } from "../../base/errors.ts";
import { parseJson } from "../../base/json.ts";
import type { Migration } from "../sql/migrate.ts";
import type { Sql, Tables } from "../sql/tables.ts";
import { postgresAddress } from "./address.ts";
import { postgresDialect, postgresPool } from "./dialect.ts";
import { storageError } from "./faults.ts";
import { migratePostgres, migrations } from "./schema.ts";
import { checkServer } from "./server.ts";

/** Rows that are in memory at a time. */
const ROWS = 500;
/** Says nothing about a service: its rows are made anew. */
const LEFT_OUT = ["schema_version", "turn", "probe"];

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/**
 * Neither waits for those who write nor keeps them waiting.
 * @throws PacelineError not_found when there are no tables of a service, unavailable
 */
export async function* exportDatabase(url: string): AsyncIterable<Uint8Array> {
  const pool = postgresPool(postgresAddress(url));
  try {
    const client = await pool.connect();
    try {
      yield* linesOf(client);
    } finally {
      // In the middle of a snapshot: the connection is of no more use.
      client.release(true);
    }
  } catch (error) {
    throw storageError(error);
  } finally {
    await pool.end();
  }
}

/** What others refer to comes first. */
const REFERRED_TO: readonly string[] = ["task", "masked_round", "roster"];

async function* linesOf(client: PoolClient): AsyncIterable<Uint8Array> {
  const line = (value: unknown) => Buffer.from(`${JSON.stringify(value)}\n`);
  await client.query("begin isolation level repeatable read read only");
  const tables = await tablesOf(client);
  if (!tables.includes("schema_version")) fail("not_found", "no service has used this database");
  const { rows } = await client.query<{ version: number }>("select version from schema_version");
  yield line({ schema: rows[0]?.version ?? 0 });
  const first = tables.filter((name) => REFERRED_TO.includes(name));
  const order = [...first, ...tables.filter((name) => !first.includes(name) && !LEFT_OUT.includes(name))];
  for (const table of order) {
    yield line({ table });
    await client.query(`declare all_rows no scroll cursor for select t::text as line from ${quoted(table)} t`);
    for (let count = ROWS; count === ROWS; ) {
      const page = await client.query<{ line: string }>(`fetch ${ROWS} from all_rows`);
      count = page.rows.length;
      if (count > 0) yield Buffer.concat(page.rows.map((row) => line(row.line)));
    }
    await client.query("close all_rows");
  }
}

async function tablesOf(client: PoolClient): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select relname as name from pg_class where relkind = 'r' and relnamespace = current_schema()::regnamespace order by 1`,
  );
  return rows.map(({ name }) => name);
}

/**
 * Fills an empty database, in one transaction.
 * @param known how its tables came to be
 * @throws PacelineError conflict when the database has tables already, unsupported when a newer Paceline wrote the rows
 */
export async function importDatabase(
  url: string,
  content: AsyncIterable<Uint8Array>,
  known: readonly Migration[] = migrations,
): Promise<void> {
  const address = postgresAddress(url);
  const db = new Kysely<Tables>({ dialect: postgresDialect(postgresPool(address)) });
  try {
    await checkServer(db, address.shown);
    await db.transaction().execute(async (trx) => {
      const { rows } = await sql`select from pg_class where relkind = 'r'
        and relnamespace = current_schema()::regnamespace`.execute(trx);
      if (rows.length > 0)
        fail("conflict", `the database ${address.shown} has tables already`, {
          hint: "A backup is restored into an empty database: make another one, and keep the old until all is well.",
        });
      await fill(trx, content, known);
      await countOn(trx);
    });
  } catch (error) {
    throw storageError(error);
  } finally {
    await db.destroy();
  }
}

/** A line is the schema's version, the name of a table, or a row of the table that was named last. */
type Line = string | { readonly schema: number; readonly table?: never } | { readonly table: string };

async function fill(trx: Sql, content: AsyncIterable<Uint8Array>, known: readonly Migration[]): Promise<void> {
  let table = "";
  let rows: string[] = [];
  async function flush(): Promise<void> {
    if (rows.length > 0)
      await sql`insert into ${sql.table(table)} overriding system value
        select (line::${sql.table(table)}).* from unnest(${sql.val(rows)}::text[]) as given (line)`.execute(trx);
    rows = [];
  }
  for await (const text of createInterface({ input: Readable.from(content) })) {
    const line = parseJson(text, "a line of the backup") as Line;
    if (typeof line === "string") rows.push(line);
    else {
      await flush();
      if (line.table === undefined) await migratePostgres(trx, line.schema, known);
      else table = line.table;
    }
    if (rows.length === ROWS) await flush();
  }
  await flush();
}

/** The numbers that are given out next follow those that were restored. */
async function countOn(trx: Sql): Promise<void> {
  const { rows } = await sql<{ table: string; column: string }>`select table_name as table, column_name as column
    from information_schema.columns where table_schema = current_schema() and is_identity = 'YES'`.execute(trx);
  for (const { table, column } of rows)
    await sql`select setval(pg_get_serial_sequence(${table}, ${column}), coalesce(max(${sql.ref(column)}), 1),
      count(*) > 0) from ${sql.table(table)}`.execute(trx);
}
