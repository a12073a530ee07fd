// What a worker that trains costs: the time on a processor from its thread's first moment to its first sum, which is what a quiet
// machine would show, and its memory beside that of others. Bundled, as the package has it.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { build } from "esbuild";
import type { LocalJob } from "../../src/simulate/training/engine/local.ts";
import { collectGarbage, type Row } from "../harness.ts";
import { jobOf } from "./rounds.ts";

export const WORKER = {
  start: "a worker that trains: from its start to its first sum",
  memory: "a worker that trains: resident memory beyond an empty one's",
} as const;

const STARTS = 15;
const TOGETHER = 8;
const EMPTY = "an empty worker";

/** Starts of one kind of worker, the fastest of which counts, and what so many of them hold each. */
interface Measured {
  readonly spent: number;
  readonly mebibytes: number;
}

async function measureWorker(entry: string, job: LocalJob): Promise<Measured> {
  const running: Worker[] = [];
  const start = async (holder: Worker[]) => {
    const worker = new Worker(entry, { workerData: job });
    holder.push(worker);
    const { promise, resolve, reject } = Promise.withResolvers<{ spent: number; done: boolean }>();
    worker.once("message", resolve).once("error", reject);
    const { spent, done } = await promise;
    if (!done) throw new Error("a round that moves nothing");
    return spent;
  };
  try {
    const spent: number[] = [];
    for (let i = 0; i < STARTS; i++) {
      spent.push(await start(running));
      await running.pop()?.terminate();
    }
    collectGarbage();
    const before = process.memoryUsage.rss();
    for (let i = 0; i < TOGETHER; i++) await start(running);
    collectGarbage();
    return {
      spent: Math.min(...spent),
      mebibytes: (process.memoryUsage.rss() - before) / TOGETHER / 2 ** 20,
    };
  } finally {
    await Promise.all(running.map((worker) => worker.terminate()));
  }
}

/** Called in a process of its own for each kind, so that no memory of the bench's or the other's is used again. */
export async function measureKind(kind: string): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), "paceline-bench-"));
  const outfile = join(folder, "worker.mjs");
  try {
    if (kind === "empty") writeFileSync(outfile, EMPTY_WORKER);
    else
      await build({
        entryPoints: [fileURLToPath(new URL("first-sum-worker.ts", import.meta.url))],
        ...{ outfile, bundle: true, minify: true, platform: "node", format: "esm", conditions: ["paceline-source"] },
      });
    return await measureWorker(outfile, jobOf(1));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function inProcess(kind: "trainer" | "empty"): Measured {
  const script = fileURLToPath(new URL("measure-worker.ts", import.meta.url));
  const { stdout, stderr } = spawnSync(process.execPath, ["--conditions=paceline-source", script, kind], {
    encoding: "utf8",
  });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout);
}

/** What first-sum-worker.ts does besides computing. */
const EMPTY_WORKER = `import { readFileSync } from "node:fs";
import { parentPort } from "node:worker_threads";
const spent = Number(readFileSync("/proc/thread-self/schedstat", "utf8").split(" ")[0]) / 1e6;
parentPort.postMessage({ spent, done: true });
parentPort.on("message", () => undefined);
`;

export async function workerRows(): Promise<Row[]> {
  if (!existsSync("/proc/thread-self/schedstat"))
    return Object.values(WORKER).map((name) => ({ name, value: Number.NaN, unit: "", status: "data-absent" }));
  const [trainer, empty] = [inProcess("trainer"), inProcess("empty")];
  return [
    {
      ...{ name: WORKER.start, value: trainer.spent, unit: "ms", status: "measured" },
      peer: { name: EMPTY, value: empty.spent },
    },
    {
      ...{ name: WORKER.memory, value: trainer.mebibytes - empty.mebibytes, unit: "MiB", status: "measured" },
      peer: { name: EMPTY, value: empty.mebibytes },
    },
  ];
}
