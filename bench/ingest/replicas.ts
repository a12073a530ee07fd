// Parties of several processes on one PostgreSQL server: two that take requests and one, two or four that verify, of each party. What
// is timed is verification alone: reports are taken in while the workers are stopped, and then all of them are let go at once.
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { Server as NetServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { balance } from "../../test/support/balance.ts";
import { noPostgres, type Server, startPostgres } from "../../test/support/postgres.ts";
import type { Bench, Row } from "../harness.ts";
import { upload } from "./load.ts";
import { ask, call, type Reached, sealing } from "./release.ts";
import { freePort, pairFiles, processorSeconds, residentMiB, startOne, stopAll } from "./services.ts";

const APIS = 2;
const roles = ["helper", "coordinator"] as const;
type Role = (typeof roles)[number];

interface Party {
  readonly apis: readonly ChildProcess[];
  readonly workers: readonly ChildProcess[];
}

interface Parties extends Reached {
  readonly of: Readonly<Record<Role, Party>>;
  stop(): Promise<void>;
}

async function startParties(folder: string, server: Server, name: string, workers: number): Promise<Parties> {
  for (const role of roles) await server.create(`${name}_${role}`);
  const databases = { coordinator: server.url(`${name}_coordinator`), helper: server.url(`${name}_helper`) };
  const files = await pairFiles(folder, databases);
  const proxies: NetServer[] = [];
  const of = { helper: { apis: [], workers: [] }, coordinator: { apis: [], workers: [] } } as Record<
    Role,
    { apis: ChildProcess[]; workers: ChildProcess[] }
  >;
  const stop = async () => {
    for (const { apis, workers } of Object.values(of)) {
      for (const worker of workers) worker.kill("SIGCONT");
      await stopAll([...workers, ...apis]);
    }
    for (const proxy of proxies) proxy.close();
  };
  const start = async (role: Role, does: "api" | "worker", i: number) => {
    const port = await freePort();
    const path = (end: string) => join(folder, `${role}-${does}${i}.${end}`);
    const jobs = role === "coordinator" ? { jobReports: JOB } : {};
    const config = {
      ...files[role],
      ...jobs,
      roles: [does],
      mark: path("mark"),
      listen: { hostname: "127.0.0.1", port },
    };
    return { port, running: await startOne(role, path("json"), config) };
  };
  try {
    for (const role of roles) {
      const apis: { port: number; running: ChildProcess }[] = [];
      for (let i = 0; i < APIS; i++) {
        const api = await start(role, "api", i);
        of[role].apis.push(api.running);
        apis.push(api);
      }
      proxies.push(await balance(role === "helper" ? files.helperPort : files.port, apis));
      for (let i = 0; i < workers; i++) of[role].workers.push((await start(role, "worker", i)).running);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { port: files.port, analystToken: files.analystToken, of, stop };
}

const cpuOf = (children: readonly ChildProcess[]) =>
  children.reduce((sum, { pid }) => sum + processorSeconds(pid ?? 0), 0);

/** Of PostgreSQL's processes, those that ended too. */
function postgresSeconds({ folder }: Server): number {
  const pid = readFileSync(join(folder, "data", "postmaster.pid"), "utf8").split("\n")[0];
  const own = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  const living = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
  const ended = (Number(own[13]) + Number(own[14])) / 100;
  return ended + [pid, ...living].reduce((sum, one) => sum + (processorSeconds(Number(one)) || 0), 0);
}

export interface Measured {
  /** By the clock, from when the workers are let go until everything is verified by both parties. */
  readonly seconds: number;
  /** Processor time in that, in seconds. */
  readonly cpu: Readonly<Record<"workers" | "apis" | "postgres", number>>;
  /** MiB of the largest process of a kind. */
  readonly memory: Readonly<Record<"worker" | "api", number>>;
  /** Jobs that the helper answered, one a job of the leader's where none was begun anew with other reports. */
  readonly jobs: number;
  /** Transactions that were undone to be run again, of both parties. */
  readonly undone: number;
}

const undoneIn = async (server: Server) => {
  const [row] = await server.run("postgres", "select sum(xact_rollback) as undone from pg_stat_database");
  return Number(row?.undone ?? 0);
};

export async function verifiedBy(server: Server, workers: number, reports: number): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), "paceline-replicas-"));
  const name = `w${workers}`;
  const parties = await startParties(folder, server, name, workers);
  const look = new Client({ connectionString: server.url(`${name}_coordinator`) });
  try {
    const { helper, coordinator } = parties.of;
    const all = { workers: [...helper.workers, ...coordinator.workers], apis: [...helper.apis, ...coordinator.apis] };
    const task = await ask(parties);
    const bodies = await sealing(task);
    await look.connect();
    // On one connection and by the index: what looks on is in PostgreSQL's time too.
    const waits = "select from report where task = $1 and state = $2 limit 1";
    const verified = async () => {
      for (const state of ["pending", "aggregating"])
        while ((await look.query(waits, [Buffer.from(task.text, "base64url"), state])).rowCount !== 0)
          await new Promise((resolve) => setTimeout(resolve, 200));
    };
    // Not timed: threads start, and what runs often is compiled, in each of the workers.
    await upload(parties.port, task.text, await bodies(WARM * workers * JOB), 4);
    await verified();
    for (const worker of all.workers) worker.kill("SIGSTOP");
    await upload(parties.port, task.text, await bodies(reports), 4);
    const spent = () => ({ workers: cpuOf(all.workers), apis: cpuOf(all.apis), postgres: postgresSeconds(server) });
    const [before, undone, began] = [spent(), await undoneIn(server), performance.now()];
    for (const worker of all.workers) worker.kill("SIGCONT");
    await verified();
    const seconds = (performance.now() - began) / 1000;
    const after = spent();
    const jobs = await server.run(`${name}_helper`, "select count(*) as jobs from job");
    const measured = {
      seconds,
      cpu: {
        workers: after.workers - before.workers,
        apis: after.apis - before.apis,
        postgres: after.postgres - before.postgres,
      },
      memory: {
        worker: Math.max(...all.workers.map(({ pid }) => residentMiB(pid ?? 0))),
        api: Math.max(...all.apis.map(({ pid }) => residentMiB(pid ?? 0))),
      },
      jobs: Number(jobs[0]?.jobs) - WARM * workers,
      undone: (await undoneIn(server)) - undone,
    };
    await call(parties, "POST", `/v1/tasks/${task.text}/collect`);
    return measured;
  } finally {
    await look.end();
    await parties.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As many reports as one request to the helper has. */
const JOB = 200;
/** Jobs of each worker before anything is timed. */
const WARM = 8;
const REPORTS = 40 * JOB;
const WORKERS = [1, 2, 4] as const;

export async function replicas(reports = REPORTS, counts: readonly number[] = WORKERS): Promise<readonly Row[]> {
  if (noPostgres !== undefined)
    return [{ name: RATE(counts[0] ?? 1), value: Number.NaN, unit: "/s", status: "data-absent" }];
  const server = await startPostgres();
  const rows: Row[] = [];
  try {
    let one: number | undefined;
    for (const workers of counts) {
      const { seconds, cpu, memory, jobs, undone } = await verifiedBy(server, workers, reports);
      const row = (name: string, value: number, unit: string): Row => ({ name, value, unit, status: "measured" });
      const all = cpu.workers + cpu.apis + cpu.postgres;
      one ??= all;
      const got = { name: "processors that they had", value: all / seconds };
      const cost = { ...row(COST(workers), (1e6 * all) / reports, "µs"), ratio: one / all };
      rows.push({ ...row(RATE(workers), reports / seconds, "/s"), peer: got });
      rows.push({ ...cost, peer: { name: `with ${counts[0]}`, value: (1e6 * one) / reports } });
      rows.push(row(`${workers} workers a party: of that in PostgreSQL`, (1e6 * cpu.postgres) / reports, "µs"));
      rows.push(row(`${workers} workers a party: the largest worker`, memory.worker, "MiB"));
      rows.push(row(`${workers} workers a party: the largest that takes requests`, memory.api, "MiB"));
      rows.push(row(`${workers} workers a party: jobs of ${JOB}`, jobs, ""));
      rows.push(row(`${workers} workers a party: transactions undone`, undone, ""));
    }
    return rows;
  } finally {
    await server.stop();
  }
}

const RATE = (workers: number) => `${workers} workers a party: reports verified by both`;
const COST = (workers: number) => `${workers} workers a party: processor time a report, with PostgreSQL's`;

/** Judged by nobody: looking for work takes by the clock, so that a busy machine says little of what a report costs. */
export const replicasBench: Bench = { rows: () => replicas(), floors: {} };
