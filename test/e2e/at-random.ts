// kill -9 of either service or both at random instants of a question's way and of their own starts, on files that are new, of
// an older version, or as the last death left them; of pairs on whichever database.
import { expect, type TestContext } from "vitest";
import { EndedEarly } from "../support/launch.ts";
import type { NewPair } from "../support/pairs-on-postgres.ts";
import type { Pair, Role } from "../support/processes.ts";
import { expectLedgersToHold, readDurable } from "./durable.ts";
import { type Instant, type Instants, newInstants } from "./instants.ts";
import { expectOneRelease, expectSameAgain, journey } from "./journey.ts";
import { newDevices, someMembers } from "./members.ts";
import { newWatch } from "./watch.ts";

const roles = ["coordinator", "helper"] as const;
const DEATHS_A_JOURNEY = 24;
/** A question with so many deaths takes half a minute on two cores, and minutes where others want them too. */
const JOURNEY_MS = 900_000;
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

export interface Deaths {
  all: number;
  /** Before the service was ready. */
  starting: number;
  /** Of these, before it ever was: its files were being made or brought to this version. */
  migrating: number;
  /** Of both services in one moment, counted once. */
  together: number;
}

export const noDeaths = (): Deaths => ({ all: 0, starting: 0, migrating: 0, together: 0 });

interface Mortals {
  /** Resolves when both are up. */
  up(): Promise<void>;
  /** No more deaths; rejects with what went wrong when anything other than a death did. */
  end(): Promise<void>;
  /** Rejects as soon as something is wrong. */
  readonly fault: Promise<never>;
}

/** Starts both, and again whenever one dies, until there were `most` deaths. */
function mortals(pair: Pair, instants: Instants, most: number, deaths: Deaths): Mortals {
  const watch = newWatch(pair);
  const hasBeenUp = new Set<Role>();
  const alive = new Set<Role>();
  const isUp = new Set<Role>();
  let over = false;
  let waiting: (() => void)[] = [];
  const other = (role: Role): Role => (role === "helper" ? "coordinator" : "helper");
  const check = (role: Role) => {
    if (hasBeenUp.has(role)) watch(role);
    if (hasBeenUp.size === roles.length) expectLedgersToHold(pair);
  };
  let killedWithOther: Role | undefined;
  const oneLife = async (role: Role): Promise<void> => {
    const mortal = deaths.all < most;
    const { both, fault, afterMs }: Instant = mortal ? instants.next(role, !hasBeenUp.has(role)) : { both: false };
    const timer = afterMs === undefined ? undefined : setTimeout(() => void pair.stop(role, "SIGKILL"), afterMs);
    // They verify what waits without being asked, as services do: else who died before the first job was answered would leave
    // its reports to whoever collects, and members who wait for that before they take theirs back would wait in vain.
    const started = pair.start(role, { working: true, fault });
    alive.add(role);
    const early = await started.then(
      () => false,
      (error: unknown) => {
        if (error instanceof EndedEarly && error.exit.signal === "SIGKILL") return true;
        throw error;
      },
    );
    const migrating = !hasBeenUp.has(role);
    if (!early) {
      hasBeenUp.add(role);
      isUp.add(role);
      if (isUp.size === roles.length) for (const go of waiting.splice(0)) go();
    }
    const exit = await pair.ended(role);
    clearTimeout(timer);
    alive.delete(role);
    isUp.delete(role);
    if (over) return;
    expect(exit).toEqual({ code: null, signal: "SIGKILL" });
    deaths.all += 1;
    if (early) deaths.starting += 1;
    if (early && migrating) deaths.migrating += 1;
    if (killedWithOther === role) killedWithOther = undefined;
    else if (both && alive.has(other(role))) {
      deaths.together += 1;
      killedWithOther = other(role);
      await pair.stop(other(role), "SIGKILL");
    }
    check(role);
  };
  const lives = Promise.all(
    roles.map(async (role) => {
      while (!over) await oneLife(role);
    }),
  );
  const fault = lives.then(() => new Promise<never>(() => undefined));
  fault.catch(() => undefined);
  return {
    fault,
    async up() {
      if (isUp.size < roles.length) await new Promise<void>((resolve) => void waiting.push(resolve));
    },
    async end() {
      over = true;
      waiting = [];
      deaths.all += alive.size;
      deaths.together += 1;
      await Promise.all(roles.map((role) => pair.stop(role, "SIGKILL")));
      await lives;
      for (const role of roles) check(role);
    },
  };
}

/** One question, and some `most` deaths on its way. */
async function journeyUnderKills(pair: Pair, instants: Instants, most: number, deaths: Deaths): Promise<void> {
  const devices = await newDevices(pair, { members: someMembers(8) });
  const both = mortals(pair, instants, most, deaths);
  let waitsFor = "both to be up";
  const again = async () => {
    await Promise.race([both.up(), both.fault]);
    // Whoever was cut off comes again a little later.
    await new Promise((resolve) => setTimeout(resolve, 20));
  };
  await again();
  const asked = journey(
    pair,
    devices,
    again,
    (step) => {
      waitsFor = step;
    },
    5 * DEATHS_A_JOURNEY,
  );
  const saying = () => `after ${deaths.all} deaths the journey waits for ${waitsFor}; ${standing(pair)}`;
  const release = await inTime(Promise.race([asked, both.fault]), saying);
  await both.end();
  // Whoever died after the release, and both did, says the same.
  await Promise.all(roles.map((role) => pair.start(role, { working: true })));
  expectOneRelease(pair, devices, release);
  await expectSameAgain(pair, release);
}

export interface RandomDeaths {
  readonly newPair: NewPair;
  /** At least so many. */
  readonly kills: number;
  /** The same seed draws the same instants. */
  readonly seed: string;
  /** The first of the seed's questions that is asked; to go on where a run was ended, or to see one again. */
  readonly from?: number;
  /** Makes the databases of a pair those of a version of before. */
  readonly age?: (pair: Pair, instants: Instants) => Promise<void>;
  readonly onJourney?: (journey: number, deaths: Deaths) => void;
}

/** As many questions as it takes, each by a pair of its own, for so many deaths. @returns how many questions were asked */
export async function dieAtRandom({ newPair, kills, seed, from = 0, age, onJourney }: RandomDeaths): Promise<Deaths> {
  const deaths = noDeaths();
  let deathless = 0;
  for (let number = from; deaths.all < kills; number++) {
    const finished: (() => unknown)[] = [];
    const context = { onTestFinished: (work: () => unknown) => void finished.push(work) } as unknown as TestContext;
    const before = deaths.all;
    try {
      const instants = newInstants(`${seed} ${number}`);
      // That a share was made again with other noise would not show without any.
      const pair = await newPair(context, { noise: "exact" });
      await age?.(pair, instants);
      await journeyUnderKills(pair, instants, Math.min(kills, before + DEATHS_A_JOURNEY), deaths);
      onJourney?.(number, deaths);
    } catch (error) {
      throw new Error(`question ${number} of seed ${seed}: ${String(error)}`, { cause: error });
    } finally {
      for (const work of finished.reverse()) await work();
    }
    deathless = deaths.all > before + roles.length ? 0 : deathless + 1;
    if (deathless === DEATHLESS_MAX) throw new Error(`${deathless} questions in a row were over before anything died`);
  }
  return deaths;
}
