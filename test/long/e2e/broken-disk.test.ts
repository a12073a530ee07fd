// A disk that fails under one of two running services. PACELINE_TRIALS says how often (40 when it is not set), PACELINE_SEED draws the
// same failures again, PACELINE_FROM names the trial to begin with; what was done is written to standard error.
import { randomInt } from "node:crypto";
import { expect, test } from "vitest";
import { onBrokenDisks } from "../../e2e/on-broken-disk.ts";
import { noFaults } from "../../support/faults/fault.ts";

const trials = Number(process.env.PACELINE_TRIALS ?? 40);
const seed = process.env.PACELINE_SEED ?? String(randomInt(2 ** 32));
const from = Number(process.env.PACELINE_FROM ?? 0);

test.skipIf(noFaults !== undefined)("EIO, no room and short writes, on SQLite", async () => {
  const seen = await onBrokenDisks(seed, trials, from);
  process.stderr.write(`seed ${seed}: ${JSON.stringify(seen)}\n`);
  expect(seen.trials).toBe(trials);
  if (trials >= 40) for (const outcome of ["unstarted", "refused"] as const) expect(seen[outcome]).toBeGreaterThan(0);
});
