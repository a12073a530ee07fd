// What every database must do with transactions, and every durable one with what they leave.
import { describe, expect, test } from "vitest";
import { isPacelineError } from "../../src/base/errors.ts";
import type { Store } from "../../src/ports/store.ts";
import { debit } from "../../src/release/ledger.ts";
import {
  accepted,
  batch,
  bytes,
  event,
  job,
  type Open,
  query,
  type Rows,
  report,
  settled,
  task,
  withTasks,
} from "./row-samples.ts";

/** Everything there is, to compare before and after. */
async function snapshot(store: Store<Rows>) {
  return await store.transaction(async (rows) => ({
    tasks: await rows.tasks(),
    tally: await rows.tally(task),
    reports: await accepted(rows, task),
    jobs: await rows.jobs(task),
    batch: await rows.batch(task),
    budgets: await rows.budgets(),
    events: await rows.events(),
    query: await rows.query("h1"),
    openTasks: await rows.openTasks(150),
    leaves: await rows.leaves(),
  }));
}

/** Writes into every table. */
async function writeAll(rows: Rows): Promise<void> {
  await rows.addReports([report(7, { state: "accepted", outputShare: bytes(2, 7) }), report(8), report(9)]);
  await rows.addJob(job({ task, key: bytes(32, 3), request: bytes(2, 1), response: null }));
  await rows.addBatch(batch);
  await rows.putBudget({ epoch: "2026-W01", cap: 10n, spent: 4n });
  await rows.addEvent(event());
  await rows.putQuery(query());
  await rows.addLeaf(bytes(3, 3));
}

export function transactionContract(open: Open): void {
  describe("transactions", () => {
    test("see their own writes and leave nothing when they reject", async () => {
      const store = await withTasks(open);
      const before = await snapshot(store);
      const failed = store.transaction(async (rows) => {
        await writeAll(rows);
        expect(await rows.batch(task)).toEqual(batch);
        expect((await rows.query("h1"))?.state).toBe("reserved");
        throw new Error("after every write");
      });
      await expect(failed).rejects.toThrow("after every write");
      expect(await snapshot(store)).toEqual(before);
      await store.transaction(writeAll);
      expect(await snapshot(store)).not.toEqual(before);
      await store.close();
    });

    test("changes and deletions are undone too", async () => {
      const store = await withTasks(open);
      await store.transaction(writeAll);
      const before = await snapshot(store);
      const failed = store.transaction(async (rows) => {
        await rows.settleReports(task, [settled(8, { state: "rejected", error: 1 })]);
        await rows.markAggregating(task, [bytes(16, 9)]);
        await rows.forgetShares(task);
        await rows.deleteJob(task, bytes(32, 3));
        await rows.putBudget({ epoch: "2026-W01", cap: 10n, spent: 9n });
        await rows.putQuery(query({ state: "published", envelope: "{}" }));
        throw new Error("no");
      });
      await expect(failed).rejects.toThrow("no");
      expect(await snapshot(store)).toEqual(before);
      await store.close();
    });

    test("one that failed does not stop the next", async () => {
      const store = await withTasks(open);
      const outcomes = await Promise.allSettled(
        [1, 2, 3, 4].map((id) =>
          store.transaction(async (rows) => {
            await rows.addReports([report(id)]);
            if (id % 2 === 0) throw new Error("even");
          }),
        ),
      );
      expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "rejected"]);
      await store.transaction(async (rows) => expect((await rows.tally(task)).pending).toBe(2));
      await store.close();
    });

    test("work that only reads sees what was committed, and its failure is its own", async () => {
      const store = await withTasks(open);
      await store.transaction((rows) => rows.addReports([report(1)]));
      const [, found] = await Promise.all([
        store.transaction((rows) => rows.addReports([report(2)])),
        store.read((rows) => rows.report(task, bytes(16, 1))),
      ]);
      expect(found).toEqual(report(1));
      await expect(store.read(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
      expect(await store.read((rows) => rows.tasks())).toHaveLength(2);
      await store.close();
    });

    test("of 64 debits at once from a budget for 10, exactly 10 succeed", async () => {
      const store = await open();
      const outcomes = await Promise.allSettled(
        Array.from({ length: 64 }, (_, i) =>
          store.transaction(async (rows) => {
            await debit(
              rows,
              { task: bytes(32, i), rho: 100n, epochs: ["a", "b"], mechanism: "{}" },
              { whose: "helper", epoch: 1000n, year: 1000n },
              i,
            );
          }),
        ),
      );
      const refused = outcomes.filter((one) => one.status === "rejected").map(({ reason }) => reason);
      expect(refused).toHaveLength(54);
      expect(refused.every((reason) => isPacelineError(reason) && reason.code === "budget_exhausted")).toBe(true);
      await store.transaction(async (rows) => {
        expect(await rows.budgets()).toEqual(["a", "b"].map((epoch) => ({ epoch, cap: 1000n, spent: 1000n })));
        expect(await rows.events()).toHaveLength(10);
      });
      await store.close();
    });
  });
}

/** @param reopen opens one and the same database, again and again */
export function durabilityContract(reopen: Open): void {
  test("what was committed is there after closing and opening; what was undone is not", async () => {
    const first = await withTasks(reopen);
    await first.transaction(writeAll);
    const failed = first.transaction(async (rows) => {
      await rows.addLeaf(bytes(1, 1));
      throw new Error("no");
    });
    await expect(failed).rejects.toThrow();
    const before = await snapshot(first);
    await first.close();
    const second = await reopen();
    expect(await snapshot(second)).toEqual(before);
    await second.transaction(async (rows) => {
      expect(await rows.addReports([report(7)])).toEqual([false]);
      expect(await rows.addLeaf(bytes(1, 4))).toBe(1);
    });
    await second.close();
  });
}
