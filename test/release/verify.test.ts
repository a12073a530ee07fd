// Every row that the ledger's chain tells about, edited in the file of a service as its operator could: each edit is
// found before anything is served, and named.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import { checkLedger, debit } from "../../src/release/ledger.ts";
import { verifyChain } from "../../src/release/verify.ts";
import { openDatabase } from "../../src/storage/sqlite/index.ts";
import { bytes, query } from "../storage/row-samples.ts";
import { chained } from "./chained.ts";

let folder = "";
const path = () => join(folder, "service.sqlite");

async function check(): Promise<void> {
  const store = await openDatabase(path());
  try {
    await store.read(async (rows) => {
      await checkLedger(rows);
      await verifyChain(rows, nodeCrypto);
    });
  } finally {
    await store.close();
  }
}

function edit(sql: string): void {
  const db = new DatabaseSync(path());
  db.exec(sql);
  db.close();
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "paceline-verify-"));
  const store = await openDatabase(path());
  const writing = chained(store);
  for (const n of [1, 2])
    await writing.transaction(async (rows) => {
      const task = bytes(32, n);
      await rows.addTask({ id: task, manifest: bytes(5, n), verifyKey: bytes(32, n), closes: 100 });
      const charge = { task, rho: 5n, epochs: ["2026", "2026-W01"], mechanism: "{}" };
      await debit(rows, charge, { whose: "helper", epoch: 100n, year: 200n }, n);
      await rows.addBatch({ task, count: 6, checksum: bytes(32, n), noisedShare: bytes(64, n) });
      await rows.addLeaf(bytes(40, n));
      await rows.putQuery(query({ task, hash: `h${n}`, state: "settled", envelope: "{}", release: bytes(80, n) }));
      await rows.addForgotten(bytes(32, n + 10));
      await rows.putStream({ task: bytes(32, 40), round: n, until: 500, state: bytes(60, n) });
    });
  await store.close();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("as it was written it verifies", check);

test("sums that a stream kept are deleted when its time is over: that is no edit", async () => {
  edit("update stream set state = null");
  await check();
});

const edits: readonly [what: string, sql: string, said: RegExp][] = [
  [
    "events and budgets, consistently",
    "update ledger_event set rho = 1; update budget set spent = 2",
    /event 0 is not what/,
  ],
  [
    "a debit taken out with its spending",
    "delete from ledger_event where seq = 2; update budget set spent = 5",
    /event 1 is missing/,
  ],
  ["a debit moved to another week", "update ledger_event set epochs = '2026-W01 2026' where seq = 1", /event 0/],
  ["when it was", "update ledger_event set at = 9 where seq = 1", /event 0/],
  ["caps times 1000", "update budget set cap = cap * 1000", /the cap of 2026 is not what/],
  ["an epoch that nothing was spent in", "insert into budget values ('2027', 5, 0)", /the cap of 2027 is not what/],
  ["a noised share", "update batch set noised_share = zeroblob(64) where count = 6", /the noised share of task/],
  ["a stream put back by a round", "update stream set round = 1", /the noise stream \S+ is not what/],
  ["what a stream keeps", "update stream set state = zeroblob(60)", /the noise stream \S+ is not what/],
  ["a stream's end", "update stream set until = 5000", /the noise stream \S+ is not what/],
  ["a stream that is gone", "delete from stream", /the noise stream \S+ is missing/],
  [
    "a stream that never was",
    "insert into stream values (zeroblob(32), 1, 500, null)",
    /the noise stream \S+ is not what/,
  ],
  ["the size of a batch", "update batch set count = 7", /the noised share of task/],
  [
    "a batch that is gone",
    "delete from batch where task = (select max(task) from batch)",
    /share of task \S+ is missing/,
  ],
  [
    "the start of a release",
    "update query set release = cast(x'00' || substr(release, 2) as blob) where hash = 'h1'",
    /the release of task/,
  ],
  [
    "a release taken back",
    "update query set release = null, state = 'published' where hash = 'h2'",
    /the release of task \S+ is missing/,
  ],
  ["an audit leaf", "update leaf set bytes = zeroblob(40) where seq = 1", /leaf 0 is not what/],
  ["the last audit leaf removed", "delete from leaf where seq = 2", /leaf 1 is missing/],
  ["an audit leaf added", "insert into leaf (bytes) values (x'01')", /leaf 2 is not what/],
  ["a closed task opened again", "delete from forgotten", /the closing of task \S+ is missing/],
  ["a body in the chain", "update chain set body = replace(body, '200', '900') where sequence = 1", /entry 1 of/],
  ["a chain cut in the middle", "delete from chain where sequence = 3", /entry 4 of/],
  ["a chain cut at its end", "delete from chain where sequence > 5", /./],
  ["no chain", "delete from chain", /event 0 is not what/],
];

test.each(edits)("an edit is found: %s", async (_, sql, said) => {
  edit(sql);
  await expect(check()).rejects.toMatchObject({ code: "invalid_data", message: expect.stringMatching(said) });
});
