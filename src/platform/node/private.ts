// Files that hold secrets: made for their owner alone, and refused when others can reach them.
import { closeSync, openSync, realpathSync, statSync } from "node:fs";
import { fail } from "../../base/errors.ts";

/** Readable and writable by the owner alone. */
export const privateMode = 0o600;
/** Readable by everybody: for files that the package hands to everybody as they are. */
export const publicMode = 0o644;

/** Makes an empty file; one that is there stays as it is. @returns its path with every link followed */
export function createPrivate(path: string): string {
  try {
    closeSync(openSync(path, "wx", privateMode));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  return realpathSync(path);
}

/**
 * Does nothing when there is no such file. Windows has no such bits and reports them all set: nothing is checked there.
 * @param holds what of it is secret, for the message
 * @throws PacelineError policy_refused when group or others may read or write it
 */
export function refuseShared(path: string, holds: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (process.platform === "win32" || found === undefined || !found.isFile() || (found.mode & 0o077) === 0) return;
  fail("policy_refused", `${path} holds ${holds} and others may read or write it`, {
    hint: `Run: chmod 600 ${path}`,
  });
}
