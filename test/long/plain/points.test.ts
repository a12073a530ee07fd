import { afterAll, beforeAll, describe } from "vitest";
import * as postgres from "../../../src/storage/postgres/index.ts";
import * as sqlite from "../../../src/storage/sqlite/index.ts";
import { fileNamed, sealing, stoppedEverywhere } from "../../support/plain-points.ts";
import { noPostgres, type Server, startPostgres } from "../../support/postgres.ts";

stoppedEverywhere("SQLite", "leader-selected", (name) => sqlite.openKeyValues(fileNamed(name), sealing(name)));

describe.skipIf(noPostgres !== undefined)("a server", () => {
  let server: Server;
  const made = new Set<string>();
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());
  for (const mode of ["time-interval", "leader-selected"] as const)
    stoppedEverywhere("PostgreSQL", mode, async (name) => {
      const database = name.replaceAll("-", "_");
      if (!made.has(name)) await server.create(database);
      made.add(name);
      return await postgres.openKeyValues(server.url(database), sealing(`server-${name}`));
    });
});
