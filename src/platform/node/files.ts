// Writing a file so that a crash leaves the old content or the new, never a part of it.
import { randomUUID } from "node:crypto";
import { closeSync, fsyncSync, linkSync, openSync, readdirSync, renameSync, rmSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { privateMode } from "./private.ts";

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
