// What every database of a service must do: one suite, run over each.
import { describe, expect, test } from "vitest";
import type { AggregateRows, ReportRow } from "../../src/aggregate/store.ts";
import { isPacelineError } from "../../src/base/errors.ts";
import type { Store } from "../../src/ports/store.ts";
import { debit } from "../../src/release/ledger.ts";
import type { LedgerEvent, QueryRow, ReleaseRows } from "../../src/release/store.ts";

export type Rows = AggregateRows & ReleaseRows;
type Open = () => Promise<Store<Rows>>;

export const bytes = (length: number, fill: number) => new Uint8Array(length).fill(fill);
const task = bytes(32, 1);
const other = bytes(32, 2);
const report = (id: number, change: Partial<ReportRow> = {}): ReportRow => ({
  task,
  id: bytes(16, id),
  state: "pending",
  error: null,
  upload: bytes(3, id),
  outputShare: null,
  ...change,
});
const batch = { task, count: 3, checksum: bytes(32, 9), noisedShare: bytes(64, 8) };
const event = (change: Partial<LedgerEvent> = {}): LedgerEvent => ({
  at: 1_770_000_000_000,
  task,
  rho: 5n,
  epochs: ["2026-W04", "2026-W05"],
  mechanism: "{}",
  ...change,
});
const query = (change: Partial<QueryRow> = {}): QueryRow => ({
  hash: "h1",
  task,
  state: "reserved",
  manifest: bytes(4, 1),
  envelope: null,
  release: null,
  ...change,
});

async function withTasks(open: Open): Promise<Store<Rows>> {
  const store = await open();
  await store.transaction(async (rows) => {
    for (const id of [task, other]) await rows.addTask({ id, manifest: bytes(5, 5), verifyKey: bytes(32, 6) });
  });
  return store;
}

/** Everything there is, to compare before and after. */
async function snapshot(store: Store<Rows>) {
  return await store.transaction(async (rows) => ({
    tasks: await rows.tasks(),
    tally: await rows.tally(task),
    reports: await rows.acceptedReports(task),
    jobs: await rows.jobs(task),
    batch: await rows.batch(task),
    budgets: await rows.budgets(),
    events: await rows.events(),
    queries: await rows.queries(),
    leaves: await rows.leaves(),
  }));
}

/** Writes into every table. */
async function writeAll(rows: Rows): Promise<void> {
  await rows.addReport(report(7, { state: "accepted", outputShare: bytes(2, 7) }));
  await rows.addJob({ task, key: bytes(32, 3), request: bytes(2, 1), response: null });
  await rows.addBatch(batch);
  await rows.putBudget({ epoch: "2026-W01", cap: 10n, spent: 4n });
  await rows.addEvent(event());
  await rows.putQuery(query());
  await rows.addLeaf(bytes(3, 3));
}

export function aggregateContract(open: Open): void {
  describe("tasks and reports", () => {
    test("a task is added once and never changed", async () => {
      const store = await withTasks(open);
      await store.transaction((rows) => rows.addTask({ id: task, manifest: bytes(1, 0), verifyKey: bytes(32, 0) }));
      await store.transaction(async (rows) => {
        expect(await rows.task(task)).toEqual({ id: task, manifest: bytes(5, 5), verifyKey: bytes(32, 6) });
        expect(await rows.task(bytes(32, 77))).toBeUndefined();
        expect(await rows.tasks()).toHaveLength(2);
      });
      await store.close();
    });

    test("a report id counts once a task, whatever else differs", async () => {
      const store = await withTasks(open);
      await store.transaction(async (rows) => {
        expect(await rows.addReport(report(1))).toBe(true);
        expect(await rows.addReport(report(1, { state: "accepted", upload: null }))).toBe(false);
        expect(await rows.report(task, bytes(16, 1))).toEqual(report(1));
        expect(await rows.addReport(report(1, { task: other }))).toBe(true);
      });
      await store.transaction(async (rows) => expect(await rows.addReport(report(1))).toBe(false));
      await store.close();
    });

    test("a report belongs to a task that is there", async () => {
      const store = await withTasks(open);
      const stray = store.transaction((rows) => rows.addReport(report(1, { task: bytes(32, 99) })));
      await expect(stray).rejects.toThrow();
      await store.close();
    });

    test("pending ones come in order of arrival, as many as wanted; the tally knows the states", async () => {
      const store = await withTasks(open);
      await store.transaction(async (rows) => {
        for (const id of [9, 3, 7, 1, 5]) await rows.addReport(report(id));
        await rows.addReport(report(4, { task: other }));
        await rows.setReport(report(3, { state: "accepted", upload: null, outputShare: bytes(2, 3) }));
        await rows.setReport(report(7, { state: "rejected", error: 6, upload: null }));
        await rows.setReport(report(5, { state: "aggregating" }));
      });
      await store.transaction(async (rows) => {
        expect((await rows.pendingReports(task, 10)).map(({ id }) => id[0])).toEqual([9, 1]);
        expect((await rows.pendingReports(task, 1)).map(({ id }) => id[0])).toEqual([9]);
        expect(await rows.tally(task)).toEqual({ pending: 2, aggregating: 1, accepted: 1, rejected: 1 });
        expect(await rows.tally(bytes(32, 50))).toEqual({ pending: 0, aggregating: 0, accepted: 0, rejected: 0 });
        expect(await rows.report(task, bytes(16, 7))).toMatchObject({ state: "rejected", error: 6, upload: null });
        expect(await rows.acceptedReports(task)).toEqual([report(3, { state: "accepted", upload: null, outputShare: bytes(2, 3) })]);
      });
      await store.close();
    });

    test("changing a report that is not there adds none", async () => {
      const store = await withTasks(open);
      await store.transaction((rows) => rows.setReport(report(1)));
      await store.transaction(async (rows) => expect(await rows.report(task, bytes(16, 1))).toBeUndefined());
      await store.close();
    });

    test("forgetting deletes shares, uploads and jobs of one task; ids stay", async () => {
      const store = await withTasks(open);
      await store.transaction(async (rows) => {
        await rows.addReport(report(1, { state: "accepted", outputShare: bytes(8, 1) }));
        await rows.addReport(report(2, { task: other }));
        await rows.addJob({ task, key: bytes(32, 3), request: null, response: bytes(2, 1) });
        await rows.addJob({ task: other, key: bytes(32, 3), request: null, response: bytes(2, 1) });
        await rows.forgetShares(task);
      });
      await store.transaction(async (rows) => {
        expect(await rows.report(task, bytes(16, 1))).toMatchObject({ state: "accepted", upload: null, outputShare: null });
        expect(await rows.addReport(report(1))).toBe(false);
        expect(await rows.report(other, bytes(16, 2))).toMatchObject({ upload: bytes(3, 2) });
        expect(await rows.jobs(task)).toEqual([]);
        expect(await rows.jobs(other)).toHaveLength(1);
      });
      await store.close();
    });
  });

  describe("jobs and batches", () => {
    test("a job is written once, found by its key, and deleted", async () => {
      const store = await withTasks(open);
      const job = { task, key: bytes(32, 3), request: bytes(2, 1), response: null };
      await store.transaction((rows) => rows.addJob(job));
      await expect(store.transaction((rows) => rows.addJob({ ...job, request: null }))).rejects.toThrow();
      await store.transaction(async (rows) => {
        expect(await rows.job(task, job.key)).toEqual(job);
        expect(await rows.job(other, job.key)).toBeUndefined();
        await rows.deleteJob(task, job.key);
        await rows.deleteJob(task, job.key);
        expect(await rows.jobs(task)).toEqual([]);
      });
      await store.close();
    });

    test("a task has one batch, and the transaction of a second one is undone", async () => {
      const store = await withTasks(open);
      await store.transaction((rows) => rows.addBatch(batch));
      const second = store.transaction(async (rows) => {
        await rows.addReport(report(1));
        await rows.addBatch({ ...batch, noisedShare: bytes(64, 1) });
      });
      await expect(second).rejects.toThrow();
      await store.transaction(async (rows) => {
        expect(await rows.batch(task)).toEqual(batch);
        expect(await rows.batch(other)).toBeUndefined();
        expect(await rows.report(task, bytes(16, 1))).toBeUndefined();
      });
      await store.close();
    });
  });
}

export function releaseContract(open: Open): void {
  describe("the ledger's tables", () => {
    test("a budget is put and read, amounts to 2^63 - 1 exact", async () => {
      const store = await open();
      const largest = { epoch: "2026-W02", cap: (1n << 63n) - 1n, spent: (1n << 63n) - 2n };
      await store.transaction(async (rows) => {
        await rows.putBudget(largest);
        await rows.putBudget({ epoch: "2026-W01", cap: 5n, spent: 0n });
        await rows.putBudget({ epoch: "2026-W01", cap: 5n, spent: 5n });
      });
      await store.transaction(async (rows) => {
        expect(await rows.budgets()).toEqual([{ epoch: "2026-W01", cap: 5n, spent: 5n }, largest]);
        expect(await rows.budget("2026-W03")).toBeUndefined();
      });
      await store.close();
    });

    test("the table itself keeps spent between 0 and the cap", async () => {
      const store = await open();
      await store.transaction((rows) => rows.putBudget({ epoch: "w", cap: 5n, spent: 4n }));
      for (const spent of [6n, -1n])
        await expect(store.transaction((rows) => rows.putBudget({ epoch: "w", cap: 5n, spent }))).rejects.toThrow();
      await store.transaction(async (rows) => expect(await rows.budget("w")).toEqual({ epoch: "w", cap: 5n, spent: 4n }));
      await store.close();
    });

    test("one debit a task, of a positive amount, and an event reads back as it was", async () => {
      const store = await open();
      await store.transaction((rows) => rows.addEvent(event()));
      await expect(store.transaction((rows) => rows.addEvent(event({ rho: 1n })))).rejects.toThrow();
      for (const rho of [0n, -1n])
        await expect(store.transaction((rows) => rows.addEvent(event({ task: other, rho })))).rejects.toThrow();
      await store.transaction((rows) => rows.addEvent(event({ task: other, at: 2, epochs: ["2025-W53"] })));
      await store.transaction(async (rows) => {
        expect(await rows.eventOf(task)).toEqual(event());
        expect(await rows.events()).toEqual([event(), event({ task: other, at: 2, epochs: ["2025-W53"] })]);
      });
      await store.close();
    });
  });

  describe("the register's tables", () => {
    test("settled if and only if released", async () => {
      const store = await open();
      await store.transaction((rows) => rows.putQuery(query()));
      const wrong: Partial<QueryRow>[] = [
        { state: "settled" },
        { state: "reserved", release: bytes(1, 1) },
        { state: "published", release: bytes(1, 1) },
      ];
      for (const change of wrong) await expect(store.transaction((rows) => rows.putQuery(query(change)))).rejects.toThrow();
      const settled = query({ state: "settled", envelope: "{}", release: bytes(6, 6) });
      await store.transaction((rows) => rows.putQuery(settled));
      await store.transaction(async (rows) => {
        expect(await rows.query("h1")).toEqual(settled);
        expect(await rows.queryOfTask(task)).toEqual(settled);
        expect(await rows.query("h2")).toBeUndefined();
        expect(await rows.queryOfTask(other)).toBeUndefined();
      });
      await store.close();
    });

    test("two questions never share a task", async () => {
      const store = await open();
      await store.transaction((rows) => rows.putQuery(query()));
      await expect(store.transaction((rows) => rows.putQuery(query({ hash: "h2" })))).rejects.toThrow();
      await store.transaction(async (rows) => expect(await rows.queries()).toEqual([query()]));
      await store.close();
    });

    test("leaves keep their order and are counted from 0, also after one was undone", async () => {
      const store = await open();
      await store.transaction(async (rows) => {
        expect(await rows.addLeaf(bytes(1, 0))).toBe(0);
        expect(await rows.addLeaf(bytes(1, 1))).toBe(1);
      });
      const undone = store.transaction(async (rows) => {
        await rows.addLeaf(bytes(1, 9));
        throw new Error("no");
      });
      await expect(undone).rejects.toThrow("no");
      await store.transaction(async (rows) => {
        expect(await rows.addLeaf(bytes(1, 2))).toBe(2);
        expect((await rows.leaves()).map((leaf) => leaf[0])).toEqual([0, 1, 2]);
      });
      await store.close();
    });
  });
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
        await rows.setReport(report(7, { state: "rejected", error: 1 }));
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
            await rows.addReport(report(id));
            if (id % 2 === 0) throw new Error("even");
          }),
        ),
      );
      expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "rejected"]);
      await store.transaction(async (rows) => expect((await rows.tally(task)).pending).toBe(2));
      await store.close();
    });

    test("of 64 debits at once from a budget for 10, exactly 10 succeed", async () => {
      const store = await open();
      const outcomes = await Promise.allSettled(
        Array.from({ length: 64 }, (_, i) =>
          store.transaction(async (rows) => {
            await debit(rows, { task: bytes(32, i), rho: 100n, epochs: ["a", "b"], mechanism: "{}" }, 1000n, i);
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
      expect(await rows.addReport(report(7))).toBe(false);
      expect(await rows.addLeaf(bytes(1, 4))).toBe(1);
    });
    await second.close();
  });
}
