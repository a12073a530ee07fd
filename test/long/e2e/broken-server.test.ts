// A disk that fails under the PostgreSQL server of two running services. PACELINE_TRIALS says how often (24 when it is not set),
// PACELINE_SEED draws the same failures again, PACELINE_FROM names the trial to begin with; what was done is written to standard error.
import { randomInt } from "node:crypto";
import { expect, test } from "vitest";
import { onBrokenServers } from "../../e2e/on-broken-server.ts";
import { noFaults } from "../../support/faults/fault.ts";
import { startPairs } from "../../support/pairs-on-postgres.ts";
import { noPostgres } from "../../support/postgres.ts";

const trials = Number(process.env.PACELINE_TRIALS ?? 24);
const seed = process.env.PACELINE_SEED ?? String(randomInt(2 ** 32));
const from = Number(process.env.PACELINE_FROM ?? 0);

test.skipIf((noFaults ?? noPostgres) !== undefined)("EIO and no room, under PostgreSQL", async (context) => {
  const pairs = await startPairs(["autovacuum = off"]);
  context.onTestFinished(() => pairs.stop());
  const seen = await onBrokenServers(pairs, seed, trials, from);
  process.stderr.write(`seed ${seed}: ${JSON.stringify(seen)}\n`);
  expect(seen.trials).toBe(trials);
  if (trials < 24) return;
  expect(seen.struck).toBeGreaterThan(trials / 3);
  expect(seen.ended + seen.panicked).toBeGreaterThan(0);
});
