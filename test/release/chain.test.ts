import fc from "fast-check";
import { expect, test } from "vitest";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import { appendChain, chainHash, headOf, isPast, origin } from "../../src/release/chain.ts";
import { debit } from "../../src/release/ledger.ts";
import { verifyChain } from "../../src/release/verify.ts";
import { memoryDatabase } from "../../src/storage/memory/index.ts";
import { chained } from "./chained.ts";

const bytes = (length: number, fill: number) => new Uint8Array(length).fill(fill);
const open = () => chained(memoryDatabase());

test("an entry's hash covers everything of it and everything before", async () => {
  const entry = { sequence: 1, kind: "ledger", body: "{}" };
  const hash = async (before: Uint8Array, change: Partial<typeof entry>) =>
    (await chainHash(nodeCrypto, before, { ...entry, ...change })).join();
  const all = await Promise.all([
    hash(origin.hash, {}),
    hash(bytes(32, 1), {}),
    hash(origin.hash, { sequence: 2 }),
    hash(origin.hash, { kind: "ledge" }),
    hash(origin.hash, { kind: "ledge", body: "r{}" }),
    hash(origin.hash, { body: "{ }" }),
  ]);
  expect(new Set(all).size).toBe(all.length);
});

test("whatever changes the ledger appends in its transaction, and what is undone is undone in the chain too", async () => {
  const store = open();
  const charge = (n: number) => ({ task: bytes(32, n), rho: 5n, epochs: ["2026-W01", "2026"], mechanism: "{}" });
  const caps = { whose: "helper" as const, epoch: 20n, year: 8n };
  await store.transaction((rows) => debit(rows, charge(1), caps, 7));
  const failed = store.transaction((rows) => debit(rows, charge(2), caps, 8));
  await expect(failed).rejects.toMatchObject({ code: "budget_exhausted" });
  const kinds = await store.read(async (rows) => {
    const found: string[] = [];
    for await (const page of rows.chain(2)) found.push(...page.map(({ kind }) => kind));
    return found;
  });
  expect(kinds).toEqual(["epoch", "epoch", "ledger"]);
  await store.transaction((rows) => debit(rows, charge(1), caps, 9));
  expect((await store.read(headOf)).sequence).toBe(3);
  await store.read((rows) => verifyChain(rows, nodeCrypto));
  // A cap is in the chain: nobody changes it through these rows.
  const raised = store.transaction((rows) => rows.putBudget({ epoch: "2026", cap: 8000n, spent: 5n }));
  await expect(raised).rejects.toMatchObject({ code: "internal" });
});

test("its past is what is on the chain, and what an acknowledgement names as lost; nothing else", async () => {
  const count = fc.integer({ min: 1, max: 8 });
  await fc.assert(
    fc.asyncProperty(count, count, fc.integer({ min: 0, max: 20 }), async (kept, gone, stray) => {
      const store = memoryDatabase();
      const append = (n: number, sequence?: number, lost: { sequence: number; hash: string }[] = []) =>
        store.transaction((rows) =>
          appendChain(rows, nodeCrypto, sequence === undefined ? "leaf" : "acknowledged", { n, lost }, sequence),
        );
      const marks = [];
      for (let n = 0; n < kept; n++) marks.push(await append(n));
      for (const mark of marks) expect(await store.read((rows) => isPast(rows, mark))).toBe(true);
      const lost = { sequence: kept + gone, hash: bytes(32, 9) };
      expect(await store.read((rows) => isPast(rows, lost))).toBe(false);
      await append(0, kept + gone + 1, [
        { sequence: lost.sequence, hash: "CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk" },
      ]);
      expect(await store.read((rows) => isPast(rows, lost))).toBe(true);
      for (const mark of marks) expect(await store.read((rows) => isPast(rows, mark))).toBe(true);
      expect(await store.read((rows) => isPast(rows, { sequence: stray + 1, hash: bytes(32, 8) }))).toBe(false);
    }),
    { numRuns: 40, seed: 3 },
  );
});
