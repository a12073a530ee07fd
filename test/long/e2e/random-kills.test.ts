// kill -9 of either service or both at random instants, their starts and migrations among them, on both databases.
// PACELINE_KILLS says how often on each (200 when it is not set), PACELINE_SEED draws the same instants again, and PACELINE_FROM
// names the question to begin with: where a run was ended, or what went wrong. What was done is written to standard error.
import { randomInt } from "node:crypto";
import { appendFileSync, chmodSync, writeSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { type Deaths, dieAtRandom, type RandomDeaths } from "../../e2e/at-random.ts";
import { statementsOf, versions } from "../../storage/schemas.ts";
import { startPairs } from "../../support/pairs-on-postgres.ts";
import { noPostgres } from "../../support/postgres.ts";
import { newPair } from "../../support/processes.ts";

const kills = Number(process.env.PACELINE_KILLS ?? 200);
const seed = process.env.PACELINE_SEED ?? String(randomInt(2 ** 32));
const from = Number(process.env.PACELINE_FROM ?? 0);
/** Deaths a second, on a machine that is busy with other things too. */
const SLOWEST = 0.1;
const timeout = Math.max(600_000, (kills / SLOWEST) * 1000);
const roles = ["coordinator", "helper"] as const;

const told = ({ all, starting, migrating, together }: Deaths) =>
  `${all} deaths, ${starting} of them in a start, ${migrating} of these on files that were being made or migrated, ${together} times both at once`;

async function run(database: string, options: Pick<RandomDeaths, "newPair" | "age">): Promise<void> {
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

test(
  "on SQLite",
  () =>
    run("SQLite", {
      newPair,
      async age(pair, { draw }) {
        for (const role of roles) {
          const version = draw(versions("sqlite").length + 1);
          if (version === 0) continue;
          const path = pair.database(role);
          appendFileSync(path, "");
          chmodSync(path, 0o600);
          const db = new DatabaseSync(path);
          db.exec(statementsOf("sqlite", version));
          db.close();
        }
      },
    }),
  timeout,
);

test.skipIf(noPostgres !== undefined)(
  "on PostgreSQL",
  async () => {
    const pairs = await startPairs();
    try {
      await run("PostgreSQL", {
        newPair: pairs.newPair,
        async age(pair, { draw }) {
          for (const role of roles) {
            const version = draw(versions("postgres").length + 1);
            const name = new URL(pair.database(role)).pathname.slice(1);
            if (version > 0) await pairs.server.run(name, statementsOf("postgres", version));
          }
        },
      });
    } finally {
      await pairs.stop();
    }
  },
  timeout,
);
