// Peers in Python: a virtual environment beside the peer's program (kept out of git), made on first use with its pinned packages.
// Where Python, pip or the network is missing the peer is absent, and one sentence says why.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type LineProcess, startLineProcess } from "../line-process.ts";

export interface PythonPeer {
  /** As the program calls itself. */
  readonly name: string;
  readonly child: LineProcess;
}

/** @param folder beside this file @returns undefined, and a sentence on stderr, where the peer cannot run here */
export async function startPython(folder: string): Promise<PythonPeer | undefined> {
  const path = fileURLToPath(new URL(`./${folder}/`, import.meta.url));
  const environment = `${path}.venv/`;
  const python = process.platform === "win32" ? `${environment}Scripts/python.exe` : `${environment}bin/python`;
  try {
    install(environment, python, `${path}requirements.txt`);
    // One thread, as ours.
    const one = { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };
    const child = await startLineProcess(python, [`${path}peer.py`], one);
    const { name } = (await child.ask({ op: "hello" })) as { name: string };
    return { name, child };
  } catch (error) {
    process.stderr.write(`bench: ${folder} is absent: ${(error as Error).message}\n`);
    return undefined;
  }
}

/** Makes the environment unless one with these very packages is there. @throws Error saying what is missing */
function install(environment: string, python: string, requirements: string): void {
  const stamp = `${environment}installed`;
  const wanted = createHash("sha256").update(readFileSync(requirements)).digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  rmSync(environment, { recursive: true, force: true });
  const base = process.env.PYTHON ?? "python3";
  must(base, ["-m", "venv", environment], "no python3 with venv");
  must(python, ["-m", "pip", "install", "--quiet", "--no-deps", "-r", requirements], "pip cannot install it");
  writeFileSync(stamp, wanted);
}

function must(command: string, commandArguments: readonly string[], otherwise: string): void {
  const { status, stderr, error } = spawnSync(command, commandArguments, { encoding: "utf8", timeout: 300_000 });
  if (status === 0) return;
  throw new Error(`${otherwise}: ${error?.message ?? stderr.trim().split("\n").at(-1) ?? ""}`);
}
