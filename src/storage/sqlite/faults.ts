// What SQLite reports about the machine, as errors of Paceline. A full disk is no bug.
import { isPacelineError, PacelineError } from "../../base/errors.ts";

/** Primary result codes (sqlite.org/rescode.html): the low byte of an extended one. */
const BUSY = 5;
const READ_ONLY = 8;
const IO_ERROR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANNOT_OPEN = 14;
const NOT_A_DATABASE = 26;

/** SQLite's own errors about the file or the disk become ones that say what to do; all others stay as they are. */
export function storageError(error: unknown): unknown {
  const code = (error as { errcode?: unknown } | null)?.errcode;
  if (isPacelineError(error) || typeof code !== "number") return error;
  switch (code & 0xff) {
    case FULL:
      return new PacelineError("storage_full", "the database has no room to grow: its disk is full", {
        hint: "Nothing of this was stored. Make room on the disk of the database; the service goes on by itself.",
        cause: error,
      });
    case BUSY:
      return new PacelineError("unavailable", "another program keeps the database locked", { cause: error });
    case READ_ONLY:
    case IO_ERROR:
    case CANNOT_OPEN:
      return new PacelineError("unavailable", `the database cannot be used: ${(error as Error).message}`, {
        hint: "The disk or its rights failed: look at the system's log, and start the service again. Whatever was asked may be asked again: nothing counts twice.",
        cause: error,
      });
    case CORRUPT:
    case NOT_A_DATABASE:
      return new PacelineError("unavailable", `the database is damaged: ${(error as Error).message}`, {
        hint: "Stop the service, and restore the newest copy of the database.",
        cause: error,
      });
    default:
      return error;
  }
}

/** What does not pass while the file stays open. */
const LASTING: ReadonlySet<number> = new Set([IO_ERROR, CORRUPT, NOT_A_DATABASE]);

/**
 * Runs work of one open database, with its errors as Paceline's. Once the disk has failed, or the file is found damaged, all further
 * work fails in the same way: what a failed flush has left in the system's memory may not be on the disk and never get there, so only
 * who opens the file anew knows what is in it.
 */
export function whileDiskWorks(): <R>(work: () => Promise<R>) => Promise<R> {
  let broken: unknown;
  return async (work) => {
    if (broken !== undefined) throw broken;
    try {
      return await work();
    } catch (error) {
      const known = storageError(error);
      const code = (error as { errcode?: unknown } | null)?.errcode;
      if (typeof code === "number" && LASTING.has(code & 0xff)) broken = known;
      throw known;
    }
  };
}
