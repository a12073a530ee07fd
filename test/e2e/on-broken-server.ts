// A question's way where files fail under the PostgreSQL server of both services, at a call drawn from a seed: its write-ahead log's, its
// tables', its transactions'. Neither service is started again by anybody: they say that they cannot work, and find the server when it
// is there again, started by itself or by its operator, on a disk that works.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import seedrandom from "seedrandom";
import { expect, type TestContext } from "vitest";
import type { Failure } from "../support/faults/fault.ts";
import type { PostgresPairs } from "../support/pairs-on-postgres.ts";
import type { Pair } from "../support/processes.ts";
import { expectLedgersToHold, readDurable } from "./durable.ts";
import { expectOneRelease, expectSameAgain, journey } from "./journey.ts";
import { newDevices, someMembers } from "./members.ts";

const roles = ["coordinator", "helper"] as const;
const FOR_EVER = 1e9;
/** Calls of that kind on such files up to the end of a question's way, about, with the server's own recovery. */
const CALLS: Readonly<Record<string, number>> = {
  "pg_wal write": 250,
  "pg_wal flush": 250,
  "pg_wal change": 500,
  "base write": 150,
  "base flush": 120,
  "base read": 400,
  "pg_xact change": 12,
};

export interface BrokenServers {
  trials: number;
  /** Calls that failed. */
  spoilt: number;
  /** Trials in which some did. */
  struck: number;
  /** Of these: the server did not start, ended for good, ended and came up again by itself, went on. */
  unstarted: number;
  ended: number;
  panicked: number;
  unnoticed: number;
}

function drawFailure(random: () => number): Failure {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const kind = pick(Object.keys(CALLS));
  const [file, of] = kind.split(" ") as [string, Failure["of"]];
  const call = 1 + Math.floor(random() * (CALLS[kind] ?? 1));
  const errno = of === "flush" || of === "read" ? "EIO" : pick(["EIO", "ENOSPC"] as const);
  return { how: "fail", call, calls: random() < 0.5 ? 1 : FOR_EVER, errno, of, path: `/${file}/` };
}

/** Of a file's pages that are only in memory nothing would ever fail. */
function checkpoints({ server }: PostgresPairs): () => Promise<void> {
  let going = true;
  const all = (async () => {
    while (going) {
      await server.run("postgres", "checkpoint").catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
  })();
  return async () => {
    going = false;
    await all;
  };
}

/** Devices that come again at once, whatever they are asked. */
const impatient = ({ transport }: Pair): Pair["transport"] => ({
  ...transport,
  async send(request) {
    const { headers, ...answer } = await transport.send(request);
    const { "retry-after": _, ...others } = headers;
    return { ...answer, headers: others };
  },
});

async function oneTrial(pairs: PostgresPairs, pair: Pair, random: () => number, seen: BrokenServers): Promise<void> {
  const { server } = pairs;
  const devices = await newDevices({ ...pair, transport: impatient(pair) }, { members: someMembers(8) });
  await Promise.all(roles.map((role) => pair.start(role, { working: true })));
  let outcome: "unstarted" | "ended" | "panicked" | "unnoticed" = "unnoticed";
  let [struck, said] = [0, ""];
  const note = () => {
    struck = server.spoilt();
    said += server.said();
    if (outcome === "unnoticed" && /PANIC: /.test(said)) outcome = server.runs() ? "panicked" : "ended";
  };
  let mended = false;
  const mend = async () => {
    note();
    mended = true;
    await server.crash();
    expectLedgersToHold(pair);
  };
  await server.crash(drawFailure(random)).catch(async () => {
    outcome = "unstarted";
    await mend();
  });
  const stop = checkpoints(pairs);
  const release = await journey(
    pair,
    devices,
    async () => {
      // Who was refused once finds the server up again; who is refused again waits for its operator.
      await new Promise((resolve) => setTimeout(resolve, 500));
      if (!mended && (!server.runs() || server.spoilt() > 1)) await mend();
    },
    undefined,
    60,
  ).finally(stop);
  if (!mended) await mend();
  // Neither has ended: the same processes go on.
  await expect
    .poll(
      () =>
        expectSameAgain(pair, release).then(
          () => true,
          () => false,
        ),
      { timeout: 60_000 },
    )
    .toBe(true);
  expectOneRelease(pair, devices, release);
  for (const role of roles) expect(readDurable(pair, role).budgets.some(({ spent }) => spent > 0n)).toBe(true);
  for (const role of roles) await pair.stop(role);
  seen.trials += 1;
  seen.spoilt += struck;
  if (struck === 0) return;
  seen.struck += 1;
  seen[outcome] += 1;
}

/** @param from the first trial of the seed */
export async function onBrokenServers(pairs: PostgresPairs, seed: string, trials: number, from = 0) {
  const seen: BrokenServers = { trials: 0, spoilt: 0, struck: 0, unstarted: 0, ended: 0, panicked: 0, unnoticed: 0 };
  for (let number = from; number < from + trials; number++) {
    const finished: (() => unknown)[] = [];
    const context = { onTestFinished: (work: () => unknown) => void finished.push(work) } as unknown as TestContext;
    const pair = await pairs.newPair(context);
    try {
      await oneTrial(pairs, pair, seedrandom.alea(`${seed} ${number}`), seen);
    } catch (error) {
      const logs = roles.map(
        (role) => `${role}: ${readFileSync(join(pair.folder, `${role}.log`), "utf8").slice(-2000)}`,
      );
      const told = JSON.stringify(drawFailure(seedrandom.alea(`${seed} ${number}`)));
      const server = `server: ${pairs.server.said().slice(-4000)}`;
      throw new Error(`trial ${number} of seed ${seed}, ${told}: ${String(error)}\n${[...logs, server].join("\n")}`, {
        cause: error,
      });
    } finally {
      for (const work of finished.reverse()) await work();
    }
  }
  return seen;
}
