// A file that says which process works on another file.
import { randomUUID } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { utf8 } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import { createFile } from "./files.ts";

export interface Lock {
  /** @throws PacelineError conflict when the lock was removed or taken over */
  check(): void;
  release(): void;
}

/** Locks of this very process: after a restart in a container the process id in a stale lock may be our own. */
const ours = new Set<string>();

/**
 * Takes the lock, also from a process that is no more.
 * @throws PacelineError conflict when a running process holds it
 */
export function takeLock(path: string): Lock {
  const token = `${process.pid} ${randomUUID()}`;
  while (!createFile(path, utf8(token))) {
    const owner = Number.parseInt(content(path), 10);
    if (ours.has(path) || (owner !== process.pid && alive(owner)))
      fail("conflict", `${path} says that process ${owner} is at work here`, {
        hint: "End that process, or remove the lock file if it is no Paceline process.",
      });
    rmSync(path, { force: true });
  }
  ours.add(path);
  return {
    check() {
      if (content(path) !== token) fail("conflict", `${path} is no longer ours`, { hint: "Open the store again." });
    },
    release() {
      ours.delete(path);
      if (content(path) === token) rmSync(path, { force: true });
    },
  };
}

function content(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // released between two looks
    return "";
  }
}

function alive(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
