// Overlapping rounds, killed at every step, and one that is late for so long that its model would be forgotten.
import { describe, expect, test } from "vitest";
import { type CrashPoint, coordinatorPoints, helperPoints, trainingPoints } from "../../../src/aggregate/points.ts";
import { HOUR, overlapping } from "../../support/overlap.ts";

describe("killed at any step, it goes on, and every round is asked and applied once", () => {
  const whole = async (killAt?: CrashPoint, nth = 1) => {
    let passed = 0;
    let dead = false;
    let deaths = 0;
    const training = await overlapping(
      { rounds: 4, overlap: 2 },
      {
        passing: (point) => {
          // Whoever is dead takes no step: until it is started again nothing passes.
          if (dead) throw new Error("it is dead");
          if (point !== killAt || ++passed !== nth) return;
          dead = true;
          deaths++;
          throw new Error(`killed at ${point}`);
        },
      },
      false,
    );
    for (let step = 0; step < 10; step++) {
      await training.go();
      dead = false;
      training.pass(2000);
    }
    return { deaths, view: await training.view(), closed: await training.closed() };
  };

  const points = [...coordinatorPoints, ...trainingPoints, ...helperPoints].filter(
    (point) =>
      !/(:refused|:helper-released|:released|:release|:withdrawn|:exchanged|:reopened|r:published)$/.test(point),
  );

  // While two are open each point is passed for one and for the other.
  test.each(points.flatMap((point) => [1, 2].map((nth) => [point, nth] as const)))(
    "at %s, time %i",
    async (point, nth) => {
      const { deaths, view, closed } = await whole(point, nth);
      if (point === "coordinator:training-begun" && nth === 2) return expect(deaths).toBe(0);
      expect(deaths).toBe(1);
      expect(view).toMatchObject({ phase: "ended", because: "all rounds are done", rhoSpent: "0.12", abandoned: [] });
      expect(closed.map(([number]) => number).sort()).toEqual([1, 2, 3, 4]);
      expect(new Set(view.rounds.map(({ task }) => task)).size).toBe(4);
      // τ is what the manifests and the order say.
      for (const [i, [, behind]] of closed.entries()) expect(behind).toBeLessThanOrEqual(i);
    },
  );
});

test("a round that is late for longer than models are kept still finds its own, and comes in last", async () => {
  const { late, clients, closed, asked, task, pass, go, view, cluster } = await overlapping({ rounds: 22, overlap: 2 });
  const first = await task(1);
  late.add(first);
  for (let round = 2; round <= 22; round++) await go();
  expect(await closed()).toHaveLength(21);
  late.clear();
  const model = (await asked(first)).weights;
  expect(await cluster.coordinatorStore.read((rows) => rows.model(model))).toBeDefined();
  for (const client of clients.slice(0, 5)) await client.sync();
  pass(2 * HOUR);
  await go([]);
  expect((await closed()).at(-1)).toEqual([1, 21]);
  expect(await view()).toMatchObject({ phase: "ended" });
});
