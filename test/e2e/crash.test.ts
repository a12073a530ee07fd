// kill -9 at every named point of either service: started again on its files, it goes on as if nothing had happened.
import { randomInt } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { CrashPoint } from "../../src/aggregate/points.ts";
import { newPair } from "../support/processes.ts";
import { dieOnTheWay, dieReleasing, onTheWay, releasing } from "./at-points.ts";
import { dieAtRandom } from "./at-random.ts";
import { expectLedgersToHold } from "./durable.ts";
import { expectOneRelease, expectSameAgain, journey, roleOf } from "./journey.ts";
import { newDevices } from "./members.ts";

describe("kill -9", () => {
  test.concurrent.for(releasing)("at %s: both ledgers agree about what was never asked", async (point, context) => {
    await dieReleasing(await newPair(context), point);
  });

  test.concurrent.for(onTheWay)("at %s", async (point, context) => {
    await dieOnTheWay(await newPair(context), point);
  });

  test.concurrent("of either service, at six random instants; test/long does it as often as it is told", async () => {
    await dieAtRandom({ newPair, kills: 6, seed: String(randomInt(2 ** 32)) });
  });

  const again: readonly CrashPoint[] = ["coordinator:job-recorded", "helper:job-answered"];
  test.concurrent.for(again)("at %s every time, until there is no more to do there", async (point, context) => {
    const role = roleOf(point);
    const pair = await newPair(context);
    // The helper passes there once for the job it answered before it died, which comes again.
    const kill = { point, passing: role === "helper" ? 2 : 1 };
    await Promise.all([pair.start(role, { kill }), pair.start(role === "helper" ? "coordinator" : "helper")]);
    const devices = await newDevices(pair);
    let deaths = 0;
    const release = await journey(pair, devices, async () => {
      await pair.ended(role);
      deaths++;
      expectLedgersToHold(pair);
      await pair.start(role, { kill });
    });
    // Two or three jobs of five of the fourteen reports, each ended by a death.
    expect(deaths).toBeGreaterThanOrEqual(2);
    expectOneRelease(pair, devices, release);
    await expectSameAgain(pair, release);
  });
});
