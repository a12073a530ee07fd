// A question's way where files fail under one of the services, at a call drawn from a seed: writes, flushes, reads and names of its
// database, its keys or its mark, once or from then on. It refuses and says so, its operator starts it again on a disk that works,
// and nothing that was acknowledged is lost.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import seedrandom from "seedrandom";
import { expect, type TestContext } from "vitest";
import type { Failure, Fault, ShortWrite } from "../support/faults/fault.ts";
import { EndedEarly } from "../support/launch.ts";
import { newPair, type Pair, type Role } from "../support/processes.ts";
import { expectLedgersToHold, readDurable } from "./durable.ts";
import { expectOneRelease, expectSameAgain, journey } from "./journey.ts";
import { newDevices, someMembers } from "./members.ts";

const roles = ["coordinator", "helper"] as const;
/** From then on. */
const FOR_EVER = 1e9;
/** What a service may say of a disk that fails. */
const SAYS = /\b(unavailable|storage_full|invalid_data|disk I\/O error|cannot be|E[A-Z]+: )/;
/** Calls of that kind on such a file up to the end of a question's way, about. */
const CALLS: Readonly<Record<string, number>> = {
  "sqlite write": 160,
  "sqlite flush": 40,
  "sqlite read": 60,
  "sqlite change": 200,
  "keys change": 8,
  "mark change": 24,
};

export interface BrokenDisks {
  trials: number;
  /** Calls that failed. */
  spoilt: number;
  /** Trials in which some did. */
  struck: number;
  /** Of these: it did not start, it refused while it ran, nobody noticed. */
  unstarted: number;
  refused: number;
  unnoticed: number;
}

function drawFault(role: Role, random: () => number): Fault {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const [file, of] = pick(Object.keys(CALLS)).split(" ") as ["sqlite" | "keys" | "mark", Failure["of"]];
  // The mark's name begins with the database's.
  const path = `/${role}.${file === "mark" ? "sqlite.mark" : file}`;
  const call = 1 + Math.floor(random() ** 2 * (CALLS[`${file} ${of}`] ?? 1));
  const calls = random() < 0.5 ? 1 : FOR_EVER;
  if (of === "write" && random() < 0.3) return { how: "short", call, calls, path } satisfies ShortWrite;
  return { how: "fail", call, calls, errno: pick(["EIO", "ENOSPC"]), of, path };
}

async function oneTrial(pair: Pair, random: () => number, seen: BrokenDisks): Promise<void> {
  const role = random() < 0.5 ? roles[0] : roles[1];
  const fault = drawFault(role, random);
  const other = role === "helper" ? "coordinator" : "helper";
  const log = () => readFileSync(join(pair.folder, `${role}.log`), "utf8");
  const devices = await newDevices(pair, { members: someMembers(8) });
  let [outcome, mended] = ["unnoticed", false] as ["unnoticed" | "refused" | "unstarted", boolean];
  const spoilt = () => pair.calls(role).spoilt;
  let struck = 0;
  const mend = async () => {
    struck = spoilt();
    mended = true;
    await pair.stop(role, "SIGKILL");
    await pair.start(role, { working: true });
    expectLedgersToHold(pair);
  };
  await pair.start(other, { working: true });
  await pair.start(role, { working: true, fault }).catch(async (error: unknown) => {
    if (!(error instanceof EndedEarly)) throw error;
    expect(error.exit.signal).toBe(null);
    expect(log()).toMatch(SAYS);
    outcome = "unstarted";
    await mend();
  });
  const release = await journey(
    pair,
    devices,
    async () => {
      // Whoever was refused for another reason than this finds it out in vain.
      if (mended || spoilt() === 0) return await new Promise((resolve) => setTimeout(resolve, 50));
      outcome = "refused";
      await mend();
    },
    undefined,
    60,
  );
  if (!mended) struck = spoilt();
  expectLedgersToHold(pair);
  for (const one of roles) await pair.stop(one, "SIGKILL");
  await Promise.all(roles.map((one) => pair.start(one, { working: true })));
  expectOneRelease(pair, devices, release);
  await expectSameAgain(pair, release);
  for (const one of roles) expect(readDurable(pair, one).budgets.some(({ spent }) => spent > 0n)).toBe(true);
  seen.trials += 1;
  seen.spoilt += struck;
  if (struck === 0) return;
  seen.struck += 1;
  seen[outcome] += 1;
}

/** @param from the first trial of the seed */
export async function onBrokenDisks(seed: string, trials: number, from = 0): Promise<BrokenDisks> {
  const seen: BrokenDisks = { trials: 0, spoilt: 0, struck: 0, unstarted: 0, refused: 0, unnoticed: 0 };
  for (let number = from; number < from + trials; number++) {
    const finished: (() => unknown)[] = [];
    const context = { onTestFinished: (work: () => unknown) => void finished.push(work) } as unknown as TestContext;
    const random = seedrandom.alea(`${seed} ${number}`);
    const pair = await newPair(context);
    try {
      await oneTrial(pair, random, seen);
    } catch (error) {
      const logs = roles.map(
        (role) => `${role}: ${readFileSync(join(pair.folder, `${role}.log`), "utf8").slice(-2000)}`,
      );
      const again = seedrandom.alea(`${seed} ${number}`);
      const role = again() < 0.5 ? roles[0] : roles[1];
      const told = JSON.stringify(drawFault(role, again));
      throw new Error(`trial ${number} of seed ${seed}, ${told}: ${String(error)}\n${logs.join("\n")}`, {
        cause: error,
      });
    } finally {
      for (const work of finished.reverse()) await work();
    }
  }
  return seen;
}
