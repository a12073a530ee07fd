// The rows of a plain aggregator: one contract for memory, SQLite and PostgreSQL. Where a service has a ledger, they are not.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { memoryKeyValues } from "../../src/storage/memory/index.ts";
import * as postgres from "../../src/storage/postgres/index.ts";
import { openDatabase, openKeyValues } from "../../src/storage/sqlite/index.ts";
import { noPostgres, type Server, startPostgres } from "../support/postgres.ts";
import { durableKeyValueContract, keyValueContract } from "./key-value-contract.ts";

const folder = mkdtempSync(join(tmpdir(), "paceline-plain-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const newFile = () => join(folder, `plain-${files++}.db`);

describe("memory", () => keyValueContract(async () => memoryKeyValues()));

describe("SQLite", () => {
  keyValueContract(() => openKeyValues(newFile()));
  let path = "";
  beforeEach(() => {
    path = newFile();
  });
  durableKeyValueContract({
    open: (sealing) => openKeyValues(path, sealing),
    raw: async () =>
      Buffer.concat(["", "-wal"].filter((end) => existsSync(path + end)).map((end) => readFileSync(path + end))),
    async run(text) {
      const db = new DatabaseSync(path);
      db.exec(text);
      db.close();
    },
  });

  test("a service's file is no plain aggregator's, nor the reverse", async () => {
    const other = newFile();
    await (await openDatabase(other)).close();
    await expect(openKeyValues(other)).rejects.toMatchObject({ code: "conflict" });
    const own = newFile();
    await (await openKeyValues(own)).close();
    await expect(openDatabase(own)).rejects.toMatchObject({ code: "conflict" });
    await (await openKeyValues(own)).close();
  });

  test("a file of before there were versions is taken as it is", async () => {
    const old = newFile();
    await (await openKeyValues(old)).close();
    const db = new DatabaseSync(old);
    db.exec("drop table sealed; pragma user_version = 0; insert into pair values ('k', x'0102')");
    db.close();
    const store = await openKeyValues(old);
    expect(await store.read((rows) => rows.get("k"))).toEqual(Uint8Array.of(1, 2));
    await store.close();
  });
});

describe.skipIf(noPostgres !== undefined)("PostgreSQL", () => {
  let server: Server;
  const url = () => server.url("plain");
  beforeAll(async () => {
    server = await startPostgres();
    await server.create("plain");
    await (await postgres.openKeyValues(url())).close();
  });
  afterAll(() => server.stop());
  beforeEach(() => server.empty("plain"));

  keyValueContract(() => postgres.openKeyValues(url()));
  durableKeyValueContract({
    open: (sealing) => postgres.openKeyValues(url(), sealing),
    raw: async () =>
      Buffer.concat((await server.run("plain", "select value from pair")).map(({ value }) => value as Buffer)),
    run: async (text) => void (await server.run("plain", text)),
  });

  test("a service's database is no plain aggregator's, nor the reverse", async () => {
    await server.create("service");
    await (await postgres.openDatabase(server.url("service"))).close();
    await expect(postgres.openKeyValues(server.url("service"))).rejects.toMatchObject({ code: "conflict" });
    await expect(postgres.openDatabase(url())).rejects.toMatchObject({ code: "conflict" });
  });

  test("it goes on after the server's end and start, unless another process has taken the database meanwhile", async () => {
    const store = await postgres.openKeyValues(url());
    await store.transaction((rows) => rows.put("k", Uint8Array.of(1)));
    await server.crash();
    await store.transaction((rows) => rows.put("k", Uint8Array.of(2))).catch(() => undefined);
    await store.transaction((rows) => rows.put("k", Uint8Array.of(2)));
    await expect(postgres.openKeyValues(url())).rejects.toMatchObject({ code: "conflict" });
    await server.crash();
    const other = await postgres.openKeyValues(url());
    await expect(store.transaction((rows) => rows.put("k", Uint8Array.of(3)))).rejects.toMatchObject({
      code: "conflict",
    });
    expect(await other.read((rows) => rows.get("k"))).toEqual(Uint8Array.of(2));
    await Promise.all([store.close(), other.close()]);
  });
});
