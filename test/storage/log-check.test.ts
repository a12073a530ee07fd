// A database's log with a wrong bit, a part that is missing, or nothing wrong: what SQLite would forget in silence is refused.
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, describe, expect, test } from "vitest";
import { openDatabase } from "../../src/storage/sqlite/index.ts";
import { checkLog } from "../../src/storage/sqlite/log-check.ts";

const folder = mkdtempSync(join(tmpdir(), "paceline-log-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const PAGE = 512;
const FRAME = 24 + PAGE;
const COMMITS = 6;

/** Files as a killed process leaves them: six commits in the log. @param before what is done first */
function left(name: string, before: (db: DatabaseSync) => void = () => undefined): string {
  const [live, dead] = [join(folder, `${name}.live`), join(folder, name)];
  const db = new DatabaseSync(live);
  db.exec(`pragma page_size=${PAGE}; pragma journal_mode=wal; pragma synchronous=full; create table t (a blob)`);
  db.exec("pragma wal_checkpoint(truncate)");
  before(db);
  for (let i = 0; i < COMMITS; i++) db.exec("insert into t values (randomblob(300))");
  for (const end of ["", "-wal", "-shm"]) copyFileSync(live + end, dead + end);
  db.close();
  return dead;
}
const rows = (path: string) => {
  const db = new DatabaseSync(path);
  const { n } = db.prepare("select count(*) as n from t").get() as { n: number };
  db.close();
  return n;
};
const damaged = expect.objectContaining({ code: "invalid_data" });
const wal = (path: string) => `${path}-wal`;
const withoutIndex = (path: string) => rmSync(`${path}-shm`);

function change(path: string, how: (log: Buffer) => Buffer): void {
  writeFileSync(wal(path), how(readFileSync(wal(path))));
}
const flip =
  (at: number, bit = 1) =>
  (log: Buffer) => {
    log[at] = (log[at] as number) ^ bit;
    return log;
  };

test("nothing is wrong: with and without an index, after one more generation, and of a database that is new", () => {
  const path = left("whole");
  checkLog(path);
  withoutIndex(path);
  checkLog(path);
  expect(rows(path)).toBe(COMMITS);
  // What is left of a longer log behind the present one is of before.
  const again = left("again", (db) => {
    for (let i = 0; i < 30; i++) db.exec("insert into t values (randomblob(300))");
    db.exec("pragma wal_checkpoint(restart)");
  });
  expect(readFileSync(wal(again)).length).toBeGreaterThan(32 + 20 * FRAME);
  checkLog(again);
  withoutIndex(again);
  checkLog(again);
  expect(rows(again)).toBe(30 + COMMITS);
  checkLog(join(folder, "nothing"));
});

describe("a wrong bit", () => {
  test("in whichever byte of the log: found while there is an index", () => {
    const path = left("every");
    const length = readFileSync(wal(path)).length;
    // Every byte of the header, then one here and there.
    for (let at = 0; at < length; at += at < 32 + 2 * 24 ? 1 : 61) {
      change(path, flip(at, 1 << (at % 8)));
      expect(() => checkLog(path), `byte ${at}`).toThrow(damaged);
      change(path, flip(at, 1 << (at % 8)));
    }
    checkLog(path);
  });

  test("without an index: in all commits but the last, of which nobody can say that it was acknowledged", () => {
    const path = left("blind");
    withoutIndex(path);
    const frames = (readFileSync(wal(path)).length - 32) / FRAME;
    for (let frame = 0; frame < frames - 3; frame++) {
      const at = 32 + frame * FRAME + 24 + 100;
      change(path, flip(at));
      expect(() => checkLog(path), `frame ${frame}`).toThrow(damaged);
      change(path, flip(at));
    }
    change(path, flip(32 + (frames - 1) * FRAME + 100));
    checkLog(path);
    expect(rows(path)).toBe(COMMITS - 1);
  });
});

test("a log larger than what is read of it at once", () => {
  const many = "with recursive n(i) as (select 1 union all select i + 1 from n where i < 9000)";
  const path = left("large", (db) => {
    db.exec(`pragma wal_autocheckpoint=0; insert into t ${many} select randomblob(400) from n`);
  });
  const { length } = readFileSync(wal(path));
  expect(length).toBeGreaterThan(2 ** 22 + 100 * FRAME);
  for (const indexed of [true, false]) {
    if (!indexed) withoutIndex(path);
    checkLog(path);
    for (const at of [32 + 100, 2 ** 22, 32 + Math.ceil(2 ** 22 / FRAME) * FRAME + 30, length - 8 * FRAME]) {
      change(path, flip(at));
      expect(() => checkLog(path), `byte ${at}`).toThrow(damaged);
      change(path, flip(at));
    }
  }
  expect(rows(path)).toBe(9000 + COMMITS);
});

test("a wrong bit in a log whose every page is in the database: what is left of it would take pages back", () => {
  const path = left("copied", (db) => db.exec("insert into t values (randomblob(300))"));
  const db = new DatabaseSync(path);
  db.exec("pragma wal_autocheckpoint=0; update t set a = zeroblob(300); pragma wal_checkpoint(full)");
  for (const end of ["", "-wal", "-shm"]) copyFileSync(path + end, `${path}.dead${end}`);
  db.close();
  const dead = `${path}.dead`;
  checkLog(dead);
  const frames = (readFileSync(wal(dead)).length - 32) / FRAME;
  change(dead, flip(32 + (frames - 1) * FRAME + 100));
  expect(() => checkLog(dead)).toThrow(damaged);
  // Without any of it nothing is lost.
  rmSync(wal(dead));
  checkLog(dead);
  expect(rows(dead)).toBe(COMMITS + 1);
});

test.each([0, 20, 32, 32 + FRAME, 32 + 2 * FRAME + 7])(
  "cut off after %i bytes, or away: found by the index",
  (bytes) => {
    const path = left(`cut${bytes}`);
    change(path, (log) => log.subarray(0, bytes));
    expect(() => checkLog(path)).toThrow(damaged);
    rmSync(wal(path));
    expect(() => checkLog(path)).toThrow(damaged);
  },
);

describe("a process that was killed loses nothing", () => {
  /**
   * Its first transaction came into the log only in part, for its memory was too small; the second one, of whoever opened the files
   * after it, has begun to overwrite that.
   */
  function twiceKilled(name: string): { path: string; before: Buffer; after: Buffer } {
    const [live, dead] = [join(folder, `${name}.live`), left(name)];
    const copy = (from: string, to: string) => {
      for (const end of ["", "-wal", "-shm"]) copyFileSync(from + end, to + end);
    };
    const first = new DatabaseSync(dead);
    first.exec("pragma wal_autocheckpoint=0; pragma cache_size=2; pragma cache_spill=1; begin");
    for (let i = 0; i < 60; i++) first.exec("insert into t values (randomblob(300))");
    copy(dead, live);
    first.exec("rollback");
    first.close();
    const before = readFileSync(wal(live));
    const second = new DatabaseSync(live);
    second.exec("pragma wal_autocheckpoint=0; insert into t values (1)");
    copy(live, dead);
    second.close();
    return { path: dead, before, after: readFileSync(wal(dead)) };
  }
  const commits = (log: Buffer) =>
    Array.from({ length: (log.length - 32) / FRAME }, (_, i) => 32 + i * FRAME).filter(
      (at) => log.readUInt32BE(at + 4) > 0,
    );

  test.each(["with an index", "without one"])("at each byte of a commit, over what another left, %s", (with_) => {
    const { path, before, after } = twiceKilled(`twice-${with_}`);
    const index = readFileSync(`${path}-shm`);
    expect(before.length).toBe(after.length);
    const starts = Array.from({ length: (after.length - 32) / FRAME }, (_, i) => 32 + i * FRAME);
    const changed = starts.filter((at) => !before.subarray(at, at + FRAME).equals(after.subarray(at, at + FRAME)));
    const last = Math.max(...commits(after));
    expect(commits(after).length).toBe(commits(before).length + 1);
    // Frames of the first transaction are behind it, of the same generation.
    expect(last + 4 * FRAME).toBeLessThan(after.length);
    const first = changed[0] as number;
    // The index of the second is not written before its commit is.
    if (with_ === "without one") withoutIndex(path);
    else {
      const frames = (first - 32) / FRAME;
      for (const at of [16, 64]) index.writeUInt32LE(frames, at);
      writeFileSync(`${path}-shm`, index);
    }
    for (let at = first; at <= last + FRAME; at += (at - 32) % FRAME < 70 ? 1 : 37) {
      // Nobody can tell half a frame's header from a wrong bit where there is no index.
      const inHeader = (at - 32) % FRAME;
      if (with_ === "without one" && inHeader > 0 && inHeader < 24) continue;
      writeFileSync(wal(path), Buffer.concat([after.subarray(0, at), before.subarray(at)]));
      checkLog(path);
    }
    // And still: a wrong bit before is found.
    const at = 32 + FRAME + 100;
    change(path, flip(at));
    expect(() => checkLog(path)).toThrow(damaged);
  });

  test("at each byte of a header that begins the log anew", () => {
    const path = left("anew");
    const before = readFileSync(wal(path));
    const db = new DatabaseSync(path);
    db.exec("pragma wal_checkpoint(restart); insert into t values (1)");
    const [after, index] = [readFileSync(wal(path)), readFileSync(`${path}-shm`)];
    const kept = readFileSync(path);
    db.close();
    writeFileSync(path, kept);
    // Nothing is committed yet in the new one.
    for (const at of [16, 64, 96]) index.writeUInt32LE(0, at);
    for (let at = 0; at <= 32; at++) {
      writeFileSync(`${path}-shm`, index);
      writeFileSync(wal(path), Buffer.concat([after.subarray(0, at), before.subarray(at)]));
      checkLog(path);
    }
  });
});

test("a service's database is not opened then, nor changed", async () => {
  const path = join(folder, "service.sqlite");
  const store = await openDatabase(path);
  await store.transaction((all) => all.putBudget({ epoch: "w", cap: 2n, spent: 1n }));
  await store.transaction((all) => all.putBudget({ epoch: "v", cap: 2n, spent: 1n }));
  for (const end of ["", "-wal", "-shm"]) copyFileSync(path + end, `${path}.copy${end}`);
  await store.close();
  for (const end of ["", "-wal", "-shm"]) copyFileSync(`${path}.copy${end}`, path + end);
  change(path, flip(32 + 24 + 50));
  const before = readFileSync(wal(path));
  await expect(openDatabase(path)).rejects.toMatchObject({
    code: "invalid_data",
    message: expect.stringMatching(/-wal is damaged/),
  });
  expect(readFileSync(wal(path))).toEqual(before);
  change(path, flip(32 + 24 + 50));
  const again = await openDatabase(path);
  expect(await again.read((all) => all.budgets())).toHaveLength(2);
  await again.close();
  expect(existsSync(wal(path))).toBe(false);
});
