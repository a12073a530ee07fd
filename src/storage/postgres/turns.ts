// Transactions of many processes as if one came after another. Each first runs beside the others as SERIALIZABLE, and
// PostgreSQL undoes one of any that no order explains; that one runs again, alone: it locks a table that all others hold a
// share of, so it waits for those that began and the next wait for it. No transaction runs more than twice.
import { CompiledQuery, type Kysely } from "kysely";
import type { Sql, Tables } from "../sql/tables.ts";

/** Locking takes no snapshot, so the transaction sees everything that was committed before it got the lock. */
const BESIDE = "begin isolation level serializable; lock table turn in row exclusive mode";
const ALONE = "begin isolation level serializable; lock table turn in exclusive mode";
/** One state of all tables; it waits for nobody, and nobody for it. */
const READ = "begin isolation level repeatable read read only";
/** A statement that failed unnoticed makes PostgreSQL answer a commit with a rollback: asking first makes it an error. */
const COMMIT = "select 1; commit";

/** serialization_failure, deadlock_detected, and unique_violation: a row that the transaction could not see yet. */
const UNORDERED = new Set(["40001", "40P01", "23505"]);

async function attempt<R>(db: Kysely<Tables>, begin: string, work: (trx: Sql) => Promise<R>): Promise<R> {
  return await db.connection().execute(async (connection) => {
    const run = (text: string) => connection.executeQuery(CompiledQuery.raw(text));
    await run(begin);
    try {
      const result = await work(connection);
      await run(COMMIT);
      return result;
    } catch (error) {
      // A connection that is gone has rolled back by itself, and what is told is why.
      await run("rollback").catch(() => undefined);
      throw error;
    }
  });
}

export interface Turns {
  write<R>(work: (trx: Sql) => Promise<R>): Promise<R>;
  read<R>(work: (trx: Sql) => Promise<R>): Promise<R>;
}

/** How many transactions go alone at once after one had to: others want the same rows now. */
const WARY = 16;

export function newTurns(db: Kysely<Tables>): Turns {
  let wary = 0;
  return {
    async write(work) {
      if (wary > 0) wary -= 1;
      else
        try {
          return await attempt(db, BESIDE, work);
        } catch (error) {
          if (!UNORDERED.has((error as { code?: string }).code ?? "")) throw error;
          wary = WARY;
        }
      return await attempt(db, ALONE, work);
    },
    read: (work) => attempt(db, READ, work),
  };
}
