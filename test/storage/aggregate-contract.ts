// What every database must do with an aggregator's rows.
import { describe, expect, test } from "vitest";
import { acceptedIds, batch, bytes, job, type Open, other, report, settled, task, withTasks } from "./row-samples.ts";
import { withdrawalContract } from "./withdrawal-contract.ts";
import { workContract } from "./work-contract.ts";

export function aggregateContract(open: Open): void {
  withdrawalContract(open);
  workContract(open);
  describe("tasks and reports", () => {
    test("a task is added once and never changed", async () => {
      const store = await withTasks(open);
      await store.transaction((rows) =>
        rows.addTask({ id: task, manifest: bytes(1, 0), verifyKey: bytes(32, 0), closes: 100 }),
      );
      await store.transaction(async (rows) => {
        expect(await rows.task(task)).toEqual({
          id: task,
          manifest: bytes(5, 5),
          verifyKey: bytes(32, 6),
          closes: 100,
        });
        expect(await rows.task(bytes(32, 77))).toBeUndefined();
        expect(await rows.tasks()).toHaveLength(2);
      });
      await store.close();
    });

    test("a report id counts once a task, whatever else differs", async () => {
      const store = await withTasks(open);
      await store.transaction(async (rows) => {
        expect(await rows.addReports([report(1)])).toEqual([true]);
        expect(await rows.addReports([report(1, { state: "accepted", upload: null })])).toEqual([false]);
        expect(await rows.report(task, bytes(16, 1))).toEqual(report(1));
        expect(await rows.addReports([report(1, { task: other })])).toEqual([true]);
      });
      await store.transaction(async (rows) => expect(await rows.addReports([report(1)])).toEqual([false]));
      await store.close();
    });

    test("a report belongs to a task that is there", async () => {
      const store = await withTasks(open);
      const stray = store.transaction((rows) => rows.addReports([report(1, { task: bytes(32, 99) })]));
      await expect(stray).rejects.toThrow();
      await store.close();
    });

    test("pending ones come in order of arrival, as many as wanted; the tally knows the states", async () => {
      const store = await withTasks(open);
      await store.transaction(async (rows) => {
        for (const id of [9, 3, 7, 1, 5]) await rows.addReports([report(id)]);
        await rows.addReports([report(4, { task: other })]);
        await rows.settleReports(task, [settled(3, { state: "accepted", outputShare: bytes(2, 3) })]);
        await rows.settleReports(task, [settled(7, { state: "rejected", error: 6 })]);
        await rows.markAggregating(task, [bytes(16, 5)]);
      });
      await store.transaction(async (rows) => {
        expect((await rows.pendingReports(task, 10)).map(({ id }) => id[0])).toEqual([9, 1]);
        expect((await rows.pendingReports(task, 1)).map(({ id }) => id[0])).toEqual([9]);
        expect(await rows.tally(task)).toEqual({ pending: 2, aggregating: 1, accepted: 1, rejected: 1 });
        expect(await rows.tally(bytes(32, 50))).toEqual({ pending: 0, aggregating: 0, accepted: 0, rejected: 0 });
        const more = (least: number) => rows.morePending(task, least);
        expect([await more(0), await more(1), await more(2), await more(200)]).toEqual([true, true, false, false]);
        expect([await rows.unsettled(task), await rows.unsettled(bytes(32, 50))]).toEqual([true, false]);
        expect(await rows.report(task, bytes(16, 7))).toMatchObject({ state: "rejected", error: 6, upload: null });
        expect(await acceptedIds(rows, task)).toEqual([bytes(16, 3)]);
        for (const id of [9, 1]) await rows.settleReports(task, [settled(id, { state: "rejected" })]);
        expect([await more(0), await rows.unsettled(task)]).toEqual([false, true]);
        await rows.settleReports(task, [settled(5, { state: "accepted" })]);
        expect(await rows.unsettled(task)).toBe(false);
      });
      await store.close();
    });

    test("tasks that take reports: not over, neither collected nor closed for ever", async () => {
      const store = await withTasks(open);
      await store.transaction(async (rows) => {
        expect([await rows.takingReports(99), await rows.takingReports(100)]).toEqual([2, 0]);
        await rows.addForgotten(task);
        expect(await rows.takingReports(99)).toBe(1);
        await rows.addBatch({ task: other, count: 1, checksum: bytes(32, 1), noisedShare: bytes(2, 2) });
        expect(await rows.takingReports(0)).toBe(0);
      });
      await store.close();
    });

    test("a task that is overdue expires once: nothing secret is left of it, ids are, and another keeps its own", async () => {
      const store = await withTasks(open);
      await store.transaction(async (rows) => {
        for (const id of [1, 2, 3]) await rows.addReports([report(id)]);
        await rows.addReports([report(4, { task: other })]);
        await rows.settleReports(task, [settled(2, { state: "accepted", outputShare: bytes(2, 3) })]);
        await rows.markAggregating(task, [bytes(16, 3)]);
        await rows.addJob(job({ key: bytes(32, 1), request: bytes(3, 3), response: null }));
        expect(await rows.overdueTasks(100, 9)).toEqual([]);
        expect(await rows.overdueTasks(101, 9)).toHaveLength(2);
        expect(await rows.overdueTasks(101, 1)).toHaveLength(1);
        expect([await rows.reportCount(task), await rows.reportCount(bytes(32, 50))]).toEqual([3, 0]);
        expect([await rows.reportCount(task, 2), await rows.reportCount(task, 4)]).toEqual([2, 3]);
        await rows.expireTask(task);
      });
      await store.transaction(async (rows) => {
        expect(await rows.overdueTasks(101, 9)).toEqual([other]);
        expect([await rows.isExpired(task), await rows.isExpired(other)]).toEqual([true, false]);
        expect(await rows.isExpired(bytes(32, 50))).toBe(false);
        expect(await rows.tally(task)).toEqual({ pending: 0, aggregating: 0, accepted: 1, rejected: 2 });
        for (const id of [1, 2, 3])
          expect(await rows.report(task, bytes(16, id))).toMatchObject({ upload: null, outputShare: null });
        expect(await rows.jobs(task)).toEqual([]);
        expect((await rows.report(other, bytes(16, 4)))?.upload).not.toBeNull();
        await rows.addBatch({ task: other, count: 1, checksum: bytes(32, 1), noisedShare: bytes(2, 2) });
        expect(await rows.overdueTasks(101, 9)).toEqual([]);
      });
      expect(await store.size()).toBeGreaterThanOrEqual(0);
      await store.close();
    });

    test("output shares of accepted reports come page by page, in order of arrival", async () => {
      const store = await withTasks(open);
      // The last two arrive one after the other, the rest with another task's in between.
      const ids = [9, 3, 7, 1, 5, 8, 2];
      await store.transaction(async (rows) => {
        for (const id of ids) {
          await rows.addReports([report(id, { state: "accepted", outputShare: bytes(2, id) })]);
          if (id !== 8)
            await rows.addReports([report(id, { task: other, state: "accepted", outputShare: bytes(2, 99) })]);
        }
        await rows.addReports([report(20, { outputShare: bytes(2, 20) })]);
        await rows.addReports([report(21, { state: "rejected", outputShare: bytes(2, 21) })]);
      });
      const pages = async (most: number) =>
        await store.read(async (rows) => {
          const found: (number | undefined)[][] = [];
          for await (const page of rows.outputShares(task, most)) found.push(page.map((share) => share[0]));
          return found;
        });
      expect(await pages(3)).toEqual([[9, 3, 7], [1, 5, 8], [2]]);
      expect(await pages(7)).toEqual([ids]);
      await store.transaction((rows) => rows.forgetShares(task));
      expect(await pages(3)).toEqual([]);
      expect((await store.read((rows) => acceptedIds(rows, task))).map(([id]) => id)).toEqual(ids);
      await store.close();
    });

    test("of several at once those are added that are new, the second of one id in one call is not", async () => {
      const store = await withTasks(open);
      await store.transaction(async (rows) => {
        expect(await rows.addReports([])).toEqual([]);
        await rows.addReports([report(2)]);
        const twice = [report(1), report(2), report(1, { upload: bytes(9, 9) }), report(3), report(2, { task: other })];
        expect(await rows.addReports(twice)).toEqual([true, false, false, true, true]);
        expect(await rows.report(task, bytes(16, 1))).toEqual(report(1));
        const ids = [3, 9, 1, 3].map((id) => bytes(16, id));
        expect(await rows.reportStates(task, ids)).toEqual(["pending", undefined, "pending", "pending"]);
        expect(await rows.reportStates(task, [])).toEqual([]);
      });
      await store.close();
    });

    test("what was settled stays as it is: no later answer changes it, and no job takes it again", async () => {
      const store = await withTasks(open);
      const share = (id: number) => ({ state: "accepted", outputShare: bytes(2, id) }) as const;
      await store.transaction(async (rows) => {
        await rows.addReports([1, 2, 3, 4].map((id) => report(id)));
        await rows.settleReports(task, [settled(1, share(1)), settled(2, { state: "rejected", error: 6 })]);
        await rows.markAggregating(
          task,
          [1, 2, 3, 9].map((id) => bytes(16, id)),
        );
        const again = [1, 2, 3, 9].map((id) => settled(id, share(50 + id)));
        await rows.settleReports(task, again);
      });
      await store.transaction(async (rows) => {
        const found = await Promise.all([1, 2, 3, 4].map((id) => rows.report(task, bytes(16, id))));
        expect(found).toEqual([
          report(1, { ...share(1), upload: null }),
          report(2, { state: "rejected", error: 6, upload: null }),
          report(3, { ...share(53), upload: null }),
          report(4),
        ]);
        expect(await rows.tally(task)).toEqual({ pending: 1, aggregating: 0, accepted: 2, rejected: 1 });
      });
      await store.close();
    });

    test("changing a report that is not there adds none", async () => {
      const store = await withTasks(open);
      await store.transaction((rows) => rows.settleReports(task, [settled(1)]));
      await store.transaction((rows) => rows.markAggregating(task, [bytes(16, 1)]));
      await store.transaction(async (rows) => expect(await rows.report(task, bytes(16, 1))).toBeUndefined());
      await store.close();
    });

    test("forgetting deletes shares, uploads and jobs of one task; ids stay", async () => {
      const store = await withTasks(open);
      await store.transaction(async (rows) => {
        await rows.addReports([report(1, { state: "accepted", outputShare: bytes(8, 1) })]);
        await rows.addReports([report(2, { task: other })]);
        await rows.addJob(job({ task, key: bytes(32, 3), request: null, response: bytes(2, 1) }));
        await rows.addJob(job({ task: other, key: bytes(32, 3), request: null, response: bytes(2, 1) }));
        await rows.forgetShares(task);
      });
      await store.transaction(async (rows) => {
        expect(await rows.report(task, bytes(16, 1))).toMatchObject({
          state: "accepted",
          upload: null,
          outputShare: null,
        });
        expect(await rows.addReports([report(1)])).toEqual([false]);
        expect(await rows.report(other, bytes(16, 2))).toMatchObject({ upload: bytes(3, 2) });
        expect(await rows.jobs(task)).toEqual([]);
        expect(await rows.jobs(other)).toHaveLength(1);
      });
      await store.close();
    });
  });

  describe("streams", () => {
    const stream = { task: other, round: 3, until: 4_000_000_000, state: bytes(70, 5) };

    test("one a training, overwritten from round to round, and with nothing kept in the end", async () => {
      const store = await open();
      await store.transaction(async (rows) => {
        expect(await rows.stream(task)).toBeUndefined();
        await rows.putStream({ ...stream, round: 2, state: bytes(35, 4) });
        await rows.putStream(stream);
        await rows.putStream({ ...stream, task, state: null });
        expect(await rows.stream(other)).toEqual(stream);
      });
      const failed = store.transaction(async (rows) => {
        await rows.putStream({ ...stream, round: 4, state: null });
        throw new Error("dies");
      });
      await expect(failed).rejects.toThrow("dies");
      const all = await store.read((rows) => rows.streams());
      expect(all).toHaveLength(2);
      expect(all).toEqual(expect.arrayContaining([{ ...stream, task, state: null }, stream]));
      await store.close();
    });
  });

  describe("batches", () => {
    test("a task has one batch, and the transaction of a second one is undone", async () => {
      const store = await withTasks(open);
      await store.transaction((rows) => rows.addBatch(batch));
      const second = store.transaction(async (rows) => {
        await rows.addReports([report(1)]);
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
