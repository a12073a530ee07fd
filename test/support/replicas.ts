// Several processes of each party on one PostgreSQL server, each party behind one address: connections go to the processes
// that live, one after another.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Server as NetServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "vitest";
import type { ServiceRole } from "../../src/http/roles.ts";
import { balance } from "./balance.ts";
import { type Exit, launchChild, type Running } from "./launch.ts";
import type { Server } from "./postgres.ts";
import { freePort, newPair, type Pair, type Role } from "./processes.ts";

/** How many processes of a party do what; `both` is one process that takes requests and verifies. */
export type Crew = Readonly<Partial<Record<ServiceRole | "both", number>>>;

interface Replica {
  readonly role: Role;
  readonly does: ServiceRole | "both";
  readonly port: number;
  running: Running | undefined;
  start(): Promise<void>;
}

export interface Replicas {
  readonly pair: Pair;
  /** Ends one process, as kill -9 does unless told otherwise, and starts it again. @returns how it ended */
  restart(index: number, signal?: NodeJS.Signals): Promise<Exit>;
  readonly count: number;
  /** Those that verify and take no requests. */
  readonly workers: readonly number[];
}

/** @param each of a party */
export async function startReplicas(
  context: Pick<TestContext, "onTestFinished">,
  server: Server,
  name: string,
  each: Readonly<Record<Role, Crew>>,
): Promise<Replicas> {
  const folder = mkdtempSync(join(tmpdir(), "paceline-replicas-"));
  const place = async (role: Role) => {
    await server.create(`${name}_${role}`);
    return { database: server.url(`${name}_${role}`), mark: join(folder, `${role}.mark`) };
  };
  const pair = await newPair(context, { coordinator: await place("coordinator"), helper: await place("helper") });
  const replicas: Replica[] = [];
  const proxies: NetServer[] = [];
  for (const role of ["coordinator", "helper"] as const) {
    const file = JSON.parse(readFileSync(pair.configFile(role), "utf8"));
    const own: Replica[] = [];
    const crew = Object.entries(each[role]).flatMap(([does, n]) =>
      new Array<Replica["does"]>(n).fill(does as Replica["does"]),
    );
    for (const [i, does] of crew.entries()) {
      const port = await freePort();
      const configFile = join(folder, `${role}${i}.json`);
      const mark = join(folder, `${role}${i}.mark`);
      writeFileSync(
        configFile,
        JSON.stringify({ ...file, listen: { port }, mark, ...(does !== "both" && { roles: [does] }) }),
        { mode: 0o600 },
      );
      const options = {
        role,
        configFile,
        noise: "zero",
        drawsFile: join(folder, `${role}.draws`),
        clockAheadMs: 0,
      } as const;
      const log = join(folder, `${role}${i}.log`);
      const replica: Replica = {
        ...{ role, does, port, running: undefined },
        async start() {
          const started = launchChild(options, log);
          await started.ready;
          replica.running = started;
        },
      };
      own.push(replica);
    }
    replicas.push(...own);
    proxies.push(
      await balance(
        file.listen.port as number,
        own.filter(({ does }) => does !== "worker"),
      ),
    );
  }
  context.onTestFinished(async () => {
    for (const { running } of replicas) running?.kill("SIGKILL");
    await Promise.all(replicas.map(({ running }) => running?.exit));
    for (const proxy of proxies) proxy.close();
    rmSync(folder, { recursive: true, force: true });
  });
  // One after another: the first of a party makes its key of sealing, which the others find.
  const [first, rest] = [replicas.filter((one, i) => one.role !== replicas[i - 1]?.role), new Set(replicas)];
  for (const replica of first) {
    await replica.start();
    rest.delete(replica);
  }
  await Promise.all([...rest].map((replica) => replica.start()));
  return {
    pair,
    count: replicas.length,
    workers: replicas.flatMap(({ does }, i) => (does === "worker" ? [i] : [])),
    async restart(index, signal = "SIGKILL") {
      const replica = replicas[index] as Replica;
      const { running } = replica;
      replica.running = undefined;
      running?.kill(signal);
      const exit = await (running as Running).exit;
      await replica.start();
      return exit;
    },
  };
}
