// What is asked of a server before anything is entrusted to it.
import { Kysely, sql } from "kysely";
import { fail } from "../../base/errors.ts";
import type { Sql, Tables } from "../sql/tables.ts";
import { postgresAddress } from "./address.ts";
import { APPLICATION, postgresDialect, postgresPool } from "./dialect.ts";
import { storageError } from "./faults.ts";

const OLDEST = 130_000;

/** A server on which "committed" does not mean "durable" is none for this. */
export async function checkServer(db: Sql, shown: string): Promise<void> {
  const { rows } = await sql<{ number: string; encoding: string; fsync: string; commits: string }>`select
    current_setting('server_version_num') as number, current_setting('server_encoding') as encoding,
    current_setting('fsync') as fsync, current_setting('synchronous_commit') as commits`.execute(db);
  const [found] = rows;
  if (found === undefined) return fail("internal", "a server has settings");
  if (Number(found.number) < OLDEST) fail("unsupported", `the server of ${shown} is older than PostgreSQL 13`);
  if (found.encoding !== "UTF8")
    fail("unsupported", `the database ${shown} is encoded in ${found.encoding}`, {
      hint: "Make it with encoding UTF8: createdb -E UTF8 -T template0 NAME.",
    });
  if (found.fsync !== "on" || found.commits === "off")
    fail("policy_refused", `the server of ${shown} says "committed" before anything is on its disk`, {
      hint: "Set fsync and synchronous_commit to on: what is acknowledged must survive a crash.",
    });
}

/**
 * For what is done while a service is stopped: on SQLite a lock sees to it.
 * @throws PacelineError conflict while another process of Paceline is connected to the database
 */
export async function refuseOthers(url: string): Promise<void> {
  const address = postgresAddress(url);
  const db = new Kysely<Tables>({ dialect: postgresDialect(postgresPool(address)) });
  try {
    const { rows } = await sql<{ count: bigint }>`select count(*) as count from pg_stat_activity
      where datname = current_database() and application_name = ${APPLICATION} and pid <> pg_backend_pid()`.execute(db);
    if (rows[0]?.count !== 0n)
      fail("conflict", `services are connected to ${address.shown}`, { hint: "Stop all of them first." });
  } catch (error) {
    throw storageError(error);
  } finally {
    await db.destroy();
  }
}
