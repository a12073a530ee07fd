// A service's database, as its configuration names it: a file for SQLite, or the URL of one on a PostgreSQL server.
import { fail } from "../../base/errors.ts";
import type { Store } from "../../ports/store.ts";
import { isPostgresUrl, postgresAddress } from "../../storage/postgres/address.ts";
import type { DatabaseRows } from "../../storage/sql/rows.ts";

/** @throws PacelineError as openDatabase of either says */
export async function openServiceDatabase(database: string): Promise<Store<DatabaseRows>> {
  const { openDatabase } = isPostgresUrl(database)
    ? await import("../../storage/postgres/index.ts")
    : await import("../../storage/sqlite/index.ts");
  return await openDatabase(database);
}

/** Whoever is on this machine sees the command lines of its processes. @throws PacelineError invalid_argument */
export function onCommandLine(database: string | undefined): string | undefined {
  if (database !== undefined && isPostgresUrl(database) && postgresAddress(database).password !== undefined)
    fail("invalid_argument", "a password on the command line can be read by everyone on this machine", {
      hint: "Leave it out of the URL and write it into ~/.pgpass, or give the URL in the configuration.",
    });
  return database;
}
