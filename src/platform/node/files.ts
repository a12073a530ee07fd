// Writing a file so that a crash leaves the old content or the new, never a part of it.
import { randomUUID } from "node:crypto";
import {
  closeSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { isPacelineError, PacelineError } from "../../base/errors.ts";
import { createPrivate, privateMode } from "./private.ts";

function writeBeside(path: string, content: Uint8Array): string {
  const beside = `${path}.${randomUUID()}.tmp`;
  const file = openSync(beside, "wx", privateMode);
  try {
    for (let at = 0; at < content.length; ) at += writeSync(file, content, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return beside;
}

const NO_ROOM: ReadonlySet<unknown> = new Set(["ENOSPC", "EDQUOT"]);

/** Why a file could not be written, as an error of Paceline. @param what it is called; its path is nobody else's business */
export function fileError(error: unknown, what: string): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (isPacelineError(error) || syscall === undefined) return error;
  if (NO_ROOM.has(code))
    return new PacelineError("storage_full", `${what} has no room: its disk is full`, {
      hint: "Make room on that disk; the service goes on by itself.",
      cause: error,
    });
  return new PacelineError("unavailable", `${what} cannot be written: ${code} (${syscall})`, {
    hint: "Its disk or rights failed: look at the system's log.",
    cause: error,
  });
}

/** Makes a new name of a file itself durable. Windows cannot open folders, and needs no such step. */
export function syncFolder(path: string): void {
  if (process.platform === "win32") return;
  const folder = openSync(dirname(path), "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** Durable when it returns. */
export function replaceFile(path: string, content: Uint8Array): void {
  const beside = writeBeside(path, content);
  try {
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
  syncFolder(path);
}

/**
 * As `replaceFile`, and overwrites what the file held before: the blocks are nobody's by then. What a file system, a disk or a backup
 * has copied is not reached.
 */
export function replaceSecret(path: string, content: Uint8Array): void {
  const file = realpathSync(path);
  const old = openSync(file, "r+");
  try {
    replaceFile(file, content);
    writeSync(old, new Uint8Array(fstatSync(old).size), undefined, undefined, 0);
    fsyncSync(old);
  } finally {
    closeSync(old);
  }
}

const LOCK_MS = 10_000;

/** One process at a time changes a file; the operating system lets go of the lock however a process ends. */
export function withFileLock<R>(path: string, work: () => R): R {
  const holder = new DatabaseSync(createPrivate(`${path}.lock`), { timeout: LOCK_MS });
  try {
    holder.exec("pragma journal_mode=memory; begin exclusive");
    return work();
  } finally {
    holder.close();
  }
}

/** Durable when it returns. @returns false when there is such a file already, which stays as it is */
export function createFile(path: string, content: Uint8Array): boolean {
  const beside = writeBeside(path, content);
  try {
    linkSync(beside, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(beside, { force: true });
  }
  syncFolder(path);
  return true;
}

/** Removes what a crash left beside a file. Only for the one process that writes it. */
export function removeLeftovers(path: string): void {
  const head = `${basename(path)}.`;
  for (const name of readdirSync(dirname(path)))
    if (name.startsWith(head) && /^[0-9a-f-]{36}\.tmp$/.test(name.slice(head.length)))
      rmSync(join(dirname(path), name), { force: true });
}
