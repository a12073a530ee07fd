// A training through two services that die at random: every round is made once, and paid once at both.
import { expect } from "vitest";
import { call } from "../../src/api/call.ts";
import { coordinatorRoutes } from "../../src/api/routes.ts";
import type { TrainingView } from "../../src/api/training.ts";
import { isPacelineError } from "../../src/base/errors.ts";
import { newPupils } from "../support/training-pair.ts";
import { inTime, standing, type Way } from "./at-random.ts";
import { expectLedgersToHold, expectOneDebit, readDurable } from "./durable.ts";
import { syncAll } from "./members.ts";
import { mortals, roles } from "./mortals.ts";
import type { Course } from "./training-at-points.ts";

/** Turns of everyone's and the services', those that were cut off too. */
const PATIENCE = 400;

export const trainUnderKills =
  ({ draft, rounds, spent, secrets }: Course): Way =>
  async (pair, instants, most, deaths) => {
    const paid = draft.stream === undefined ? expectLedgersToHold : expectOneDebit;
    const both = mortals(pair, instants, { most, deaths, paid });
    let waitsFor = "both to be up";
    /** Whoever was cut off comes again a little later; what anything else is wrong with is told. */
    const tried = async <T>(what: string, work: () => Promise<T>): Promise<T | undefined> => {
      await Promise.race([both.up(), both.fault]);
      waitsFor = what;
      try {
        return await work();
      } catch (error) {
        if (!isPacelineError(error) || error.code !== "unavailable") throw error;
        await new Promise((resolve) => setTimeout(resolve, 20));
        return undefined;
      }
    };
    const all = async () => (await call(pair.coordinator, coordinatorRoutes.trainings)).trainings;
    const trained = async (): Promise<TrainingView> => {
      let run: string | undefined;
      for (let left = PATIENCE; run === undefined && left > 0; left--) {
        run = (await tried("what is trained", all))?.[0]?.run;
        // Killed before it was written down: whoever begins it hears so, and begins it again.
        if (run === undefined)
          await tried("a training to begin", async () => {
            if ((await all()).length === 0)
              await call(pair.coordinator, coordinatorRoutes.train, { body: { training: draft } });
          });
      }
      const own = secrets?.(run ?? "");
      const clients = await newPupils(pair, {
        ...(own && { count: own.length, change: (index) => ({ memberSecret: own[index] as Uint8Array }) }),
      });
      for (let left = PATIENCE; left > 0; left--) {
        await tried("every device's turn", () => syncAll(clients));
        const view = (await tried("the training's view", all))?.[0];
        if (view?.phase === "ended") return view;
        await tried("the next step", () =>
          call(pair.coordinator, coordinatorRoutes.steer, {
            parameters: { run: run ?? "" },
            body: { action: "advance" },
          }),
        );
      }
      throw new Error(`no end of the training after ${PATIENCE} turns: ${JSON.stringify(await all())}`);
    };
    const saying = () => `after ${deaths.all} deaths the training waits for ${waitsFor}; ${standing(pair)}`;
    const ended = await inTime(Promise.race([trained(), both.fault]), saying);
    await both.end();
    await Promise.all(roles.map((role) => pair.start(role, { working: true })));
    expect(await all()).toEqual([ended]);
    expect(ended).toMatchObject({ phase: "ended", rhoSpent: spent, abandoned: [] });
    expect(ended.rounds.map(({ number }) => number)).toEqual(Array.from({ length: rounds }, (_, i) => i + 1));
    paid(pair);
    for (const role of roles) {
      const { batches, jobs, events } = readDurable(pair, role);
      expect([role, batches.length, jobs]).toEqual([role, rounds, 0]);
      expect(events.filter(({ kind }) => kind !== "debit")).toEqual([]);
    }
  };
