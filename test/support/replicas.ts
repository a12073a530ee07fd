// Several processes of each party on one PostgreSQL server, each party behind one address: connections go to the processes
// that live, one after another.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server as NetServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "vitest";
import { type Exit, launchChild, type Running } from "./launch.ts";
import type { Server } from "./postgres.ts";
import { freePort, newPair, type Pair, type Role } from "./processes.ts";

interface Replica {
  readonly role: Role;
  readonly port: number;
  running: Running | undefined;
  start(): Promise<void>;
}

export interface Replicas {
  readonly pair: Pair;
  /** Ends one process as kill -9 does, and starts it again. @returns how it ended */
  restart(index: number): Promise<Exit>;
  readonly count: number;
}

/** @param each how many processes of a party */
export async function startReplicas(
  context: Pick<TestContext, "onTestFinished">,
  server: Server,
  name: string,
  each: Readonly<Record<Role, number>>,
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
    for (let i = 0; i < each[role]; i++) {
      const port = await freePort();
      const configFile = join(folder, `${role}${i}.json`);
      const mark = join(folder, `${role}${i}.mark`);
      writeFileSync(configFile, JSON.stringify({ ...file, listen: { port }, mark }), { mode: 0o600 });
      const options = {
        role,
        configFile,
        noise: "zero",
        drawsFile: join(folder, `${role}.draws`),
        clockAheadMs: 0,
      } as const;
      const log = join(folder, `${role}${i}.log`);
      const replica: Replica = {
        ...{ role, port, running: undefined },
        async start() {
          replica.running = await launchChild(options, log);
        },
      };
      own.push(replica);
    }
    replicas.push(...own);
    proxies.push(await balance(file.listen.port as number, own));
  }
  context.onTestFinished(async () => {
    for (const { running } of replicas) running?.kill("SIGKILL");
    await Promise.all(replicas.map(({ running }) => running?.exit));
    for (const proxy of proxies) proxy.close();
    rmSync(folder, { recursive: true, force: true });
  });
  // One after another: the first of a party makes its key of sealing, which the others find.
  for (const replica of replicas) await replica.start();
  return {
    pair,
    count: replicas.length,
    async restart(index) {
      const replica = replicas[index] as Replica;
      const { running } = replica;
      replica.running = undefined;
      running?.kill("SIGKILL");
      const exit = await (running as Running).exit;
      await replica.start();
      return exit;
    },
  };
}

async function balance(port: number, replicas: readonly Replica[]): Promise<NetServer> {
  let turn = 0;
  const proxy = createServer((socket) => {
    const living = replicas.filter(({ running }) => running !== undefined);
    const chosen = living[turn++ % living.length];
    if (chosen === undefined) {
      socket.destroy();
      return;
    }
    const upstream = connect(chosen.port, "127.0.0.1");
    for (const [one, other] of [
      [socket, upstream],
      [upstream, socket],
    ] as const) {
      one.pipe(other);
      one.on("error", () => other.destroy());
      one.on("close", () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => proxy.listen(port, "127.0.0.1", resolve));
  return proxy;
}
