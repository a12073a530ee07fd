// What every database must do with the ledger's and the register's rows.
import { describe, expect, test } from "vitest";
import type { QueryRow } from "../../src/release/store.ts";
import { batch, bytes, event, type Open, other, query, task, withTasks } from "./row-samples.ts";

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
      await store.transaction(async (rows) =>
        expect(await rows.budget("w")).toEqual({ epoch: "w", cap: 5n, spent: 4n }),
      );
      await store.close();
    });

    test("what a training has cost is 0 before it cost anything", async () => {
      const store = await open();
      await store.transaction(async (rows) => {
        expect(await rows.trained("a run")).toBe(0n);
        await rows.putTrained("a run", 5n);
        await rows.putTrained("another", 7n);
        await rows.putTrained("a run", 12_000_000_000n);
      });
      await store.read(async (rows) => {
        expect([await rows.trained("a run"), await rows.trained("another")]).toEqual([12_000_000_000n, 7n]);
      });
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
        expect(await rows.eventOf(task, "debit")).toEqual(event());
        expect(await rows.eventOf(task, "release")).toBeUndefined();
        expect(await rows.events()).toEqual([event(), event({ task: other, at: 2, epochs: ["2025-W53"] })]);
        await rows.addEvent(event({ kind: "release", at: 3 }));
        expect(await rows.eventOf(task, "release")).toEqual(event({ kind: "release", at: 3 }));
      });
      await expect(store.transaction((rows) => rows.addEvent(event({ kind: "release" })))).rejects.toThrow();
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
      for (const change of wrong)
        await expect(store.transaction((rows) => rows.putQuery(query(change)))).rejects.toThrow();
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

    test("a reserved question is listed, and can be dropped and asked anew", async () => {
      const store = await open();
      await store.transaction(async (rows) => {
        await rows.putQuery(query());
        await rows.putQuery(query({ hash: "h2", task: other, state: "published", envelope: "{}" }));
        expect(await rows.reservedQueries()).toEqual([query()]);
        await rows.dropQuery("h1");
        expect([await rows.query("h1"), await rows.reservedQueries()]).toEqual([undefined, []]);
        await rows.putQuery(query({ task: bytes(32, 3) }));
        expect(await rows.reservedQueries()).toEqual([query({ task: bytes(32, 3) })]);
      });
      await store.close();
    });

    test("questions are listed from the newest on, in pages that go on before one of them", async () => {
      const store = await open();
      const ids = [1, 2, 3, 4].map((n) => bytes(32, n));
      await store.transaction(async (rows) => {
        for (const [i, id] of ids.entries()) await rows.putQuery(query({ hash: `q${i}`, task: id, question: "{}" }));
        // A later change keeps its place.
        await rows.putQuery(query({ hash: "q1", task: ids[1] as Uint8Array, state: "published", envelope: "{}" }));
      });
      const page = async (before: Uint8Array | undefined, most: number) =>
        (await store.read((rows) => rows.queriesBefore(before, most))).map(({ hash }) => hash);
      expect(await page(undefined, 3)).toEqual(["q3", "q2", "q1"]);
      expect(await page(ids[1], 3)).toEqual(["q0"]);
      expect(await page(ids[0], 3)).toEqual([]);
      expect(await page(bytes(32, 99), 3)).toEqual([]);
      await store.close();
    });

    test("two questions never share a task", async () => {
      const store = await open();
      await store.transaction((rows) => rows.putQuery(query()));
      await expect(store.transaction((rows) => rows.putQuery(query({ hash: "h2" })))).rejects.toThrow();
      await store.transaction(async (rows) =>
        expect([await rows.query("h1"), await rows.query("h2")]).toEqual([query(), undefined]),
      );
      await store.close();
    });

    test("a task is open while it is published, within its times and not collected", async () => {
      const store = await withTasks(open);
      const third = bytes(32, 3);
      await store.transaction(async (rows) => {
        await rows.putQuery(query({ hash: "h2", task: other, state: "published", envelope: "{}", closes: 150 }));
        await rows.putQuery(query({ state: "published", envelope: "{}" }));
        await rows.putQuery(query({ hash: "h3", task: third }));
      });
      const openAt = (now: number) => store.read((rows) => rows.openTasks(now));
      expect(await openAt(99)).toEqual([]);
      expect(await openAt(100)).toEqual([other, task]);
      expect(await openAt(149)).toEqual([other, task]);
      expect(await openAt(150)).toEqual([task]);
      await store.transaction((rows) => rows.addBatch(batch));
      expect([await openAt(100), await openAt(199)]).toEqual([[other], []]);
      const settled = query({ hash: "h2", task: other, state: "settled", envelope: "{}", release: bytes(1, 1) });
      await store.transaction((rows) => rows.putQuery(settled));
      expect(await openAt(100)).toEqual([]);
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
        expect(await rows.leafCount()).toBe(3);
        const from = async (...range: [number, number]) => (await rows.leavesFrom(...range)).map((leaf) => leaf[0]);
        expect([await from(0, 2), await from(1, 9), await from(3, 9)]).toEqual([[0, 1], [1, 2], []]);
      });
      await store.close();
    });

    test("trainings are put and read in the order in which they began; models are kept by their hash", async () => {
      const store = await open();
      const row = { run: "B".repeat(22), state: "{}", optimiser: bytes(3, 1) };
      const next = { ...row, run: "A".repeat(22), state: '{"phase":"running"}' };
      await store.transaction(async (rows) => {
        await rows.putTraining(row);
        await rows.putTraining(next);
        await rows.putModel("h", bytes(8, 1));
        await rows.putModel("h", bytes(8, 2));
      });
      await store.transaction((rows) =>
        rows.putTraining({ ...row, state: '{"phase":"ended"}', optimiser: bytes(0, 0) }),
      );
      const undone = store.transaction(async (rows) => {
        await rows.putTraining({ ...row, state: "lost" });
        await rows.dropModel("h");
        throw new Error("no");
      });
      await expect(undone).rejects.toThrow("no");
      await store.read(async (rows) => {
        const ended = { ...row, state: '{"phase":"ended"}', optimiser: bytes(0, 0) };
        expect(await rows.trainings()).toEqual([ended, next]);
        expect(await rows.training(row.run)).toEqual(ended);
        expect(await rows.training("C".repeat(22))).toBeUndefined();
        expect([await rows.model("h"), await rows.model("other")]).toEqual([bytes(8, 1), undefined]);
      });
      await store.transaction((rows) => rows.dropModel("h"));
      expect(await store.read((rows) => rows.model("h"))).toBeUndefined();
      await store.close();
    });
  });
}
