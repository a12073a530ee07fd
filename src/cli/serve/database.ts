// A service's database, as its configuration names it: a file for SQLite, or the URL of one on a PostgreSQL server.
import { fail } from "../../base/errors.ts";
import { openSealer } from "../../platform/node/index.ts";
import { type OwnerRow, refuseOtherRole } from "../../ports/owner.ts";
import { isPostgresUrl, postgresAddress } from "../../storage/postgres/address.ts";
import type { Database } from "../../storage/sql/rows.ts";

export interface DatabasePlaces {
  readonly database: string;
  readonly keys: string;
  readonly sealing?: string | undefined;
}

/** Where the sealing keys are: not in the database, and not in what a backup of it holds. */
export const sealingPath = ({ sealing, keys }: Pick<DatabasePlaces, "sealing" | "keys">): string =>
  sealing ?? `${keys}.sealing`;

/** @throws PacelineError as openDatabase of either says, as openSealer does, and conflict when it is another role's */
export async function openServiceDatabase(role: OwnerRow["role"], places: DatabasePlaces): Promise<Database> {
  const { openDatabase } = isPostgresUrl(places.database)
    ? await import("../../storage/postgres/index.ts")
    : await import("../../storage/sqlite/index.ts");
  return await openDatabase(places.database, (sealed, owner) => {
    // Before keys are opened or made: another party's would only look damaged, or be sealed with keys that it has not.
    if (owner !== undefined) refuseOtherRole(owner, role);
    return openSealer(sealingPath(places), sealed ? "refuse" : "make");
  });
}

/** For work while the service is stopped. @throws PacelineError conflict while a process of it runs */
export async function openStoppedDatabase(role: OwnerRow["role"], places: DatabasePlaces): Promise<Database> {
  if (isPostgresUrl(places.database)) {
    const { refuseOthers } = await import("../../storage/postgres/index.ts");
    await refuseOthers(places.database);
  }
  return await openServiceDatabase(role, places);
}

/** Whoever is on this machine sees the command lines of its processes. @throws PacelineError invalid_argument */
export function onCommandLine(database: string | undefined): string | undefined {
  if (database !== undefined && isPostgresUrl(database) && postgresAddress(database).password !== undefined)
    fail("invalid_argument", "a password on the command line can be read by everyone on this machine", {
      hint: "Leave it out of the URL and write it into ~/.pgpass, or give the URL in the configuration.",
    });
  return database;
}
