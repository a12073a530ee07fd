// The services on PostgreSQL: killed at every named point, and with the database's server crashing under them.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dieOnTheWay, dieReleasing, onTheWay, releasing } from "../../e2e/at-points.ts";
import { expectOneRelease, expectSameAgain, journey } from "../../e2e/journey.ts";
import { newDevices } from "../../e2e/members.ts";
import { type PostgresPairs, startPairs } from "../../support/pairs-on-postgres.ts";
import { noPostgres } from "../../support/postgres.ts";

describe.skipIf(noPostgres !== undefined)("on PostgreSQL", () => {
  let pairs: PostgresPairs;
  beforeAll(async () => {
    pairs = await startPairs();
  });
  afterAll(() => pairs.stop());

  test.for(releasing)("kill -9 at %s", async (point, context) => {
    await dieReleasing(await pairs.newPair(context), point);
  });

  test.for(onTheWay)("kill -9 at %s", async (point, context) => {
    await dieOnTheWay(await pairs.newPair(context), point);
  });

  test("the database's server crashes again and again under a question", async (context) => {
    const pair = await pairs.newPair(context);
    await Promise.all([pair.start("coordinator"), pair.start("helper")]);
    const devices = await newDevices(pair);
    let going = true;
    let crashes = 0;
    const crashing = (async () => {
      while (going && crashes < 5) {
        await new Promise((resolve) => setTimeout(resolve, 500 + 300 * (crashes % 3)));
        await pairs.server.crash();
        crashes++;
      }
    })();
    // Both go on by themselves: what they were asked meanwhile is asked again.
    const release = await journey(pair, devices, () => new Promise((resolve) => setTimeout(resolve, 1500))).finally(
      () => {
        going = false;
        return crashing;
      },
    );
    expect(crashes).toBeGreaterThan(0);
    expectOneRelease(pair, devices, release);
    await expectSameAgain(pair, release);
  });
});
