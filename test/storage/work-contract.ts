// What every database must do with the work behind a task: jobs, who holds them, and what an operator decides.
import { describe, expect, test } from "vitest";
import type { ApprovalRow } from "../../src/aggregate/store.ts";
import { batch, bytes, job, type Open, other, report, task, withTasks } from "./row-samples.ts";

export function workContract(open: Open): void {
  describe("what an operator decides", () => {
    test("a task ends earlier and never later; the last ones come first", async () => {
      const store = await withTasks(open);
      await store.transaction(async (rows) => {
        expect([await rows.closesOf(task), await rows.closesOf(bytes(32, 77))]).toEqual([100, undefined]);
        await rows.endTask(task, 90);
        await rows.endTask(task, 95);
        expect([await rows.closesOf(task), (await rows.task(task))?.closes]).toEqual([90, 90]);
        expect((await rows.lastTasks(9)).map(({ id }) => id[0])).toEqual([2, 1]);
        expect(await rows.lastTasks(1)).toHaveLength(1);
      });
      await store.close();
    });

    test("an approval is found by its key and by its task, and a task has one", async () => {
      const store = await withTasks(open);
      const one: ApprovalRow = {
        ...{ key: bytes(32, 5), manifest: bytes(3, 3), state: "waiting", asked: 1_800_000_000_000 },
        ...{ decided: null, reason: null, task: null },
      };
      const two: ApprovalRow = { ...one, key: bytes(32, 6), state: "refused", asked: 9, decided: 10, reason: "no" };
      await store.transaction(async (rows) => {
        await rows.putApproval(one);
        await rows.putApproval(two);
        expect(await rows.approvals()).toEqual([one, two]);
        expect([await rows.approval(one.key), await rows.approvalOfTask(task)]).toEqual([one, undefined]);
        await rows.putApproval({ ...one, state: "approved", decided: 11, task });
        expect(await rows.approvalOfTask(task)).toEqual({ ...one, state: "approved", decided: 11, task });
        await rows.dropApproval(two.key);
        expect(await rows.approvals()).toHaveLength(1);
      });
      await store.close();
    });
  });

  describe("jobs", () => {
    test("one that failed rests, unless it is wanted; one that is parked waits for a word", async () => {
      const store = await withTasks(open);
      const [one, two] = [job({ task, key: bytes(32, 3), until: 50, tries: 2 }), job({ task, key: bytes(32, 4) })];
      const idle = (now: number, wanted = false) =>
        store.read(async (rows) => (await rows.idleJobs(now, 9, task, wanted)).map(({ key }) => key[0]));
      await store.transaction(async (rows) => {
        await rows.addJob(one);
        await rows.addJob(two);
        await rows.faultJob(one, { resting: 70, faults: 1, parked: null });
        await rows.faultJob(two, { resting: 0, faults: 8, parked: "conflict" });
        expect(await rows.job(task, one.key)).toEqual({ ...one, until: 0, resting: 70, faults: 1 });
        expect(await rows.parkedJobs(task)).toEqual([{ code: "conflict", jobs: 1 }]);
        expect(await rows.parkedJobs(other)).toEqual([]);
        expect(await rows.workload(0)).toMatchObject({ jobs: 2, parkedJobs: 1 });
      });
      expect([await idle(69), await idle(70), await idle(0, true)]).toEqual([[], [3], [3]]);
      await store.transaction(async (rows) => {
        expect([await rows.unparkJobs(other), await rows.unparkJobs(task), await rows.unparkJobs(task)]).toEqual([
          0, 1, 0,
        ]);
        expect(await rows.job(task, two.key)).toEqual(two);
      });
      await store.close();
    });

    test("a job is written once, found by its key, and deleted", async () => {
      const store = await withTasks(open);
      const one = job({ reports: bytes(32, 4), at: 1_800_000_000_000, until: 1_800_000_005_000, tries: 1 });
      await store.transaction((rows) => rows.addJob(one));
      await expect(store.transaction((rows) => rows.addJob({ ...one, request: null }))).rejects.toThrow();
      await store.transaction(async (rows) => {
        expect(await rows.job(task, one.key)).toEqual(one);
        expect(await rows.job(other, one.key)).toBeUndefined();
        await rows.putJob({ ...one, at: 7, reports: null, request: bytes(3, 3), tries: 2 });
        // When it was taken in stays.
        expect(await rows.job(task, one.key)).toEqual({ ...one, reports: null, request: bytes(3, 3), tries: 2 });
        await rows.putJob(job({ task: other }));
        expect(await rows.jobs(other)).toEqual([]);
        await rows.deleteJob(task, one.key);
        await rows.deleteJob(task, one.key);
        expect(await rows.jobs(task)).toEqual([]);
      });
      await store.close();
    });

    test("jobs that nobody holds are found, the oldest first, and none that is answered", async () => {
      const store = await withTasks(open);
      const at = (key: number, until: number, more: object = {}) =>
        job({ key: bytes(32, key), at: 100 - key, until, ...more });
      await store.transaction(async (rows) => {
        await rows.addJob(at(1, 10));
        await rows.addJob(at(2, 20));
        await rows.addJob(at(3, 0, { response: bytes(1, 1) }));
        await rows.addJob(at(4, 30, { task: other }));
        // Nobody knows what is asked but the process that died of it.
        await rows.addJob(at(5, 0, { request: null }));
        const keys = async (now: number, most: number, of?: Uint8Array) =>
          (await rows.idleJobs(now, most, of)).map(({ key }) => key[0]);
        expect(await keys(9, 9)).toEqual([]);
        expect(await keys(10, 9)).toEqual([1]);
        expect(await keys(30, 9)).toEqual([4, 2, 1]);
        expect(await keys(30, 1)).toEqual([4]);
        expect(await keys(30, 9, task)).toEqual([2, 1]);
        await rows.leaseJob({ task, key: bytes(32, 1) }, { until: 40, tries: 3 });
        expect(await keys(30, 9, task)).toEqual([2]);
        expect(await rows.job(task, bytes(32, 1))).toEqual(at(1, 40, { tries: 3 }));
      });
      await store.close();
    });

    test("what waits and what was done is counted", async () => {
      const store = await withTasks(open);
      await store.transaction(async (rows) => {
        const none = { jobs: 0, oldestJobAt: null, mostTries: 0, parkedJobs: 0, pendingReports: 0 };
        expect(await rows.workload(99)).toEqual({ ...none, tasks: { open: 2, closed: 0, collected: 0, expired: 0 } });
        for (const id of [1, 2, 3]) await rows.addReports([report(id)]);
        await rows.markAggregating(task, [bytes(16, 1)]);
        await rows.addJob(job({ key: bytes(32, 1), at: 70, tries: 2 }));
        await rows.addJob(job({ key: bytes(32, 2), at: 60, tries: 1, task: other }));
        await rows.addJob(job({ key: bytes(32, 4), at: 9, tries: 9, response: bytes(1, 1) }));
        await rows.addBatch({ ...batch, task: other });
        expect(await rows.workload(100)).toEqual({
          ...{ jobs: 2, oldestJobAt: 60, mostTries: 2, parkedJobs: 0, pendingReports: 2 },
          tasks: { open: 0, closed: 1, collected: 1, expired: 0 },
        });
      });
      await store.close();
    });

    test("tasks have work where enough is pending, or anything while they are drained", async () => {
      const store = await withTasks(open);
      await store.transaction(async (rows) => {
        for (const id of [1, 2, 3]) await rows.addReports([report(id)]);
        await rows.addReports([report(4, { task: other })]);
        expect([await rows.waitingTasks(2, 50), await rows.waitingTasks(3, 50)]).toEqual([[task], []]);
        expect(await rows.waitingTasks(0, 50)).toHaveLength(2);
        await rows.drain(other, 60);
        expect([await rows.drainedUntil(other), await rows.drainedUntil(task)]).toEqual([60, 0]);
        expect([await rows.waitingTasks(3, 59), await rows.waitingTasks(3, 60)]).toEqual([[other], []]);
        await rows.markAggregating(task, [bytes(16, 1)]);
        expect(await rows.waitingTasks(2, 50)).toEqual([other]);
        await rows.addBatch({ ...batch, task: other });
        expect(await rows.waitingTasks(0, 50)).toEqual([task]);
        await rows.expireTask(task);
        expect(await rows.waitingTasks(0, 50)).toEqual([]);
      });
      await store.close();
    });
  });
}
