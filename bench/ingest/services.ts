// Both services as their operators start them, each a process with a database of its own, reached over HTTP.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { toBase64Url } from "../../src/base/bytes.ts";
import type { CoordinatorFile, HelperFile } from "../../src/cli/serve/config.ts";
import { publicKeys } from "../../src/cli/serve/keys.ts";
import { nodeEntropy } from "../../src/platform/node/index.ts";

export interface Pair {
  readonly port: number;
  readonly analystToken: string;
  /** Seconds of processor time that both have spent; undefined where the system does not say. */
  spent(): number | undefined;
  /** Physical memory of each now, in MiB; undefined where the system does not say. */
  memory(): Record<"coordinator" | "helper", number> | undefined;
  stop(): Promise<void>;
}

export type Databases = Readonly<Record<"coordinator" | "helper", string>>;

/** What the two are configured with, and where they are reached. @param databases a file or a URL each */
export async function pairFiles(folder: string, databases: Databases) {
  const [helperPort, port] = [await freePort(), await freePort()];
  const file = (name: string) => join(folder, name);
  const keys = { coordinator: publicKeys(file("coordinator.keys")), helper: publicKeys(file("helper.keys")) };
  const [analystToken, leaderToken] = [toBase64Url(nodeEntropy.bytes(24)), toBase64Url(nodeEntropy.bytes(24))];
  const urls = { helper: `http://127.0.0.1:${helperPort}`, coordinator: `http://127.0.0.1:${port}` };
  const common = (role: "coordinator" | "helper", own: number) => ({
    database: databases[role],
    mark: file(`${role}.mark`),
    keys: file(`${role}.keys`),
    listen: { hostname: "127.0.0.1", port: own },
    url: urls[role],
  });
  const helper: HelperFile = {
    ...common("helper", helperPort),
    leaderUrl: urls.coordinator,
    leaderToken,
    policy: { purposes: ["research"], metrics: ["rhr"], training: false, minBatchFloor: 5 },
  };
  const coordinator: CoordinatorFile = {
    ...common("coordinator", port),
    analystToken,
    helper: { url: urls.helper, token: leaderToken, ...keys.helper },
    minBatchFloor: 5,
    uploads: { perSecond: 1e6, burst: 1e9, perTask: 1e9 },
  };
  return { helper, coordinator, port, helperPort, analystToken };
}

/** @param databases a file or a URL each */
export async function startPair(folder: string, databases: Databases): Promise<Pair> {
  const { helper, coordinator, port, analystToken } = await pairFiles(folder, databases);
  const children: ChildProcess[] = [];
  const stop = () => stopAll(children);
  try {
    for (const [role, config] of Object.entries({ helper, coordinator }))
      children.push(await startOne(role, join(folder, `${role}.json`), config));
  } catch (error) {
    await stop();
    throw error;
  }
  const spent = () => children.reduce((sum, { pid }) => sum + processorSeconds(pid ?? 0), 0);
  const memory = () => {
    const [helper = Number.NaN, coordinator = Number.NaN] = children.map(({ pid }) => residentMiB(pid ?? 0));
    return Number.isFinite(helper + coordinator) ? { coordinator, helper } : undefined;
  };
  return { port, analystToken, spent: () => (Number.isFinite(spent()) ? spent() : undefined), memory, stop };
}

const command = fileURLToPath(new URL("../../src/cli/run.ts", import.meta.url));

export async function stopAll(children: readonly ChildProcess[]): Promise<void> {
  for (const child of children)
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGTERM");
      await once(child, "exit");
    }
}

/** @param path where its configuration is written @throws Error when it ends before it is ready */
export async function startOne(
  role: string,
  path: string,
  config: CoordinatorFile | HelperFile,
): Promise<ChildProcess> {
  writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
  const child = spawn(process.execPath, ["--conditions=paceline-source", command, "serve", role, "--config", path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout });
  const ready = await Promise.race([once(lines, "line"), once(child, "exit")]);
  if (typeof ready[0] !== "string") throw new Error(`the ${role} did not start`);
  return child;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Hundredths of a second are what Linux counts in (proc(5), USER_HZ). */
const TICKS = 100;

/** User and system time of all its threads; NaN where the system does not say. */
export function processorSeconds(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    return (Number(fields[11]) + Number(fields[12])) / TICKS;
  } catch {
    return Number.NaN;
  }
}

export function residentMiB(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
  } catch {
    return Number.NaN;
  }
}
