// kill -9 of either service or both at random instants of a question's way and of their own starts, on files that are new, of
// an older version, or as the last death left them; of pairs on whichever database.
import type { TestContext } from "vitest";
import type { NewPair } from "../support/pairs-on-postgres.ts";
import type { Pair } from "../support/processes.ts";
import { readDurable } from "./durable.ts";
import { type Instants, newInstants } from "./instants.ts";
import { expectOneRelease, expectSameAgain, journey } from "./journey.ts";
import { newDevices, someMembers } from "./members.ts";
import { type Deaths, mortals, noDeaths, roles } from "./mortals.ts";

const DEATHS_A_JOURNEY = 24;
/** A question with so many deaths takes half a minute on two cores, and minutes where others want them too. */
const JOURNEY_MS = 900_000;
/** Questions in a row that were over before anything died. */
const DEATHLESS_MAX = 10;

/** @throws Error with `saying` when it takes longer than a journey may */
export async function inTime<R>(work: Promise<R>, saying: () => string): Promise<R> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, JOURNEY_MS);
  }).then(() => {
    throw new Error(`${JOURNEY_MS} ms: ${saying()}`);
  });
  return await Promise.race([work, over]).finally(() => clearTimeout(timer));
}

/** What both have of reports, for whoever looks for the reason of a wait without end. */
export function standing(pair: Pair): string {
  return roles
    .map((role) => {
      const { queries, reports, jobs, batches } = readDurable(pair, role);
      return `${role}: ${JSON.stringify({ queries, reports, jobs, batches })}`;
    })
    .join("; ");
}

/** One question, and some `most` deaths on its way. */
async function journeyUnderKills(pair: Pair, instants: Instants, most: number, deaths: Deaths): Promise<void> {
  const devices = await newDevices(pair, { members: someMembers(8) });
  const both = mortals(pair, instants, { most, deaths });
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
  /** What happens to a pair while it dies: a question, unless told otherwise. */
  readonly way?: Way;
}

/** @param most of all deaths: none of this way's after it */
export type Way = (pair: Pair, instants: Instants, most: number, deaths: Deaths) => Promise<void>;

/** As many questions as it takes, each by a pair of its own, for so many deaths. @returns how many questions were asked */
export async function dieAtRandom(options: RandomDeaths): Promise<Deaths> {
  const { newPair, kills, seed, from = 0, age, onJourney, way = journeyUnderKills } = options;
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
      await way(pair, instants, Math.min(kills, before + DEATHS_A_JOURNEY), deaths);
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
