// The sum is exact with 30 % dropouts at any stage for every cohort from 3 to 128 members that has a graph, and for 1,024; and ten
// thousand mutations of what a coordinator says move no share that an honest round would not.
import { beforeAll, describe, expect, test } from "vitest";
import { toHex } from "../../../src/base/bytes.ts";
import { coordinatorStages } from "../../../src/protocol/secagg/coordinator/stages.ts";
import { Unmask } from "../../../src/protocol/secagg/messages.ts";
import { cohortOf, plainSum, run, sumOf } from "../../protocol/secagg/cohort.ts";
import { newWorld, VICTIM, type World } from "../../protocol/secagg/dishonest-rows.ts";
import { mutate } from "../../protocol/secagg/mutate.ts";
import { hears } from "../../protocol/secagg/recorded.ts";

const sizes = [3, 4, 5, 6, 7, 8, 9, 10, 13, 16, 24, 32, 47, 64, 96, 128];
const scattered = (members: number, allowed: number) => {
  // A step without a common factor goes around all of them.
  let step = Math.floor(members * 0.618);
  while (gcd(step, members) !== 1) step++;
  return (index: number) => (index * step) % members < allowed;
};
const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

describe.each(sizes)("%i members of whom three in ten may leave", (members) => {
  test.each(coordinatorStages)("at the stage of %s", async (at) => {
    const allowed = Math.floor(0.3 * members);
    const leaves = scattered(members, allowed);
    // 5 % corrupt from where that is somebody.
    const cohort = cohortOf({ members, corruptShare: members >= 20 ? 0.05 : 0 });
    const coordinator = await run(cohort, { silent: (stage, index) => stage === at && leaves(index) });
    expect(coordinator.stage).toBe("done");
    const { survivors } = coordinator;
    const early = coordinatorStages.indexOf(at) <= coordinatorStages.indexOf("vectors");
    expect(survivors).toHaveLength(early ? members - allowed : members);
    expect(sumOf(coordinator, cohort)).toEqual(plainSum(cohort, survivors));
  });

  test("one more at the stage of vectors, and there is no sum", async () => {
    const leaves = scattered(members, Math.floor(0.3 * members) + 1);
    const coordinator = await run(cohortOf({ members }), {
      silent: (stage, index) => stage === "vectors" && leaves(index),
    });
    expect(coordinator.stage).toBe("aborted");
  });
});

describe("1,024 members, 30 % gone, on a ring", () => {
  test.each(["keys", "shares", "vectors", "unmasking"])("at the stage of %s", async (at) => {
    const members = 1024;
    const leaves = scattered(members, 307);
    const cohort = cohortOf({ members, corruptShare: 0.02, unopened: 0 });
    const started = performance.now();
    const coordinator = await run(cohort, { silent: (stage, index) => stage === at && leaves(index) });
    expect(coordinator.stage).toBe("done");
    expect(sumOf(coordinator, cohort)).toEqual(plainSum(cohort, coordinator.survivors));
    process.stderr.write(`1,024 members, gone at ${at}: ${((performance.now() - started) / 1000).toFixed(0)} s\n`);
  });
});

describe("a mutator", () => {
  let world: World;
  beforeAll(async () => {
    world = await newWorld();
  });

  test("10,000 mutations: refused, or no other share leaves than in the honest round", async () => {
    const honest = new Map(Unmask.decode(world.said.unmasking).shares.map(({ index, share }) => [index, toHex(share)]));
    const victim = world.cohort.people[VICTIM] as (typeof world.cohort.people)[number];
    let refused = 0;
    for (let seed = 1000; seed < 11_000; seed++) {
      const { stage, message } = mutate(seed, world);
      const rest = coordinatorStages.slice(coordinatorStages.indexOf(stage) + 1).map((each) => world.told[each]);
      const outcome = await hears(world, victim, stage, [message, ...rest]);
      for (const { index, share } of outcome.shares) expect([seed, honest.get(index)]).toEqual([seed, toHex(share)]);
      if (outcome.code === undefined) continue;
      expect([seed, outcome.shareBytes]).toEqual([seed, 0]);
      refused++;
    }
    process.stderr.write(`${refused} of 10,000 mutations were refused\n`);
    expect(refused).toBeGreaterThan(8000);
  });
});
