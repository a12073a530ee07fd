import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatabase as openPostgres } from "../../src/storage/postgres/index.ts";
import { openDatabase as openSqlite } from "../../src/storage/sqlite/index.ts";
import { noPostgres, type Server, startPostgres } from "../support/postgres.ts";
import { bytes, type Open, report, task } from "./row-samples.ts";
import { type Kind, rowsOf, snapshot, statementsOf, versions } from "./schemas.ts";

const newest = (kind: Kind) => Math.max(...versions(kind));

async function keepsItsRows(open: Open): Promise<void> {
  const store = await open();
  await store.transaction(async (rows) => {
    expect(await rows.owner()).toEqual({ role: "helper", keys: bytes(32, 7) });
    expect(await rows.task(task)).toEqual({ id: task, manifest: bytes(5, 5), verifyKey: bytes(32, 6), closes: 100 });
    expect(await rows.report(task, bytes(16, 1))).toMatchObject(report(1));
    expect(await rows.report(task, bytes(16, 2))).toMatchObject({ state: "accepted", outputShare: bytes(8, 3) });
    expect(await rows.budgets()).toEqual([{ epoch: "2026-W01", cap: 10n, spent: 4n }]);
    expect((await rows.eventOf(task, "debit"))?.rho).toBe(4n);
    // Spent before the upgrade is spent after it.
    expect(await rows.spendTokens(bytes(32, 9), [bytes(16, 10)])).toBe(false);
    expect(await rows.addReports([report(1)])).toEqual([false]);
  });
  await store.close();
}

describe.each(["sqlite", "postgres"] as const)("what was written down of %s", (kind) => {
  test("is what its migrations say, all of them: none was edited, none is left out (make-schemas.ts)", () => {
    expect(versions(kind)).toEqual(Array.from({ length: newest(kind) }, (_, i) => i + 1));
    for (const version of versions(kind))
      expect(snapshot(kind, version)).toBe(statementsOf(kind, version) + rowsOf(kind, version));
  });
});

describe("SQLite", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "paceline-schemas-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const shape = (path: string) => {
    const db = new DatabaseSync(path, { readOnly: true });
    const found = db.prepare("select type, name, tbl_name, sql from sqlite_schema order by type, name").all();
    db.close();
    return found.map((row) => ({ ...row, sql: String(row.sql).replace(/\s+/g, " ") }));
  };

  test("a file of every version, and of before there were any, becomes one of the newest", async () => {
    const fresh = join(folder, "fresh.sqlite");
    await (await openSqlite(fresh)).close();
    for (const version of [0, ...versions("sqlite")]) {
      const path = join(folder, `${version}.sqlite`);
      const db = new DatabaseSync(path);
      db.exec(snapshot("sqlite", Math.max(1, version)) ?? "");
      if (version === 0) db.exec("pragma user_version = 0");
      db.close();
      chmodSync(path, 0o600);
      await keepsItsRows(() => openSqlite(path));
      expect(shape(path)).toEqual(shape(fresh));
    }
  });

  test("a newer one is refused and not touched", async () => {
    const path = join(folder, "newer.sqlite");
    await (await openSqlite(path)).close();
    const db = new DatabaseSync(path);
    db.exec(`pragma user_version = ${newest("sqlite") + 1}`);
    await expect(openSqlite(path)).rejects.toMatchObject({ code: "unsupported" });
    expect(db.prepare("pragma user_version").get()).toEqual({ user_version: newest("sqlite") + 1 });
    db.close();
  });
});

describe.skipIf(noPostgres !== undefined)("PostgreSQL", () => {
  let server: Server;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());
  const shape = async (database: string) => [
    await server.run(
      database,
      `select table_name, column_name, data_type, collation_name, is_nullable, column_default, is_identity
        from information_schema.columns where table_schema = 'public' order by table_name, column_name`,
    ),
    await server.run(
      database,
      `select conrelid::regclass::text as on, conname, pg_get_constraintdef(oid) as says from pg_constraint
        where connamespace = 'public'::regnamespace order by 1, 2`,
    ),
    await server.run(database, "select indexname, indexdef from pg_indexes where schemaname = 'public' order by 1"),
  ];

  test("a database of every version becomes one of the newest, whoever of several opens it first", async () => {
    await server.create("fresh");
    await (await openPostgres(server.url("fresh"))).close();
    for (const version of versions("postgres")) {
      const name = `version${version}`;
      await server.create(name);
      await server.run(name, snapshot("postgres", version) ?? "");
      const together = await Promise.all([1, 2, 3].map(() => openPostgres(server.url(name))));
      for (const store of together) await store.close();
      await keepsItsRows(() => openPostgres(server.url(name)));
      expect(await shape(name)).toEqual(await shape("fresh"));
    }
  });

  test("a newer one is refused and not touched", async () => {
    await server.create("newer");
    await (await openPostgres(server.url("newer"))).close();
    await server.run("newer", `update schema_version set version = ${newest("postgres") + 1}`);
    await expect(openPostgres(server.url("newer"))).rejects.toMatchObject({ code: "unsupported" });
    expect(await server.run("newer", "select version from schema_version")).toEqual([
      { version: newest("postgres") + 1 },
    ]);
  });
});
