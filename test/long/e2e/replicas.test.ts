// Several processes of each party on one PostgreSQL server, killed at random.
import { randomInt } from "node:crypto";
import { describe, expect, test } from "vitest";
import { expectOneRelease, journey } from "../../e2e/journey.ts";
import { newDevices } from "../../e2e/members.ts";
import { noPostgres, startPostgres } from "../../support/postgres.ts";
import { startReplicas } from "../../support/replicas.ts";

describe.skipIf(noPostgres !== undefined)("two coordinators and three helpers on one PostgreSQL server", () => {
  test.each([0, 12, 12, 12, 12, 12])("end with the exact sum and one debit: at most %i kills", async (most) => {
    const finished: (() => unknown)[] = [];
    const context = { onTestFinished: (work: () => unknown) => void finished.push(work) } as never;
    const server = await startPostgres();
    try {
      const { pair, restart, count } = await startReplicas(context, server, "many", {
        coordinator: { both: 2 },
        helper: { both: 3 },
      });
      const devices = await newDevices(pair);
      let going = most > 0;
      let kills = 0;
      const killer = (async () => {
        while (going && kills < most) {
          await new Promise((resolve) => setTimeout(resolve, randomInt(200, 900)));
          expect((await restart(randomInt(count))).signal).toBe("SIGKILL");
          kills++;
        }
      })();
      const release = await journey(pair, devices, () => new Promise((resolve) => setTimeout(resolve, 1000))).finally(
        () => {
          going = false;
          return killer;
        },
      );
      expectOneRelease(pair, devices, release);
      if (most > 0) expect(kills).toBeGreaterThan(0);
    } finally {
      for (const work of finished.reverse()) await work();
      await server.stop();
    }
  });
});
