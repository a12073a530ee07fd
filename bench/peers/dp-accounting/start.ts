// Starts the Python peer: a virtual environment beside this file (kept out of git), made on first use with the pinned
// packages. Where Python, pip or the network is missing the peer is absent, and one sentence says why.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { startLineProcess } from "../../line-process.ts";

const folder = fileURLToPath(new URL("./", import.meta.url));
const environment = `${folder}.venv/`;
const requirements = `${folder}requirements.txt`;
const python = process.platform === "win32" ? `${environment}Scripts/python.exe` : `${environment}bin/python`;

export interface Peer {
  readonly name: string;
  run(question: { job: string; arguments: object }, iterations: number): Promise<{ seconds: number; result: number }>;
  close(): void;
}

/** @returns undefined, and a sentence on stderr, where the peer cannot run here */
export async function startPeer(): Promise<Peer | undefined> {
  try {
    install();
    // One thread, as ours.
    const one = { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };
    const child = await startLineProcess(python, [`${folder}peer.py`], one);
    const { name } = (await child.ask({ op: "hello" })) as { name: string };
    return {
      name,
      run: async (question, iterations) =>
        (await child.ask({ op: "run", ...question, iterations })) as { seconds: number; result: number },
      close: () => child.close(),
    };
  } catch (error) {
    process.stderr.write(`bench: dp-accounting is absent: ${(error as Error).message}\n`);
    return undefined;
  }
}

/** Makes the environment unless one with these very packages is there. @throws Error saying what is missing */
function install(): void {
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
