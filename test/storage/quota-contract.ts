// What the processes of one party share of their quotas, and what holds of them together. Two openings of one database stand for two
// processes where it can be opened twice.
import { describe, expect, test } from "vitest";
import { newPlaces } from "../../src/aggregate/places.ts";
import type { AggregateRows } from "../../src/aggregate/store.ts";
import { fail } from "../../src/base/errors.ts";
import type { Store } from "../../src/ports/store.ts";
import { below, rateContract } from "./rate-contract.ts";
import { bytes, type Open, other, type Rows, report, task, withTasks } from "./row-samples.ts";

const newReportPlaces = () => newPlaces<AggregateRows>("report", (rows, of) => rows.reportCount(of));

/** @param again opens what `open` opened, or gives the same store where one process has it */
export function quotaContract(
  open: Open,
  again: (store: Store<Rows>) => Promise<Store<Rows>> = async (one) => one,
): void {
  const two = async () => {
    const store = await withTasks(open);
    const second = await again(store);
    const close = async () => {
      await store.close();
      if (second !== store) await second.close();
    };
    return { stores: [store, second] as const, close };
  };

  describe("rows of quotas", () => {
    test("buckets and places are a kind's and a task's; what is collected has no bucket and holds no places", async () => {
      const store = await withTasks(open);
      await store.transaction(async (rows) => {
        expect([await rows.bucket("report", task), await rows.places("report", task)]).toEqual([undefined, undefined]);
        await rows.putBucket("report", task, { left: 5, at: 1_770_000_000_000 });
        await rows.putBucket("report", task, { left: 0, at: 1_770_000_000_001 });
        await rows.putBucket("withdrawal", other, { left: 2 ** 40, at: -1 });
        await rows.drawPlaces("report", task, { given: 3, draws: 1 }, 0);
        await rows.drawPlaces("report", task, { given: 9, draws: 2 }, 0);
        await rows.drawPlaces("report", task, { given: 2 ** 40, draws: 3 }, 1);
        await rows.drawPlaces("withdrawal", task, { given: 0, draws: 1 }, 0);
      });
      await store.transaction(async (rows) => {
        expect(await rows.bucket("report", task)).toEqual({ left: 0, at: 1_770_000_000_001 });
        expect(await rows.bucket("withdrawal", other)).toEqual({ left: 2 ** 40, at: -1 });
        expect(await rows.places("report", task)).toEqual({ given: 2 ** 40, draws: 3 });
        const held = await Promise.all([1, 2, 3].map((draw) => rows.holdsPlaces("report", task, draw)));
        expect(held).toEqual([false, true, true]);
        await rows.revokePlaces("report", task);
        expect(await rows.holdsPlaces("report", task, 3)).toBe(false);
        expect(await rows.holdsPlaces("withdrawal", task, 1)).toBe(true);
        await rows.forgetShares(task);
        expect(await rows.bucket("report", task)).toBeUndefined();
        expect(await rows.holdsPlaces("withdrawal", task, 1)).toBe(false);
        // What was drawn before is not known by a number that is given again.
        expect(await rows.places("report", task)).toEqual({ given: 2 ** 40, draws: 3 });
        expect(await rows.bucket("withdrawal", other)).toBeDefined();
      });
      await store.close();
    });
  });

  describe("places of a task", () => {
    test("are filled to the last one and not beyond, by processes that take turns and die", async () => {
      const { stores, close } = await two();
      const next = below("places");
      const MOST = 137;
      let processes = [newReportPlaces(), newReportPlaces(), newReportPlaces()];
      let [made, filled, dry] = [0, 0, 0];
      while (dry < 6) {
        // Whoever dies takes along what it held.
        if (next(9) === 0) processes = processes.map((one, i) => (i === next(3) ? newReportPlaces() : one));
        const which = next(3);
        const wanted = 1 + next(12);
        const got = await processes[which]?.transaction(stores[which % 2] as Store<Rows>, async (rows, taking) => {
          const room = await taking.room(task, MOST, wanted);
          // A replay fills none.
          const fresh = Array.from({ length: Math.max(0, room - next(2)) }, (_, i) =>
            report(0, { id: idOf(made + i) }),
          );
          await rows.addReports(fresh);
          taking.fill(task, fresh.length);
          return fresh.length;
        });
        made += got ?? 0;
        filled += got ?? 0;
        expect(filled).toBeLessThanOrEqual(MOST);
        dry = filled === MOST ? dry + 1 : 0;
      }
      expect(await stores[0].read((rows) => rows.reportCount(task))).toBe(MOST);
      await close();
    });

    test("that one process holds while it sleeps another fills, and it finds them gone", async () => {
      const { stores, close } = await two();
      const [sleepy, awake] = [newReportPlaces(), newReportPlaces()];
      const take = (who: typeof awake, store: Store<Rows>, most: number, from: number, wanted: number) =>
        who.transaction(store, async (rows, taking) => {
          const room = await taking.room(task, most, wanted);
          await rows.addReports(Array.from({ length: room }, (_, i) => report(0, { id: idOf(from + i) })));
          taking.fill(task, room);
          return room;
        });
      expect(await take(sleepy, stores[0], 50, 0, 1)).toBe(1);
      expect(await take(awake, stores[1], 50, 100, 60)).toBe(49);
      expect(await take(sleepy, stores[0], 50, 200, 1)).toBe(0);
      expect(await take(awake, stores[1], 50, 300, 1)).toBe(0);
      // Of nobody's: it begins with what is there already.
      expect(await take(newReportPlaces(), stores[0], 52, 400, 3)).toBe(2);
      expect(await take(newReportPlaces(), stores[1], 51, 500, 1)).toBe(0);
      await close();
    });

    test("none, one, and more than anyone fills; reports of before there were places are counted", async () => {
      const { stores, close } = await two();
      const [store] = stores;
      await store.transaction((rows) => rows.addReports([report(1), report(2)]));
      const room = (most: number, wanted: number) =>
        newReportPlaces().transaction(store, (_, taking) => taking.room(task, most, wanted));
      for (const most of [0, 1, 2]) expect(await room(most, 1)).toBe(0);
      expect([await room(3, 1), await room(3, 100), await room(1e9, 100)]).toEqual([1, 1, 100]);
      expect(await newReportPlaces().transaction(store, (_, taking) => taking.room(other, 1, 2))).toBe(1);
      await close();
    });

    test("of a transaction that failed, or whose end is not known, are counted before they are said to be full", async () => {
      const { stores, close } = await two();
      const [store] = stores;
      const one = newReportPlaces();
      let lost: "before" | "after" | undefined;
      const unsure: Store<Rows> = {
        ...store,
        async transaction(work) {
          if (lost !== "after")
            return await store.transaction(async (rows) => {
              const done = await work(rows);
              return lost === "before" ? fail("unavailable", "no commit") : done;
            });
          await store.transaction(work);
          return fail("unavailable", "the answer to the commit is lost");
        },
      };
      const take = (id: number) =>
        one.transaction(unsure, async (rows, taking) => {
          const room = await taking.room(task, 24, 1);
          if (room > 0) await rows.addReports([report(0, { id: idOf(id) })]);
          taking.fill(task, room);
          return room;
        });
      const stored = () => store.read((rows) => rows.reportCount(task));
      for (let id = 0; id < 30; id++) {
        const before = await stored();
        lost = ([undefined, "before", undefined, "after"] as const)[id % 4];
        const room = await take(id).catch(() => undefined);
        // The answer is lost, or there is none to be lost: none of it is known.
        expect(room === undefined).toBe(lost !== undefined);
        expect(await stored()).toBe(before + (room ?? (lost === "after" ? 1 : 0)));
      }
      lost = undefined;
      for (let id = 30; id < 50; id++) await take(id);
      expect(await stored()).toBe(24);
      await close();
    });
  });

  rateContract(two);
}

const idOf = (n: number) => {
  const id = bytes(16, 7);
  new DataView(id.buffer).setUint32(0, n);
  return id;
};
