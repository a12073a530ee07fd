// Whole rounds: the sum is exact with as many dropouts as are allowed, at any stage, and with one more there is none.
import { describe, expect, test } from "vitest";
import { coordinatorStages } from "../../../src/protocol/secagg/coordinator/stages.ts";
import { cohortOf, plainSum, run, sumOf } from "./cohort.ts";

const sizes = [3, 4, 7, 20];

describe.each(sizes)("%i members of whom three in ten may leave", (members) => {
  const allowed = Math.floor(0.3 * members);

  test.each(coordinatorStages)("all of whom fall silent at the stage of %s", async (at) => {
    const cohort = cohortOf({ members });
    // Not the last ones only: dropouts are spread over the roster.
    const leaves = (index: number) => (index * 11 + 3) % members < allowed;
    const coordinator = await run(cohort, { silent: (stage, index) => stage === at && leaves(index) });
    expect(coordinator.stage).toBe("done");
    const counted = cohort.people.map(({ index }) => index).filter((index) => coordinator.survivors.includes(index));
    const early = coordinatorStages.indexOf(at) <= coordinatorStages.indexOf("vectors");
    expect(counted).toHaveLength(early ? members - allowed : members);
    expect(sumOf(coordinator, cohort)).toEqual(plainSum(cohort, counted));
  });
});
