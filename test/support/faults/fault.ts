// Faults at an exact call of a process: it dies there, or files fail there as on a broken disk. A small library that is loaded
// before the process's own counts its calls (calls.c); it is compiled where there is a C compiler, on Linux.
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Which call it is, from 1 on: of those that change files or, unless files are named, send to other processes. */
interface At {
  readonly call: number;
}

/** Dies there; `torn`: of a write to a file, a part is done first. */
export interface Death extends At {
  readonly how: "kill" | "torn";
}

/** So many calls in a row, of files whose paths contain `path`. */
export interface Failure extends At {
  readonly how: "fail";
  readonly calls: number;
  readonly errno: "EIO" | "ENOSPC";
  readonly of: "write" | "flush" | "read" | "name" | "change";
  readonly path: string;
}

/** So many writes in a row take a part of what they are given. */
export interface ShortWrite extends At {
  readonly how: "short";
  readonly calls: number;
  readonly path: string;
}

export type Fault = Death | Failure | ShortWrite;

const errnos = { EIO: 5, ENOSPC: 28 } as const;
const kinds = { write: "w", flush: "f", read: "r", name: "n", change: "wfn" } as const;

let library: string | undefined;

/** Compiled once a process. @returns undefined where that cannot be */
function compiled(): string | undefined {
  if (library !== undefined || process.platform !== "linux") return library;
  const folder = mkdtempSync(join(tmpdir(), "paceline-faults-"));
  const made = join(folder, "calls.so");
  const source = fileURLToPath(new URL("./calls.c", import.meta.url));
  try {
    execFileSync("gcc", ["-shared", "-fPIC", "-O2", "-o", made, source, "-ldl"], { stdio: "ignore" });
  } catch {
    rmSync(folder, { recursive: true });
    return undefined;
  }
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  // For servers too that run as somebody else.
  chmodSync(folder, 0o755);
  library = made;
  return library;
}

/** Why no fault can be set at an exact call here, if so. */
export const noFaults: string | undefined =
  compiled() === undefined ? "there is no gcc here, or this is no Linux: no fault at an exact call" : undefined;
if (noFaults !== undefined) process.stderr.write(`skipped: ${noFaults}\n`);

/** What a process is started with to have this fault, or to be counted alone. @param countFile read by `callsOf` */
export function faultEnvironment(fault: Fault | undefined, countFile: string): Record<string, string> {
  const file = compiled();
  if (file === undefined) throw new Error(noFaults);
  const common = { LD_PRELOAD: file, PACELINE_FAULT_COUNT: countFile };
  if (fault === undefined) return common;
  if (!("calls" in fault)) return { ...common, PACELINE_FAULT: `${fault.how}:${fault.call}` };
  const text = `${fault.how}:${fault.call}:${fault.calls}`;
  const at = { ...common, PACELINE_FAULT_PATH: fault.path };
  if (fault.how === "short") return { ...at, PACELINE_FAULT: text, PACELINE_FAULT_OF: kinds.write };
  return { ...at, PACELINE_FAULT: `${text}:${errnos[fault.errno]}`, PACELINE_FAULT_OF: kinds[fault.of] };
}

/** How many calls the latest process with this file has made, and how many of them were spoilt. */
export function callsOf(countFile: string): { readonly made: number; readonly spoilt: number } {
  if (!existsSync(countFile)) return { made: 0, spoilt: 0 };
  const bytes = readFileSync(countFile);
  if (bytes.length < 16) return { made: 0, spoilt: 0 };
  return { made: Number(bytes.readBigUInt64LE(0)), spoilt: Number(bytes.readBigUInt64LE(8)) };
}
