// A coordinator and a helper as two processes over real files and sockets: started, killed and started again on the same
// files and addresses, as often as a test wants.
import { randomInt } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "vitest";
import type { Service } from "../../src/api/call.ts";
import type { CoordinatorFile, HelperFile } from "../../src/cli/serve/config.ts";
import { type PublicKeys, publicKeys } from "../../src/cli/serve/keys.ts";
import { type NodeTransport, nodeTransport } from "../../src/platform/node/index.ts";
import type { ChildOptions } from "../e2e/service-child.ts";
import { callsOf, type Fault, faultEnvironment } from "./faults/fault.ts";
import { type Exit, launchChild, launchShipped, type Running } from "./launch.ts";

export type Role = ChildOptions["role"];
export interface Run extends Partial<Pick<ChildOptions, "kill" | "poison" | "clockAheadMs" | "working">> {
  /** At one of its calls; without one, calls are counted only where `counted` says so. */
  readonly fault?: Fault | undefined;
  readonly counted?: boolean;
}

export interface PairOptions {
  /** Runs the shipped command; else the child that a test can tell what to do. */
  readonly shipped?: boolean;
  /** Of the child; none unless told otherwise. */
  readonly noise?: ChildOptions["noise"];
  readonly coordinator?: Partial<CoordinatorFile>;
  readonly helper?: Partial<HelperFile>;
  /** Where the pair's folder is made; the system's for temporary files unless told otherwise. */
  readonly within?: string;
  /** The helper's public address, where something stands before it. */
  readonly helperUrl?: string;
}

export interface Pair {
  readonly folder: string;
  readonly transport: NodeTransport;
  /** As the analyst calls it. */
  readonly coordinator: Service & { readonly token: string };
  /** As the leader calls it. */
  readonly helper: Service & { readonly token: string };
  readonly keys: Readonly<Record<Role, PublicKeys>>;
  database(role: Role): string;
  keyFile(role: Role): string;
  configFile(role: Role): string;
  /** Of a role's latest process that was started with a fault or counted. */
  calls(role: Role): ReturnType<typeof callsOf>;
  /** How often a role drew noise. */
  draws(role: Role): number;
  /** What it drew for a task, the last time; nothing where its draws are written elsewhere. */
  drawn(role: Role, task: string): readonly bigint[];
  /** @throws EndedEarly when it is over before it is ready */
  start(role: Role, run?: Run): Promise<void>;
  /** Ends a running service; SIGTERM unless told otherwise. */
  stop(role: Role, signal?: NodeJS.Signals): Promise<Exit>;
  /** The end of a role's latest process. */
  ended(role: Role): Promise<Exit>;
}

const roles = ["coordinator", "helper"] as const;
const tokens = { analyst: "analyst-token-of-the-tests", leader: "leader-token-of-the-tests" };

const given = new Set<number>();

const SHARES = 64;
/** Tests that run at once are in processes of their own, which are numbered. */
const share = Number(process.env.VITEST_POOL_ID ?? 0) % SHARES;

/** Below the range that outgoing connections take their ports from, so that a restart finds its port free; none twice in a run. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + SHARES * randomInt(187) + share;
    if (given.has(port)) continue;
    const free = await new Promise<boolean>((resolve) => {
      const server = createServer();
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
    });
    if (!free) continue;
    given.add(port);
    return port;
  }
}

type Ports = Readonly<Record<Role, number>>;

function configsOf(file: (name: string) => string, ports: Ports, keys: Pair["keys"], helperUrl?: string) {
  const url = (role: Role) =>
    role === "helper" && helperUrl !== undefined ? helperUrl : `http://127.0.0.1:${ports[role]}`;
  const common = (role: Role) => ({
    database: file(`${role}.sqlite`),
    keys: file(`${role}.keys`),
    listen: { port: ports[role] },
    url: url(role),
  });
  const coordinator: CoordinatorFile = {
    ...common("coordinator"),
    analystToken: tokens.analyst,
    helper: { url: url("helper"), token: tokens.leader, ...keys.helper },
    rhoPerEpoch: "3",
    rhoPerYear: "12",
    minBatchFloor: 5,
    windowAgeDaysMax: 36_500,
    uploadHours: 1,
    jobReports: 5,
  };
  const helper: HelperFile = {
    ...common("helper"),
    leaderUrl: url("coordinator"),
    leaderToken: tokens.leader,
    policy: {
      purposes: ["service-improvement"],
      metrics: ["rhr", "sleep"],
      training: false,
      rhoPerTask: "1",
      rhoPerEpoch: "3",
      rhoPerYear: "12",
      minBatchFloor: 5,
      windowAgeDaysMax: 36_500,
    },
  };
  return { coordinator, helper };
}

/** Addresses, keys and files of a pair; nothing runs yet. When the test ends, everything of it is ended and removed. */
export async function newPair(context: Pick<TestContext, "onTestFinished">, options: PairOptions = {}): Promise<Pair> {
  const folder = mkdtempSync(join(options.within ?? tmpdir(), "paceline-e2e-"));
  const file = (name: string) => join(folder, name);
  const running = new Map<Role, Running>();
  const transport = nodeTransport();
  context.onTestFinished(async () => {
    for (const one of running.values()) one.kill("SIGKILL");
    await Promise.all([...running.values()].map((one) => one.exit));
    transport.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const ports = { coordinator: await freePort(), helper: await freePort() };
  const keys = { coordinator: publicKeys(file("coordinator.keys")), helper: publicKeys(file("helper.keys")) };
  const configs = configsOf(file, ports, keys, options.helperUrl);
  for (const role of roles)
    writeFileSync(file(`${role}.json`), JSON.stringify({ ...configs[role], ...options[role] }), { mode: 0o600 });
  const draws = (role: Role) =>
    readFileSync(file(`${role}.draws`), { encoding: "utf8", flag: "a+" })
      .split("\n")
      .slice(1);
  const ofRole = (role: Role): Running => {
    const one = running.get(role);
    if (one === undefined) throw new Error(`the ${role} was never started`);
    return one;
  };
  return {
    folder,
    transport,
    keys,
    coordinator: { transport, url: configs.coordinator.url, token: tokens.analyst },
    helper: { transport, url: configs.helper.url, token: tokens.leader },
    database: (role) => options[role]?.database ?? file(`${role}.sqlite`),
    keyFile: (role) => file(`${role}.keys`),
    configFile: (role) => file(`${role}.json`),
    draws: (role) => draws(role).length,
    drawn: (role, task) => {
      const last = draws(role).findLast((line) => line.startsWith(`${task} `));
      return last?.split(" ").slice(1).map(BigInt) ?? [];
    },
    calls: (role) => callsOf(file(`${role}.calls`)),
    async start(role, { fault, counted = false, ...run } = {}) {
      const [configFile, log] = [file(`${role}.json`), file(`${role}.log`)];
      const calls = file(`${role}.calls`);
      const environment = fault !== undefined || counted ? faultEnvironment(fault, calls) : {};
      const { noise = "zero" } = options;
      const child = { role, configFile, noise, drawsFile: file(`${role}.draws`), clockAheadMs: 0, ...run };
      const one = options.shipped
        ? launchShipped(role, configFile, log, environment)
        : launchChild(child, log, environment);
      running.set(role, one);
      await one.ready;
    },
    async stop(role, signal = "SIGTERM") {
      ofRole(role).kill(signal);
      return await ofRole(role).exit;
    },
    ended: (role) => ofRole(role).exit,
  };
}

/** A pair that runs. */
export async function startPair(
  context: Pick<TestContext, "onTestFinished">,
  options: PairOptions = {},
): Promise<Pair> {
  const pair = await newPair(context, options);
  await Promise.all(roles.map((role) => pair.start(role)));
  return pair;
}
