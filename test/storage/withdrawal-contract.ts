// What every database of an aggregator must keep of withdrawals and of batches that are being collected.
import { describe, expect, test } from "vitest";
import type { WithdrawalRow } from "../../src/aggregate/store.ts";
import { batch, bytes, type Open, other, report, task, withTasks } from "./row-samples.ts";

const withdrawal = (n: number, change: Partial<WithdrawalRow> = {}): WithdrawalRow => ({
  task,
  report: bytes(16, n),
  secret: bytes(32, n + 100),
  state: "waiting",
  ...change,
});

export function withdrawalContract(open: Open): void {
  describe("withdrawals", () => {
    test("one a report; putting it again changes its state alone", async () => {
      const store = await withTasks(open);
      await store.transaction(async (rows) => {
        expect(await rows.withdrawal(task, bytes(16, 1))).toBeUndefined();
        await rows.putWithdrawal(withdrawal(1));
        await rows.putWithdrawal(withdrawal(1, { task: other, secret: bytes(32, 9) }));
        await rows.putWithdrawal(withdrawal(1, { state: "applied" }));
        expect(await rows.withdrawal(task, bytes(16, 1))).toEqual(withdrawal(1, { state: "applied" }));
        expect(await rows.withdrawal(other, bytes(16, 1))).toMatchObject({ state: "waiting", secret: bytes(32, 9) });
        expect([await rows.withdrawalCount(task), await rows.withdrawalCount(bytes(32, 50))]).toEqual([1, 0]);
      });
      await store.close();
    });

    test("come by state in order of their reports, a page at a time", async () => {
      const store = await withTasks(open);
      await store.transaction(async (rows) => {
        for (const n of [200, 3, 7, 1]) await rows.putWithdrawal(withdrawal(n, { state: "applied" }));
        for (const [n, state] of [
          [2, "waiting"],
          [4, "late"],
          [5, "shared"],
        ] as const)
          await rows.putWithdrawal(withdrawal(n, { state }));
        await rows.putWithdrawal(withdrawal(6, { state: "applied", task: other }));
      });
      const page = (after: number | undefined, most: number) =>
        store.read(async (rows) =>
          (await rows.withdrawals(task, "applied", after === undefined ? undefined : bytes(16, after), most)).map(
            ({ report: id }) => id[0],
          ),
        );
      expect(await page(undefined, 3)).toEqual([1, 3, 7]);
      expect(await page(7, 3)).toEqual([200]);
      expect(await page(200, 3)).toEqual([]);
      await store.close();
    });

    test("a report is dropped when it is pending or accepted, with its bytes; whatever it was is told", async () => {
      const store = await withTasks(open);
      const states = ["pending", "aggregating", "accepted", "rejected"] as const;
      await store.transaction(async (rows) => {
        for (const [i, state] of states.entries())
          await rows.addReports([
            report(i, { state, outputShare: bytes(8, i), error: state === "rejected" ? 9 : null }),
          ]);
        await rows.addReports([report(2, { task: other })]);
        expect(await rows.dropReport(task, bytes(16, 77), 3)).toBeUndefined();
        for (const [i, state] of states.entries()) expect(await rows.dropReport(task, bytes(16, i), 3)).toBe(state);
      });
      await store.read(async (rows) => {
        for (const i of [0, 2])
          expect(await rows.report(task, bytes(16, i))).toEqual(
            report(i, { state: "rejected", error: 3, upload: null, outputShare: null }),
          );
        expect(await rows.report(task, bytes(16, 1))).toMatchObject({ state: "aggregating", upload: bytes(3, 1) });
        expect(await rows.report(task, bytes(16, 3))).toMatchObject({ state: "rejected", error: 9 });
        expect(await rows.report(other, bytes(16, 2))).toMatchObject({ state: "pending", upload: bytes(3, 2) });
        expect(await rows.tally(task)).toEqual({ pending: 0, aggregating: 1, accepted: 0, rejected: 3 });
      });
      await store.close();
    });

    test("a batch is closed once, and opened again; both are gone with the shares", async () => {
      const store = await withTasks(open);
      const { noisedShare: _, ...closing } = batch;
      await store.transaction(async (rows) => {
        for (const of of [task, other]) await rows.putWithdrawal(withdrawal(1, { task: of }));
        await rows.addClosing(closing);
        expect([await rows.closing(task), await rows.closing(other)]).toEqual([closing, undefined]);
      });
      await expect(store.transaction((rows) => rows.addClosing(closing))).rejects.toThrow();
      await store.transaction((rows) => rows.dropClosing(task));
      expect(await store.read((rows) => rows.closing(task))).toBeUndefined();
      await store.transaction((rows) => rows.addClosing(closing));
      await store.transaction((rows) => rows.forgetShares(task));
      await store.read(async (rows) => {
        expect([await rows.closing(task), await rows.withdrawalCount(task)]).toEqual([undefined, 0]);
        expect(await rows.withdrawalCount(other)).toBe(1);
      });
      await store.transaction((rows) => rows.expireTask(other));
      expect(await store.read((rows) => rows.withdrawalCount(other))).toBe(0);
      await store.close();
    });
  });
}
