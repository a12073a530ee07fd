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
/** A question with eight deaths takes ten seconds on two cores that have other work too. */
const JOURNEY_MS = 120_000;
/** Questions in a row that were over before anything died. */
const DEATHLESS_MAX = 10;

/** @throws Error with `saying` when it takes longer than a journey may */
async function inTime<R>(work: Promise<R>, saying: () => string): Promise<R> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, JOURNEY_MS);
  }).then(() => {
    throw new Error(`${JOURNEY_MS} ms: ${saying()}`);
  });
  return await Promise.race([work, over]).finally(() => clearTimeout(timer));
}

/** What both have of reports, for whoever looks for the reason of a wait without end. */
function standing(pair: Pair): string {
  return roles
    .map((role) => {
      const { queries, reports, jobs, batches } = readDurable(pair, role);
      return `${role}: ${JSON.stringify({ queries, reports, jobs, batches })}`;
    })
    .join("; ");
}

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

/** One question, and up to `most` deaths on its way. @returns how many there were */
async function journeyUnderKills(pair: Pair, most: number): Promise<number> {
  // They verify what waits without being asked, as services do: else who died before the first job was answered would leave
  // its reports to whoever collects, and members who wait for that before they take theirs back would wait in vain.
  const start = (role: Role) => pair.start(role, { working: true });
  await Promise.all(roles.map(start));
  const devices = await newDevices(pair);
  const watch = spentWatch(pair);
  let [going, deaths] = [true, 0];
  let up: Promise<void> = Promise.resolve();
  let [waitsFor, killerWaitsFor] = ["", "the next instant"];
  const kill = async (role: Role) => {
    killerWaitsFor = `the ${role}'s end`;
    expect(await pair.stop(role, "SIGKILL")).toEqual({ code: null, signal: "SIGKILL" });
    deaths++;
    watch(role);
    expectLedgersToHold(pair);
    killerWaitsFor = `the ${role}'s next start`;
    await start(role);
    killerWaitsFor = "the next instant";
  };
  const killer = (async () => {
    while (going && deaths < most) {
      // From within the first request to between the last two.
      await new Promise((resolve) => setTimeout(resolve, randomInt(0, 500)));
      if (!going) return;
      up = kill(roles[randomInt(2)] as Role);
      await up;
    }
  })();
  const again = async () => {
    await up;
    // Whoever was cut off comes again a little later.
    await new Promise((resolve) => setTimeout(resolve, 100));
  };
  const asked = journey(pair, devices, again, (step) => {
    waitsFor = step;
  });
  const saying = () =>
    `after ${deaths} deaths the journey waits for ${waitsFor}, who kills for ${killerWaitsFor}; ${standing(pair)}`;
  const release = await inTime(asked, saying).finally(() => {
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
  let [journeys, deathless] = [0, 0];
  for (let left = kills; left > 0; journeys++) {
    const finished: (() => unknown)[] = [];
    const context = { onTestFinished: (work: () => unknown) => void finished.push(work) } as unknown as TestContext;
    try {
      const deaths = await journeyUnderKills(await newPair(context), Math.min(left, KILLS_A_JOURNEY));
      left -= deaths;
      deathless = deaths > 0 ? 0 : deathless + 1;
      if (deathless === DEATHLESS_MAX)
        throw new Error(`${deathless} questions in a row were over before anything died`);
    } finally {
      for (const work of finished.reverse()) await work();
    }
  }
  return journeys;
}
