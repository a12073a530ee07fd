// kill -9 of either service at random instants, on both databases. PACELINE_KILLS says how often on each (200 when it is not set); what
// was done is written to standard error.
import { expect, test } from "vitest";
import { dieAtRandom } from "../../e2e/at-random.ts";
import { type NewPair, startPairs } from "../../support/pairs-on-postgres.ts";
import { noPostgres } from "../../support/postgres.ts";
import { newPair } from "../../support/processes.ts";

const kills = Number(process.env.PACELINE_KILLS ?? 200);
/** Deaths a second, on a machine that is busy with other things too. */
const SLOWEST = 0.1;
const timeout = Math.max(600_000, (kills / SLOWEST) * 1000);

async function run(database: string, make: NewPair): Promise<void> {
  expect(kills).toBeGreaterThan(0);
  const began = performance.now();
  // The runner itself says nothing of a failure before the other database is done.
  const questions = await dieAtRandom(make, kills).catch((error: unknown) => {
    process.stderr.write(`${database}: ${String(error)}\n`);
    throw error;
  });
  const seconds = Math.round((performance.now() - began) / 1000);
  process.stderr.write(`${database}: ${kills} deaths on the way of ${questions} questions, in ${seconds} s\n`);
}

test("on SQLite", () => run("SQLite", newPair), timeout);

test.skipIf(noPostgres !== undefined)(
  "on PostgreSQL",
  async () => {
    const pairs = await startPairs();
    try {
      await run("PostgreSQL", pairs.newPair);
    } finally {
      await pairs.stop();
    }
  },
  timeout,
);
