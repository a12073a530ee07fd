// What a leader takes in over HTTP: a generator of load and a leader, a process each, on SQLite. Everything that was
// answered is durable.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { concat, toBase64Url } from "../../src/base/bytes.ts";
import { wasmEngine } from "../../src/math/wasm/engine.ts";
import { nodeCrypto, nodeEntropy, nodeWasm } from "../../src/platform/node/index.ts";
import { newReporter } from "../../src/report/seal.ts";
import { population } from "../../src/simulate/index.ts";
import { encodeManifest } from "../../src/task/manifest.ts";
import { noPostgres, startPostgres } from "../../test/support/postgres.ts";
import { type Bench, type Floor, type Row, runDelay } from "../harness.ts";
import { ALONE_QUIET, verificationAlone } from "../main-job/bench.ts";
import { contributionOf, manifestOf } from "../manifest.ts";
import type { LeaderSays, LeaderTask } from "./leader-process.ts";
import { upload } from "./load.ts";
import { uploadToRelease } from "./release.ts";

const CONNECTIONS = 256;
/** As many reports as a body holds at most. */
const BATCH = 100;
const BATCH_CONNECTIONS = 16;

export interface IngestSize {
  readonly warmUp: number;
  readonly single: number;
  readonly batches: number;
  /** Real ones, through both services; none for 0. */
  readonly released: number;
}

const whole: IngestSize = { warmUp: 4000, single: 20_000, batches: 400, released: 6000 };

type Usage = Exclude<LeaderSays, { readonly port: number }>;

interface Phase {
  readonly reports: number;
  readonly latencies: readonly number[];
  /** Of the clock, without what the leader stood in line for a processor. */
  readonly seconds: number;
  /** Share of the time in which the leader had a processor when it wanted one. */
  readonly served: number;
  readonly before: Usage;
  readonly after: Usage;
}

export async function ingest(size: IngestSize = whole): Promise<readonly Row[]> {
  return [...(await uploads(size)), ...(await releases(size))];
}

/** The same on both databases, a server of PostgreSQL where one can be started. */
async function releases({ released }: IngestSize): Promise<Row[]> {
  if (released === 0) return [];
  const peer = await verificationAlone();
  const rows = [{ ...(await uploadToRelease(SQLITE, released)), peer }];
  if (noPostgres !== undefined) return rows;
  const server = await startPostgres();
  try {
    for (const name of ["leader", "helper"]) await server.create(name);
    const databases = { coordinator: server.url("leader"), helper: server.url("helper") };
    rows.push({ ...(await uploadToRelease(POSTGRES, released, databases)), peer });
  } finally {
    await server.stop();
  }
  return rows;
}

async function uploads(size: IngestSize): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "paceline-ingest-"));
  let leader: ChildProcess | undefined;
  try {
    const { task, fresh } = await taskOf(folder);
    leader = fork(fileURLToPath(new URL("./leader-process.ts", import.meta.url)), [JSON.stringify(task)], {
      execArgv: ["--conditions=paceline-source"],
    });
    const child = leader;
    const { port } = (await said(child)) as { readonly port: number };
    const usage = async () => {
      const answer = said(child);
      child.send("usage");
      return (await answer) as Usage;
    };
    const phase = async (bodies: readonly Uint8Array[], reports: number, connections: number): Promise<Phase> => {
      const before = await usage();
      const [began, waited] = [performance.now(), runDelay(child.pid ?? 0)];
      const { latencies } = await upload(port, task.id, bodies, connections);
      const clock = (performance.now() - began) / 1000;
      const inLine = Math.min(runDelay(child.pid ?? 0) - waited, 0.95 * clock);
      return { reports, latencies, seconds: clock - inLine, served: 1 - inLine / clock, before, after: await usage() };
    };
    const bodies = (count: number, reports: number) =>
      Array.from({ length: count }, () => concat(...Array.from({ length: reports }, fresh)));
    await phase(bodies(size.warmUp, 1), size.warmUp, CONNECTIONS);
    const single = await phase(bodies(size.single, 1), size.single, CONNECTIONS);
    const batch = await phase(bodies(size.batches, BATCH), size.batches * BATCH, BATCH_CONNECTIONS);
    return rowsOf(single, batch);
  } finally {
    leader?.disconnect();
    if (leader !== undefined) await once(leader, "exit");
    rmSync(folder, { recursive: true, force: true });
  }
}

const said = async (child: ChildProcess): Promise<LeaderSays> => (await once(child, "message"))[0] as LeaderSays;

/** A task, and reports of it that are as large as real ones and have ids of their own; nobody opens them here. */
export async function taskOf(folder: string) {
  const pairs = { leader: nodeCrypto.x25519Generate(), helper: nodeCrypto.x25519Generate() };
  const now = Math.floor(Date.now() / 1000);
  const manifest = { ...(await manifestOf(pairs)), upload: { opens: now - 3600, closes: now + 3600 } };
  const bytes = encodeManifest(manifest);
  const engine = wasmEngine(nodeWasm);
  const reporter = await newReporter({ crypto: nodeCrypto, entropy: nodeEntropy, engine }, { manifest, bytes });
  const [member] = population({ seed: "ingest", members: 1, lastDay: manifest.window.end });
  if (member === undefined) throw new Error("no member");
  const like = (await reporter.seal(contributionOf(manifest, member))).bytes;
  const task: LeaderTask = {
    folder,
    id: toBase64Url(reporter.task.id),
    manifest: toBase64Url(bytes),
    closes: manifest.upload.closes,
  };
  return { task, fresh: () => concat(nodeEntropy.bytes(16), like.subarray(16)) };
}

const ONE = "uploads one by one, 256 connections";
const MANY = "reports in bodies of 100";
const CPU = "processor time of an upload";
const LATE = "99 of 100 uploads answered within";
const SQLITE = "upload to release, both services, SQLite";
const POSTGRES = "upload to release, both services, PostgreSQL";
const MEMORY = "leader's memory, growth over all of them";

function rowsOf(single: Phase, batch: Phase): Row[] {
  const row = (name: string, value: number, unit: string): Row => ({ name, value, unit, status: "measured" });
  const beside = (phase: Phase): Pick<Row, "peer"> => ({
    peer: { name: "share of a processor that the leader got", value: phase.served },
  });
  const spent = ({ before, after }: Phase) => after.seconds - before.seconds;
  const late = [...single.latencies].sort((a, b) => a - b)[Math.floor(0.99 * single.latencies.length)] ?? Number.NaN;
  const reports = single.reports + batch.reports;
  return [
    { ...row(ONE, single.reports / single.seconds, "/s"), ...beside(single) },
    row(CPU, (1000 * spent(single)) / single.reports, "ms"),
    { ...row(LATE, late, "ms"), ...beside(single) },
    { ...row(MANY, batch.reports / batch.seconds, "reports/s"), ...beside(batch) },
    row("processor time of a report in a body of 100", (1000 * spent(batch)) / batch.reports, "ms"),
    row(MEMORY, (batch.after.residentBytes - single.before.residentBytes) / 2 ** 20, "MiB"),
    row(
      "disk of a million reports that wait",
      ((batch.after.storedBytes - single.before.storedBytes) / reports) * 1e-3,
      "GB",
    ),
  ];
}

/** Rates and times of the clock are judged where the leader had a processor. */
const onQuiet = (floor: Omit<Floor, "of" | "peerAtLeast">): Floor => ({ of: "value", peerAtLeast: 0.9, ...floor });

export const ingestBench: Bench = {
  rows: () => ingest(),
  floors: {
    [ONE]: onQuiet({ atLeast: 3000 }),
    [CPU]: { of: "value", atMost: 0.35 },
    [LATE]: onQuiet({ atMost: 250 }),
    [MANY]: onQuiet({ atLeast: 10_000 }),
    [SQLITE]: { of: "value", atLeast: 3000, peerAtLeast: ALONE_QUIET },
    [MEMORY]: { of: "value", atMost: 256 },
  },
};
