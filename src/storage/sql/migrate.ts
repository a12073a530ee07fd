// A schema goes forward only, one version after another, in the transaction of whoever opens the database.
import type { RawBuilder } from "kysely";
import { fail } from "../../base/errors.ts";
import type { Sql } from "./tables.ts";

/** How a schema of the version before becomes this one. What was released is never edited: what changes is a migration more. */
export interface Migration {
  /** From 1, without gaps. */
  readonly version: number;
  readonly statements: readonly RawBuilder<unknown>[];
}

/**
 * @param at the version that the database has; 0 when it is new
 * @param until what it is wanted to have, the newest when left out
 * @returns the version that it has now @throws PacelineError unsupported when a newer Paceline wrote it
 */
export async function migrate(
  trx: Sql,
  at: number,
  migrations: readonly Migration[],
  until: number = migrations.length,
): Promise<number> {
  const newest = migrations.length;
  if (at > newest || until > newest)
    fail(
      "unsupported",
      `the database has version ${Math.max(at, until)} of the schema, and this Paceline knows ${newest}`,
      {
        hint: "Run the newer Paceline that has used it, or restore the copy that was made before the upgrade.",
      },
    );
  for (const { version, statements } of migrations)
    if (version > at && version <= until) for (const statement of statements) await statement.execute(trx);
  return until;
}
