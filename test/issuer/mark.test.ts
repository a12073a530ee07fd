// An issuer's database that is put back from an older copy: nobody is given a token twice.
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { utf8 } from "../../src/base/bytes.ts";
import { acknowledgeLoss } from "../../src/issuer/index.ts";
import { openIssuerKey, openMarkFile } from "../../src/platform/node/index.ts";
import type { MarkFile } from "../../src/ports/mark-file.ts";
import { openDatabase } from "../../src/storage/sqlite/index.ts";
import { newTestIssuer } from "../support/tokens.ts";

const [rho, year] = [5_000_000n, 50_000_000n];

/** An issuer of ten tokens a year whose database is copied when ann has had four of them; then she takes the rest. */
async function restored(context: { onTestFinished(work: () => void): void }) {
  const folder = mkdtempSync(join(tmpdir(), "paceline-issuer-mark-"));
  context.onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = (name: string) => join(folder, name);
  const clock = { at: Date.UTC(2026, 5, 1), now: () => clock.at };
  const keys = openIssuerKey(file("keys.json"));
  const mark = openMarkFile(file("mark"));
  const open = () => openDatabase(file("issuer.db"));
  const start = async (store: Awaited<ReturnType<typeof open>>, marked: MarkFile = mark) =>
    await newTestIssuer(rho, year, clock, { keys, store, mark: marked });
  let store = await open();
  let issuer = await start(store);
  const { body } = await issuer.requests(1);
  expect((await issuer.ask("ann", body)).status).toBe(200);
  await issuer.tokens(3, "ann");
  await store.close();
  for (const name of ["issuer.db", "mark"]) copyFileSync(file(name), file(`${name}.older`));
  store = await open();
  issuer = await start(store);
  await issuer.tokens(6, "ann");
  await store.close();
  copyFileSync(file("issuer.db.older"), file("issuer.db"));
  return { body, clock, file, mark, start, store: await open() };
}

test("it is found, and serves nothing", async (context) => {
  const { store, start } = await restored(context);
  await expect(start(store)).rejects.toMatchObject({
    code: "ledger_behind",
    message: expect.stringContaining("had 3 answers; it has 2"),
  });
  await store.close();
});

test("without its mark too: a past without a mark is none to go on with", async (context) => {
  const { store, start, file } = await restored(context);
  rmSync(file("mark"));
  await expect(start(store)).rejects.toMatchObject({
    code: "ledger_behind",
    message: expect.stringContaining("missing"),
  });
  await store.close();
});

test.each([
  ["beside its mark", (): void => undefined],
  ["with the mark lost", (mark: string) => rmSync(mark)],
  ["with a mark that is damaged", (mark: string) => copyFileSync(`${mark.slice(0, -4)}keys.json`, mark)],
])("acknowledged %s: nobody gets a token of that year again, the next year all do", async (_, lose) => {
  const finished: (() => void)[] = [];
  const { store, start, mark, file, clock, body } = await restored({ onTestFinished: (work) => finished.push(work) });
  lose(file("mark"));
  await expect(start(store)).rejects.toBeDefined();
  expect(await acknowledgeLoss({ store, mark, clock })).toBe("2026");
  const issuer = await start(store);
  for (const account of ["ann", "bob"]) await expect(issuer.tokens(1, account)).rejects.toThrow(/403.*lost/);
  // What is known to have been answered is no second token.
  expect((await issuer.ask("ann", body)).status).toBe(200);
  clock.at = Date.UTC(2027, 1, 1);
  await issuer.tokens(10, "ann");
  await expect(issuer.tokens(1, "ann")).rejects.toThrow(/403/);
  // And an older copy of what it is now is found again.
  await start(store);
  await store.close();
  copyFileSync(file("issuer.db.older"), file("issuer.db"));
  const older = await openDatabase(file("issuer.db"));
  await expect(start(older)).rejects.toMatchObject({ code: "ledger_behind" });
  await older.close();
  for (const work of finished) work();
});

/** A mark on a disk that is full, or of a process that dies before it writes. */
function fullMark() {
  const mark = {
    full: false,
    content: undefined as Uint8Array | undefined,
    read: async () => mark.content,
    async replace(next: Uint8Array) {
      if (mark.full) throw Object.assign(new Error("no space left on device"), { code: "ENOSPC", syscall: "write" });
      mark.content = next;
    },
  };
  return mark;
}

const written = (sequence: number) =>
  utf8(`{"format":"paceline-issuer-mark-1","sequence":${sequence},"year":"2026"}\n`);

test("no answer leaves before the mark is written; asked again, it is", async () => {
  const mark = fullMark();
  const issuer = await newTestIssuer(rho, year, undefined, { mark });
  mark.full = true;
  const { body } = await issuer.requests(2);
  expect((await issuer.ask("ann", body)).status).toBe(500);
  expect(mark.content).toEqual(written(0));
  mark.full = false;
  expect((await issuer.ask("ann", body)).status).toBe(200);
  expect(mark.content).toEqual(written(1));
  // Counted once.
  await issuer.tokens(8, "ann");
  await expect(issuer.tokens(1, "ann")).rejects.toThrow(/403/);
});

test("one that died when its first answers were counted and before any left goes on, and answers them", async () => {
  const mark = fullMark();
  const first = await newTestIssuer(rho, year, undefined, { mark });
  mark.full = true;
  const bodies = await Promise.all(["ann", "bob"].map(async (name) => [name, (await first.requests(2)).body] as const));
  for (const [name, body] of bodies) expect((await first.ask(name, body)).status).toBe(500);
  mark.full = false;
  const { store, keys } = first;
  const again = await newTestIssuer(rho, year, undefined, { mark, store, keys });
  for (const [name, body] of bodies) expect((await again.ask(name, body)).status).toBe(200);
  await again.tokens(8, "ann");
  await expect(again.tokens(1, "ann")).rejects.toThrow(/403/);
  expect(mark.content).toEqual(written(3));
});

test("one that cannot write its mark does not begin", async () => {
  const mark = fullMark();
  mark.full = true;
  await expect(newTestIssuer(rho, year, undefined, { mark })).rejects.toThrow(/no space left/);
});
