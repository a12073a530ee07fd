// One process a database. A file beside it is held locked by SQLite for as long as the process lives: the operating
// system lets go of it however the process ends, so nothing stale is left behind, and no process id is guessed at.
import { DatabaseSync } from "node:sqlite";
import { fail } from "../../base/errors.ts";
import { createPrivate } from "../../platform/node/private.ts";

export interface DatabaseLock {
  release(): void;
}

/**
 * The database itself stays open to readers, such as a backup.
 * @param path as the operating system resolves it, so that a link leads to the same lock
 * @throws PacelineError conflict when a running process, this one included, has it
 */
export function lockDatabase(path: string): DatabaseLock {
  const file = `${path}.lock`;
  createPrivate(file);
  const holder = new DatabaseSync(file, { timeout: 0 });
  try {
    // Nothing is ever written into it, so no journal of it is left either.
    holder.exec("pragma journal_mode=memory; begin exclusive");
  } catch (cause) {
    holder.close();
    if ((cause as { errcode?: number }).errcode === SQLITE_BUSY)
      fail("conflict", `another process works on ${path}`, {
        hint: "One service a database. End the other one (`lsof` on the .lock file names it), or give this one a file of its own.",
        cause,
      });
    throw cause;
  }
  return { release: () => holder.close() };
}

const SQLITE_BUSY = 5;
