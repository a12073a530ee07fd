// The services on PostgreSQL: killed at every named point, and with the database's server crashing under them.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, type TestContext, test } from "vitest";
import { coordinatorPoints, helperPoints } from "../../../src/aggregate/points.ts";
import { expectLedgersToHold } from "../../e2e/durable.ts";
import { expectOneRelease, expectSameAgain, journey, passings, roleOf } from "../../e2e/journey.ts";
import { newDevices } from "../../e2e/members.ts";
import { noPostgres, type Server, startPostgres } from "../../support/postgres.ts";
import { newPair } from "../../support/processes.ts";

describe.skipIf(noPostgres !== undefined)("on PostgreSQL", () => {
  let server: Server;
  let made = 0;
  let marks = "";
  beforeAll(async () => {
    marks = mkdtempSync(join(tmpdir(), "paceline-marks-"));
    server = await startPostgres();
  });
  afterAll(async () => {
    await server.stop();
    rmSync(marks, { recursive: true });
  });

  async function pairOnServer(context: Pick<TestContext, "onTestFinished">) {
    const name = `pair${made++}`;
    const place = async (role: string) => {
      await server.create(`${name}_${role}`);
      return {
        database: server.url(`${name}_${role}`),
        mark: join(marks, `${name}-${role}`),
      };
    };
    return await newPair(context, { coordinator: await place("coordinator"), helper: await place("helper") });
  }

  // A reservation that is released has points of its own, which the test on SQLite goes through.
  const points = [...coordinatorPoints, ...helperPoints].filter(
    (point) => !/:(refused|helper-released|released|release)$/.test(point),
  );
  test.for(points)("kill -9 at %s", async (point, context) => {
    const role = roleOf(point);
    const pair = await pairOnServer(context);
    const kill = { point, passing: passings[point] ?? 1 };
    await Promise.all([pair.start(role, { kill }), pair.start(role === "helper" ? "coordinator" : "helper")]);
    const devices = await newDevices(pair);
    let deaths = 0;
    const release = await journey(pair, devices, async () => {
      expect(await pair.ended(role)).toEqual({ code: null, signal: "SIGKILL" });
      expect(++deaths).toBe(1);
      expectLedgersToHold(pair);
      await pair.start(role);
    });
    expect(deaths).toBe(1);
    expectOneRelease(pair, devices, release);
    await expectSameAgain(pair, release);
  });

  test("the database's server crashes again and again under a question", async (context) => {
    const pair = await pairOnServer(context);
    await Promise.all([pair.start("coordinator"), pair.start("helper")]);
    const devices = await newDevices(pair);
    let going = true;
    let crashes = 0;
    const crashing = (async () => {
      while (going && crashes < 5) {
        await new Promise((resolve) => setTimeout(resolve, 500 + 300 * (crashes % 3)));
        await server.crash();
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
