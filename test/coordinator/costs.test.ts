// What one request costs does not grow with what is stored: counted, not timed.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { verifyInclusion } from "../../src/audit/merkle.ts";
import { utf8 } from "../../src/base/bytes.ts";
import { newAudit } from "../../src/coordinator/audit.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import type { Crypto } from "../../src/ports/crypto.ts";
import { memoryDatabase } from "../../src/storage/memory/index.ts";
import { openDatabase } from "../../src/storage/sqlite/index.ts";
import { testKeyring } from "../support/cluster.ts";

test("a proof from the audit log: a few hashes and one leaf read, one signature a size", async () => {
  const store = memoryDatabase();
  const size = 5000;
  const add = (from: number, to: number) =>
    store.transaction(async (rows) => {
      for (let i = from; i < to; i++) await rows.addLeaf(utf8(`leaf ${i}`));
    });
  await add(0, size);
  const count = { hashes: 0, leaves: 0, signatures: 0 };
  const crypto: Crypto = {
    ...nodeCrypto,
    sha256(data) {
      count.hashes += 1;
      return nodeCrypto.sha256(data);
    },
  };
  const { signer } = testKeyring();
  const counted: typeof store = {
    ...store,
    read: (work) =>
      store.read((rows) =>
        work({
          ...rows,
          leaves: () => expect.unreachable("all leaves are read"),
          async leavesFrom(index, most) {
            const found = await rows.leavesFrom(index, most);
            count.leaves += found.length;
            return found;
          },
        }),
      ),
  };
  const audit = newAudit(counted, crypto, {
    ...signer,
    sign(message) {
      count.signatures += 1;
      return signer.sign(message);
    },
  });
  // The first one builds the tree.
  await audit(0);
  expect(count).toEqual({ hashes: expect.any(Number), leaves: size + 1, signatures: 1 });
  const indexes = [0, 1, 2047, 4095, 4096, size - 1];
  for (const key of ["hashes", "leaves", "signatures"] as const) count[key] = 0;
  for (const answer of await Promise.all(indexes.map((index) => audit(index))))
    expect(await verifyInclusion(nodeCrypto, answer)).toBe(true);
  expect(count).toEqual({ hashes: expect.any(Number), leaves: indexes.length, signatures: 0 });
  expect(count.hashes).toBeLessThanOrEqual(indexes.length * Math.ceil(Math.log2(size)));
  // It follows a log that grows while it is asked.
  await add(size, size + 3);
  const answers = await Promise.all([size, 3, size + 2, 7].map((index) => audit(index)));
  expect(new Set(answers.map((answer) => answer.size))).toEqual(new Set([size + 3]));
  for (const answer of answers) expect(await verifyInclusion(nodeCrypto, answer)).toBe(true);
  expect(count.signatures).toBe(1);
  await expect(audit(size + 3)).rejects.toMatchObject({ code: "not_found" });
  await expect(audit(-1)).rejects.toMatchObject({ code: "not_found" });
});

test("what an upload asks of the database is found in an index, however many reports it holds", async ({
  onTestFinished,
}) => {
  const folder = mkdtempSync(join(tmpdir(), "paceline-costs-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "service.sqlite");
  await (await openDatabase(path)).close();
  const db = new DatabaseSync(path);
  const plan = (sql: string) =>
    db
      .prepare(`explain query plan ${sql}`)
      .all()
      .map((row) => row.detail)
      .join("; ");
  const task = "x'00'";
  for (const sql of [
    `select seq from report where task = ${task} and state = 'pending' order by seq limit 1 offset 199`,
    `select seq from report where task = ${task} and state in ('pending', 'aggregating') limit 1`,
    `select * from report where task = ${task} and state = 'pending' order by seq limit 200`,
    `select * from report where task = ${task} and id = ${task}`,
    `select * from batch where task = ${task}`,
    `select * from job where task = ${task}`,
  ]) {
    expect(plan(sql), sql).toMatch(/^SEARCH \w+ USING (COVERING )?INDEX/);
    expect(plan(sql), sql).not.toContain("TEMP B-TREE");
  }
  db.close();
});
