// kill -9 at every named step of a training, of either service: started again on its files, it goes on to the same rounds.
import { describe, expect, test } from "vitest";
import { coordinatorPoints, helperPoints, trainingPoints } from "../../../src/aggregate/points.ts";
import { call } from "../../../src/api/call.ts";
import { coordinatorRoutes } from "../../../src/api/routes.ts";
import { expectLedgersToHold } from "../../e2e/durable.ts";
import { roleOf } from "../../e2e/journey.ts";
import { syncAll } from "../../e2e/members.ts";
import { newPupils, newTrainingPair, trainingDraft } from "../../support/training-pair.ts";

const PATIENCE = 40;

describe("kill -9", () => {
  const points = [...coordinatorPoints, ...trainingPoints, ...helperPoints].filter(
    (point) => !/(:refused|:helper-released|:released|:release|:withdrawn|:exchanged|:reopened)$/.test(point),
  );

  test.for(points)("at %s", async (point, context) => {
    const role = roleOf(point);
    const pair = await newTrainingPair(context);
    const kill = { point, passing: 1 };
    await Promise.all([pair.start(role, { kill }), pair.start(role === "helper" ? "coordinator" : "helper")]);
    const clients = await newPupils(pair);
    let deaths = 0;
    const revived = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
      try {
        return await work();
      } catch {
        if (deaths === 0) {
          expect(await pair.ended(role)).toEqual({ code: null, signal: "SIGKILL" });
          deaths++;
          expectLedgersToHold(pair);
          await pair.start(role);
        }
        return undefined;
      }
    };
    const all = async () => (await call(pair.coordinator, coordinatorRoutes.trainings)).trainings;
    await revived(() => call(pair.coordinator, coordinatorRoutes.train, { body: { training: trainingDraft() } }));
    // Killed before it was written down that there is to be one: whoever begins it hears so, and begins it again.
    if ((await all()).length === 0)
      await call(pair.coordinator, coordinatorRoutes.train, { body: { training: trainingDraft() } });
    for (let left = PATIENCE; left > 0; left--) {
      await revived(() => syncAll(clients));
      const [one] = (await revived(all)) ?? [];
      if (one?.phase === "ended") break;
      if (one !== undefined)
        await revived(() =>
          call(pair.coordinator, coordinatorRoutes.steer, {
            parameters: { run: one.run },
            body: { action: "advance" },
          }),
        );
    }
    const [view, ...more] = await all();
    expect(more).toEqual([]);
    expect(view).toMatchObject({ phase: "ended", rhoSpent: "0.06", rounds: [{ number: 1 }, { number: 2 }] });
    expect(deaths).toBe(1);
    expectLedgersToHold(pair);
  });
});
