// A copy of a database file while a service works on it, and a new file out of such a copy. The copy is one state of the
// database: everything that was committed before it began.
import { closeSync, createReadStream, existsSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { fail } from "../../base/errors.ts";
import { syncFolder } from "../../platform/node/files.ts";
import { createPrivate, privateMode, refuseShared } from "../../platform/node/private.ts";
import { storageError } from "./faults.ts";

/**
 * Reads while others write; until it ends, what they delete stays in the database's log.
 * @param within a folder for the copy, which is removed in the end
 * @throws PacelineError not_found, policy_refused, storage_full, unavailable
 */
export async function* exportDatabase(path: string, within: string): AsyncIterable<Uint8Array> {
  if (!existsSync(path)) fail("not_found", `there is no database ${path}`);
  refuseShared(path, "reports and budgets");
  const copy = `${within}/copy.sqlite`;
  createPrivate(copy);
  try {
    const db = new DatabaseSync(path, { readOnly: true, timeout: 5000 });
    try {
      db.prepare("vacuum into ?").run(copy);
    } finally {
      db.close();
    }
    yield* createReadStream(copy, { highWaterMark: CHUNK });
  } catch (error) {
    throw storageError(error);
  } finally {
    rmSync(copy, { force: true });
  }
}

const CHUNK = 1024 * 1024;

/**
 * Makes a database file of an exported copy; durable when it resolves, and not there at all when it rejects.
 * @throws PacelineError conflict when there is a database already, invalid_data when the copy is none
 */
export async function importDatabase(path: string, content: AsyncIterable<Uint8Array>): Promise<void> {
  for (const file of [path, `${path}-wal`, `${path}-shm`])
    if (existsSync(file))
      fail("conflict", `${file} is there already`, {
        hint: "A backup is restored where no database is: move the old one aside, and keep it until all is well.",
      });
  const beside = `${path}.restoring`;
  rmSync(beside, { force: true });
  try {
    const file = openSync(beside, "wx", privateMode);
    try {
      for await (const bytes of content) for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    checkWhole(beside);
    renameSync(beside, path);
    syncFolder(path);
  } catch (error) {
    throw storageError(error);
  } finally {
    for (const end of ["", "-wal", "-shm"]) rmSync(beside + end, { force: true });
  }
}

function checkWhole(path: string): void {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    const found = db.prepare("pragma integrity_check(1)").get() as { integrity_check?: string } | undefined;
    if (found?.integrity_check !== "ok") fail("invalid_data", "the backup's database is damaged");
  } finally {
    db.close();
  }
}
