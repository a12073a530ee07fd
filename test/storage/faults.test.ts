import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { fail } from "../../src/base/errors.ts";
import { storageError as postgresError } from "../../src/storage/postgres/faults.ts";
import { storageError } from "../../src/storage/sqlite/faults.ts";
import { openDatabase } from "../../src/storage/sqlite/index.ts";
import { smallDisk } from "../support/small-disk.ts";
import { bytes, report, task } from "./row-samples.ts";

const thrown = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
};

test("PostgreSQL without room: a statement that failed stored nothing; of a server that ended itself nobody can say so", () => {
  const said = (severity: string, code: string) => postgresError(Object.assign(new Error("x"), { severity, code }));
  expect(said("ERROR", "53100")).toMatchObject({
    code: "storage_full",
    hint: expect.stringMatching(/^Nothing of this/),
  });
  for (const code of ["53100", "58030", "XX000"]) {
    const error = said("PANIC", code);
    expect(error).toMatchObject({ code: "unavailable", message: expect.stringMatching(/has ended itself: x$/) });
    expect(error).toMatchObject({ hint: expect.not.stringContaining("Nothing of this") });
  }
});

describe("what SQLite says", () => {
  test("no room: storage_full", () => {
    const db = new DatabaseSync(":memory:");
    db.exec("create table t (x blob) strict; pragma max_page_count = 4");
    const error = storageError(thrown(() => db.exec("insert into t values (randomblob(100000))")));
    expect(error).toMatchObject({ code: "storage_full", cause: { errcode: 13 } });
    db.close();
  });

  test("no database, a lock, a file that cannot be written: unavailable", () => {
    const folder = mkdtempSync(join(tmpdir(), "paceline-faults-"));
    const file = join(folder, "x");
    writeFileSync(file, randomBytes(8192));
    const damaged = new DatabaseSync(file);
    expect(storageError(thrown(() => damaged.exec("select * from sqlite_master")))).toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("damaged"),
    });
    damaged.close();
    truncateSync(file);
    const [one, other] = [new DatabaseSync(file), new DatabaseSync(file, { timeout: 0 })];
    one.exec("begin exclusive");
    expect(storageError(thrown(() => other.exec("begin immediate")))).toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("locked"),
    });
    one.close();
    other.close();
    chmodSync(file, 0o600);
    const readOnly = new DatabaseSync(file, { readOnly: true });
    expect(storageError(thrown(() => readOnly.exec("create table t (x) ")))).toMatchObject({ code: "unavailable" });
    readOnly.close();
    rmSync(folder, { recursive: true });
  });

  test("a broken rule of a table is a bug, and Paceline's own errors and others stay what they are", () => {
    const db = new DatabaseSync(":memory:");
    db.exec("create table t (x integer check (x > 0)) strict");
    const broken = thrown(() => db.exec("insert into t values (0)"));
    expect(storageError(broken)).toBe(broken);
    db.close();
    for (const error of [thrown(() => fail("conflict", "x")), new Error("x"), "x", undefined, null])
      expect(storageError(error)).toBe(error);
  });
});

const disk = smallDisk("2m");
describe.skipIf(disk === undefined)("a disk that is full", () => {
  test("stores nothing and says so each time; nothing is damaged; it goes on when there is room", async ({
    onTestFinished,
  }) => {
    if (disk === undefined) return;
    onTestFinished(disk.remove);
    const path = join(disk.folder, "service.sqlite");
    const store = await openDatabase(path);
    await store.transaction((rows) =>
      rows.addTask({ id: task, manifest: bytes(5, 5), verifyKey: bytes(32, 6), closes: 100 }),
    );
    let stored = 0;
    const add = async () => {
      await store.transaction((rows) => rows.addReports([report(stored, { upload: randomBytes(20_000) })]));
      stored += 1;
    };
    const empty = await store.size();
    await add();
    expect(await store.size()).toBeGreaterThan(empty + 16_000);
    await store.check();
    disk.fill(200_000);
    for (let i = 0; i < 100; i++) await add().catch(() => undefined);
    // A page that was free may still have taken a small row.
    expect(stored).toBeGreaterThan(1);
    expect(stored).toBeLessThan(20);
    for (let i = 0; i < 5; i++) await expect(add()).rejects.toMatchObject({ code: "storage_full" });
    await expect(store.check()).rejects.toMatchObject({ code: "storage_full" });
    // What was acknowledged is there, and can be read.
    const count = () => store.read(async (rows) => (await rows.tally(task)).pending);
    expect(await count()).toBe(stored);
    await store.scrub().catch((error) => expect(error).toMatchObject({ code: "storage_full" }));
    disk.empty();
    await store.check();
    await add();
    expect(await count()).toBe(stored);
    await store.scrub();
    await store.close();
    const db = new DatabaseSync(path);
    expect(db.prepare("pragma integrity_check").get()).toEqual({ integrity_check: "ok" });
    db.close();
    const again = await openDatabase(path);
    expect(await again.read(async (rows) => (await rows.tally(task)).pending)).toBe(stored);
    await again.close();
  });

  test("a database cannot be made there, and that is said", async () => {
    const other = smallDisk("64k");
    if (other === undefined) return;
    other.fill();
    await expect(openDatabase(join(other.folder, "new.sqlite"))).rejects.toMatchObject({ code: "storage_full" });
    other.remove();
  });
});
