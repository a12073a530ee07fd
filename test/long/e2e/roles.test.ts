// As test/e2e/roles.test.ts, with two processes that take requests and three that verify, of each party.
import { describe, expect, test } from "vitest";
import { noPostgres, startPostgres } from "../../support/postgres.ts";
import { killedWorkers } from "../../support/roles.ts";

describe.skipIf(noPostgres !== undefined)("two that take requests and three that verify, of each party", () => {
  test.each([0, 10, 30, 30])("end with the exact sum and one debit: at most %i kills", async (kills) => {
    const server = await startPostgres();
    try {
      const each = { api: 2, worker: 3 };
      const more = { kills, members: 120, between: [50, 500] } as const;
      const done = await killedWorkers(server, "many", { coordinator: each, helper: each }, more);
      if (kills > 0) expect(done.kills).toBeGreaterThan(0);
    } finally {
      await server.stop();
    }
  });
});
