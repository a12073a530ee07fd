// Each party as processes that take requests and processes that verify, on one PostgreSQL server; workers killed at random.
import { describe, expect, test } from "vitest";
import { noPostgres, startPostgres } from "../support/postgres.ts";
import { killedWorkers } from "../support/roles.ts";

describe.skipIf(noPostgres !== undefined)("processes of one role each", () => {
  test("killed workers cost no report, and none counts twice", async () => {
    const server = await startPostgres();
    try {
      const each = { api: 1, worker: 2 };
      const { kills, first } = await killedWorkers(server, "few", { coordinator: each, helper: each }, { kills: 2 });
      expect(kills).toBeGreaterThan(0);
      expect(first).toBe("SIGKILL");
    } finally {
      await server.stop();
    }
  });
});
