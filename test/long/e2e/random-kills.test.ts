// kill -9 of either service or both at random instants, their starts and migrations among them, on both databases.
// PACELINE_KILLS says how often on each (200 when it is not set), PACELINE_SEED draws the same instants again, and PACELINE_FROM
// names the question to begin with: where a run was ended, or what went wrong. What was done is written to standard error.
import { appendFileSync, chmodSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { test } from "vitest";
import { asOften, timeout } from "../../e2e/as-often.ts";
import { statementsOf, versions } from "../../storage/schemas.ts";
import { startPairs } from "../../support/pairs-on-postgres.ts";
import { noPostgres } from "../../support/postgres.ts";
import { newPair } from "../../support/processes.ts";

const roles = ["coordinator", "helper"] as const;

test(
  "on SQLite",
  () =>
    asOften("SQLite", {
      newPair,
      async age(pair, { draw }) {
        for (const role of roles) {
          const version = draw(versions("sqlite").length + 1);
          if (version === 0) continue;
          const path = pair.database(role);
          appendFileSync(path, "");
          chmodSync(path, 0o600);
          const db = new DatabaseSync(path);
          db.exec(statementsOf("sqlite", version));
          db.close();
        }
      },
    }),
  timeout,
);

test.skipIf(noPostgres !== undefined)(
  "on PostgreSQL",
  async () => {
    const pairs = await startPairs();
    try {
      await asOften("PostgreSQL", {
        newPair: pairs.newPair,
        async age(pair, { draw }) {
          for (const role of roles) {
            const version = draw(versions("postgres").length + 1);
            const name = new URL(pair.database(role)).pathname.slice(1);
            if (version > 0) await pairs.server.run(name, statementsOf("postgres", version));
          }
        },
      });
    } finally {
      await pairs.stop();
    }
  },
  timeout,
);
