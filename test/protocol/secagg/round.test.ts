// Whole rounds: the sum is exact with as many dropouts as are allowed, at any stage, and with one more there is none.
import { describe, expect, test } from "vitest";
import type { Width } from "../../../src/math/words.ts";
import { coordinatorStages } from "../../../src/protocol/secagg/coordinator/stages.ts";
import { type CohortOptions, cohortOf, plainSum, run, sumOf } from "./cohort.ts";

async function exactWithDropouts(options: CohortOptions, at: string): Promise<void> {
  const { members } = options;
  const allowed = Math.floor(0.3 * members);
  const cohort = cohortOf(options);
  // Not the last ones only: dropouts are spread over the roster.
  const leaves = (index: number) => (index * 11 + 3) % members < allowed;
  const coordinator = await run(cohort, { silent: (stage, index) => stage === at && leaves(index) });
  expect(coordinator.stage).toBe("done");
  const early = coordinatorStages.indexOf(at as "keys") <= coordinatorStages.indexOf("vectors");
  expect(coordinator.survivors).toHaveLength(early ? members - allowed : members);
  expect(sumOf(coordinator, cohort)).toEqual(plainSum(cohort, coordinator.survivors));
}

// test/long/protocol runs sixteen sizes to 128, and 1,024.
describe.each([4, 7])("%i members of whom three in ten may leave", (members) => {
  test.each(coordinatorStages)("all of whom fall silent at the stage of %s", (at) =>
    exactWithDropouts({ members }, at),
  );
});

test("three members, of whom none may", () => exactWithDropouts({ members: 3 }, "keys"));

test("twenty on a ring, one of them corrupt", () => exactWithDropouts({ members: 20, corruptShare: 0.05 }, "vectors"));

test.each([16, 32, 64] as Width[])("sums modulo 2^%i", (width) =>
  exactWithDropouts({ members: 4, width, length: 9 }, "vectors"),
);
