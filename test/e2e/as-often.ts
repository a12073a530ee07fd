// Random deaths as often as the environment says: PACELINE_KILLS of them (200), drawn from PACELINE_SEED, from question PACELINE_FROM on.
import { randomInt } from "node:crypto";
import { writeSync } from "node:fs";
import { expect } from "vitest";
import { dieAtRandom, type RandomDeaths } from "./at-random.ts";
import type { Deaths } from "./mortals.ts";

const kills = Number(process.env.PACELINE_KILLS ?? 200);
const seed = process.env.PACELINE_SEED ?? String(randomInt(2 ** 32));
const from = Number(process.env.PACELINE_FROM ?? 0);
/** Deaths a second, on a machine that is busy with other things too. */
const SLOWEST = 0.1;
export const timeout = Math.max(600_000, (kills / SLOWEST) * 1000);

const told = ({ all, starting, migrating, together }: Deaths) =>
  `${all} deaths, ${starting} of them in a start, ${migrating} of these on files that were being made or migrated, ${together} times both at once`;

/** @param database told with what was done */
export async function asOften(database: string, options: Pick<RandomDeaths, "newPair" | "age" | "way">): Promise<void> {
  expect(kills).toBeGreaterThan(0);
  const began = performance.now();
  const seconds = () => Math.round((performance.now() - began) / 1000);
  const tell = (line: string) => writeSync(2, `${database}, seed ${seed}: ${line}\n`);
  let questions = 0;
  const onJourney = (number: number, deaths: Deaths) => {
    questions += 1;
    if (questions % 20 === 0) tell(`${told(deaths)}, up to question ${number}, ${seconds()} s`);
  };
  // The runner itself says nothing of a failure before the other database is done.
  const deaths = await dieAtRandom({ ...options, kills, seed, from, onJourney }).catch((error: unknown) => {
    tell(String(error));
    throw error;
  });
  tell(`${told(deaths)}, on the way of ${questions} questions, in ${seconds()} s`);
}
