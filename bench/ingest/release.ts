// From uploads to a release through both services: real reports, proofs checked on the services' own threads, both debits,
// both noises.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { concat, fromBase64Url } from "../../src/base/bytes.ts";
import { formatDay } from "../../src/base/calendar.ts";
import { wasmEngine } from "../../src/math/wasm/engine.ts";
import { nodeCrypto, nodeEntropy, nodeWasm } from "../../src/platform/node/index.ts";
import { newReporter } from "../../src/report/seal.ts";
import { population } from "../../src/simulate/index.ts";
import { decodeManifest } from "../../src/task/manifest.ts";
import type { Row } from "../harness.ts";
import { contributionOf, question } from "../manifest.ts";
import { upload } from "./load.ts";
import { type Pair, startPair } from "./services.ts";

const BATCH = 100;
const WARM_UP = 4000;
const MEMBERS = 500;

/** @param databases files or URLs; files in a folder of its own when left out */
export async function uploadToRelease(
  name: string,
  reports: number,
  databases?: Record<"coordinator" | "helper", string>,
): Promise<Row> {
  const folder = mkdtempSync(join(tmpdir(), "paceline-release-"));
  let pair: Pair | undefined;
  try {
    const files = { coordinator: join(folder, "coordinator.sqlite"), helper: join(folder, "helper.sqlite") };
    pair = await startPair(folder, databases ?? files);
    const task = await ask(pair);
    // Not timed: threads start, and what runs often is compiled, which goes on for some thousand reports.
    await upload(pair.port, task.text, await bodiesOf(task, WARM_UP), 4);
    const bodies = await bodiesOf(task, reports);
    const before = pair.spent();
    await upload(pair.port, task.text, bodies, 4);
    await call(pair, "POST", `/v1/tasks/${task.text}/collect`);
    const after = pair.spent();
    if (before === undefined || after === undefined) return { name, value: Number.NaN, unit, status: "data-absent" };
    return { name, value: reports / (after - before), unit, status: "measured" };
  } finally {
    await pair?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const unit = "reports/s a core";

/** Where analysts ask. */
export type Reached = Pick<Pair, "port" | "analystToken">;

export async function call(
  { port, analystToken }: Reached,
  method: string,
  path: string,
  body?: object,
): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: { authorization: `Bearer ${analystToken}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${text}`);
  return JSON.parse(text);
}

interface Task {
  readonly text: string;
  readonly manifest: Uint8Array;
}

export async function ask(pair: Reached): Promise<Task> {
  const yesterday = formatDay(Math.floor(Date.now() / 86_400_000) - 1);
  const { task: text } = (await call(pair, "POST", "/v1/queries", {
    ...question,
    privacy: { epsilon: "0.5" },
    window: { ...question.window, end: yesterday },
  })) as { task: string };
  const { tasks } = (await call(pair, "GET", "/v1/tasks")) as { tasks: readonly { manifest: string }[] };
  const [open] = tasks;
  if (open === undefined) throw new Error("the question that was asked is not in the register");
  return { text, manifest: fromBase64Url(open.manifest) };
}

const bodiesOf = async (task: Task, reports: number) => await (await sealing(task))(reports);

/** Real reports of a task, each of its own, in bodies of a hundred. */
export async function sealing({ manifest: bytes }: Task): Promise<(reports: number) => Promise<Uint8Array[]>> {
  const manifest = decodeManifest(bytes);
  const engine = wasmEngine(nodeWasm);
  const reporter = await newReporter({ crypto: nodeCrypto, entropy: nodeEntropy, engine }, { manifest, bytes });
  const members = population({ seed: "release", members: MEMBERS, lastDay: manifest.window.end });
  const contributions = members.map((member) => contributionOf(manifest, member));
  return async (reports) => {
    const sealed: Uint8Array[] = [];
    while (sealed.length < reports)
      for (const contribution of contributions.slice(0, reports - sealed.length))
        sealed.push((await reporter.seal(contribution)).bytes);
    return Array.from({ length: Math.ceil(reports / BATCH) }, (_, i) =>
      concat(...sealed.slice(i * BATCH, (i + 1) * BATCH)),
    );
  };
}
