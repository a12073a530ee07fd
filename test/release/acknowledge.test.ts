import fc from "fast-check";
import { expect, test } from "vitest";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import { acknowledge, type Known } from "../../src/release/acknowledge.ts";
import { headOf, isPast } from "../../src/release/chain.ts";
import { highWaterOf } from "../../src/release/high-water.ts";
import { checkLedger, debit } from "../../src/release/ledger.ts";
import { verifyChain } from "../../src/release/verify.ts";
import { ledgerDocument } from "../../src/release/view.ts";
import { memoryDatabase } from "../../src/storage/memory/index.ts";
import { chained } from "./chained.ts";

const caps = { whose: "helper", epoch: 100n, year: 250n } as const;
const owner = { role: "helper", key: new Uint8Array(32).fill(4) } as const;
const task = (n: number) => new Uint8Array(32).fill(n);

const charge = fc.record({
  rho: fc.bigInt({ min: 1n, max: 30n }),
  epochs: fc.uniqueArray(fc.constantFrom("2026-W01", "2026-W02", "2026"), { minLength: 1 }),
});

/** A ledger with these debits, as far as they fit. */
async function ledgerOf(charges: readonly { rho: bigint; epochs: string[] }[], these = caps as typeof caps) {
  const store = chained(memoryDatabase());
  for (const [n, one] of charges.entries())
    await store
      .transaction((rows) => debit(rows, { task: task(n), mechanism: "{}", ...one }, these, n))
      .catch(() => undefined);
  return store;
}

test("whatever was lost and whoever remembers it: nothing spent is forgotten, caps hold, and the chain goes on", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(charge, { minLength: 1, maxLength: 12 }),
      fc.nat(12),
      fc.boolean(),
      fc.bigInt({ min: 1n, max: 3n }),
      async (charges, kept, marked, richer) => {
        const whole = await ledgerOf(charges);
        const store = await ledgerOf(charges.slice(0, kept));
        const richest = { ...caps, epoch: caps.epoch * richer, year: caps.year * richer };
        const other = await (await ledgerOf(charges, richest as never)).read(ledgerDocument);
        const { mark, held } = await whole.read(async (rows) => ({
          mark: marked ? await highWaterOf(rows) : undefined,
          held: await headOf(rows),
        }));
        const known: Known = { mark, held, other };
        const done = await store.transaction((rows) =>
          acknowledge(rows, nodeCrypto, known, { owner, reason: "a test", at: 1, caps }),
        );
        await store.read(async (rows) => {
          await checkLedger(rows);
          await verifyChain(rows, nodeCrypto, owner);
          for (const { epoch, spent } of await whole.read((all) => all.budgets()))
            expect((await rows.budget(epoch))?.spent).toBeGreaterThanOrEqual(spent);
          for (const { spent, cap } of await rows.budgets()) expect(spent).toBeLessThanOrEqual(cap);
          expect(await isPast(rows, held)).toBe(true);
          expect((await headOf(rows)).sequence).toBeGreaterThan(held.sequence);
          // No task of before, of this side or the other, gives a share any more.
          for (const n of charges.keys()) {
            const here = n < kept && (await rows.eventOf(task(n), "debit")) !== undefined;
            if (here || done.debits.some((one) => one.task[0] === n))
              expect(await rows.isForgotten(task(n))).toBe(true);
          }
        });
      },
    ),
    { numRuns: 150, seed: 8 },
  );
});
