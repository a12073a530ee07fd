// kill -9 of either service at random instants of a question's way, of pairs on whichever database.
import { randomInt } from "node:crypto";
import { expect, type TestContext } from "vitest";
import type { NewPair } from "../support/pairs-on-postgres.ts";
import type { Pair, Role } from "../support/processes.ts";
import { type Durable, expectLedgersToHold, readDurable } from "./durable.ts";
import { expectOneRelease, expectSameAgain, journey } from "./journey.ts";
import { newDevices } from "./members.ts";

const roles = ["coordinator", "helper"] as const;
/** Journeys are repeated a dozen times at most before they count as stuck. */
const KILLS_A_JOURNEY = 8;

/** What a role had spent never falls while it dies and lives. */
function spentWatch(pair: Pair): (role: Role) => void {
  const last = new Map<string, bigint>();
  return (role) => {
    const { budgets }: Durable = readDurable(pair, role);
    const now = new Map(budgets.map(({ epoch, spent }) => [epoch, spent]));
    for (const [key, before] of last) {
      const [of, epoch = ""] = key.split(" ");
      if (of === role) expect(now.get(epoch) ?? 0n).toBeGreaterThanOrEqual(before);
    }
    for (const [epoch, spent] of now) last.set(`${role} ${epoch}`, spent);
  };
}

/** One question, and up to `most` deaths on its way. @returns how many there were, and how many milliseconds it took */
async function journeyUnderKills(pair: Pair, most: number): Promise<number> {
  await Promise.all(roles.map((role) => pair.start(role)));
  const devices = await newDevices(pair);
  const watch = spentWatch(pair);
  let [going, deaths] = [true, 0];
  let up: Promise<void> = Promise.resolve();
  const kill = async (role: Role) => {
    expect(await pair.stop(role, "SIGKILL")).toEqual({ code: null, signal: "SIGKILL" });
    deaths++;
    watch(role);
    expectLedgersToHold(pair);
    await pair.start(role);
  };
  const killer = (async () => {
    while (going && deaths < most) {
      // From within the first request to between the last two.
      await new Promise((resolve) => setTimeout(resolve, randomInt(0, 700)));
      if (!going) return;
      up = kill(roles[randomInt(2)] as Role);
      await up;
    }
  })();
  const release = await journey(pair, devices, async () => {
    await up;
    // Whoever was cut off comes again a little later.
    await new Promise((resolve) => setTimeout(resolve, 100));
  }).finally(() => {
    going = false;
    return killer;
  });
  for (const role of roles) watch(role);
  expectOneRelease(pair, devices, release);
  await expectSameAgain(pair, release);
  return deaths;
}

/**
 * As many questions as it takes, each by a pair of its own, for so many deaths.
 * @returns how many questions were asked
 */
export async function dieAtRandom(newPair: NewPair, kills: number): Promise<number> {
  let journeys = 0;
  for (let left = kills; left > 0; journeys++) {
    const finished: (() => unknown)[] = [];
    const context = { onTestFinished: (work: () => unknown) => void finished.push(work) } as unknown as TestContext;
    try {
      left -= await journeyUnderKills(await newPair(context), Math.min(left, KILLS_A_JOURNEY));
    } finally {
      for (const work of finished.reverse()) await work();
    }
  }
  return journeys;
}
