// How many reports a second the processes of one party take together, whatever their clocks show.
import seedrandom from "seedrandom";
import { describe, expect, test } from "vitest";
import { SKEW_SECONDS } from "../../src/aggregate/latest.ts";
import { bucketsOf, LEASE_SECONDS, newRateLimit } from "../../src/aggregate/rate.ts";
import { isPacelineError } from "../../src/base/errors.ts";
import type { Store } from "../../src/ports/store.ts";
import { other, type Rows, task } from "./row-samples.ts";

/** @param two stores of one database */
export function rateContract(
  two: () => Promise<{ readonly stores: readonly [Store<Rows>, Store<Rows>]; readonly close: () => Promise<void> }>,
): void {
  describe("the rate of a task", () => {
    const rate = { perSecond: 7, burst: 40 };

    /** What three processes that die now and then took, on a clock that steps as told. */
    async function run(stores: readonly Store<Rows>[], next: (below: number) => number, step: () => number) {
      const limit = (i: number) => newRateLimit(bucketsOf(stores[i % 2] as Store<Rows>, "report"), rate);
      let processes = [0, 1, 2].map(limit);
      const taken: { at: number; tokens: number }[] = [];
      let [now, furthest] = [START, START];
      for (let i = 0; i < 120; i++) {
        now += step();
        furthest = Math.max(furthest, now);
        if (next(12) === 0) processes = processes.map((one, k) => (k === next(3) ? limit(k) : one));
        const tokens = 1 + next(20);
        if (await attempt(processes[next(3)]?.take(task, tokens, now))) taken.push({ at: now, tokens });
      }
      return { taken, furthest };
    }
    const sumOf = (taken: readonly { tokens: number }[]) => taken.reduce((sum, { tokens }) => sum + tokens, 0);
    const START = 1_770_000_000;

    test("holds for all processes together, in any stretch of time, whoever dies", async () => {
      const { stores, close } = await two();
      const next = below("forward");
      const { taken } = await run(stores, next, () => next(3) + (next(25) === 0 ? 20 : 0));
      expect(taken.length).toBeGreaterThan(30);
      for (const { at: from } of taken)
        for (const { at: to } of taken)
          expect(sumOf(taken.filter(({ at }) => at >= from && at <= to))).toBeLessThanOrEqual(
            rate.burst + Math.max(0, to - from + LEASE_SECONDS) * rate.perSecond,
          );
      await close();
    });

    test("is that of the furthest time that a clock showed, however it goes back and forth", async () => {
      const { stores, close } = await two();
      const next = below("wild");
      const { taken, furthest } = await run(stores, next, () => next(40) - 19);
      expect(taken.length).toBeGreaterThan(10);
      expect(sumOf(taken)).toBeLessThanOrEqual(rate.burst + (furthest - START) * rate.perSecond);
      await close();
    });

    test("one process takes all there is, a clock that goes back refills nothing, and the next second brings its tokens", async () => {
      const { stores, close } = await two();
      const [one, another] = stores.map((store) => newRateLimit(bucketsOf(store, "report"), rate)) as [
        ReturnType<typeof newRateLimit>,
        ReturnType<typeof newRateLimit>,
      ];
      const takes = async (who: typeof one, tokens: number, now: number) => await attempt(who.take(task, tokens, now));
      for (const now of [1000, 0]) expect(await takes(one, 0, now)).toBe(true);
      expect(await stores[0].read((rows) => rows.bucket("report", task))).toBeUndefined();
      for (let i = 0; i < 40; i++) expect(await takes(one, 1, 1000)).toBe(true);
      expect(await takes(one, 0, 1000)).toBe(true);
      for (const who of [one, another])
        for (const now of [1000, 900, 1000, 700]) expect(await takes(who, 1, now)).toBe(false);
      expect([await takes(another, 8, 1001), await takes(another, 7, 1001), await takes(one, 1, 1001)]).toEqual([
        false,
        true,
        false,
      ]);
      // Saved up: a burst at most, and never more at once.
      expect([await takes(one, 41, 9000), await takes(one, 40, 9000), await takes(another, 1, 9000)]).toEqual([
        false,
        true,
        false,
      ]);
      expect(await attempt(one.take(other, 40, 9000))).toBe(true);
      await close();
    });

    test("a clock that was ahead by a year starves nobody once it is right: what was left is there, and told of once", async () => {
      const { stores, close } = await two();
      const lines: string[] = [];
      const limit = (i: number) =>
        newRateLimit(bucketsOf(stores[i] as Store<Rows>, "report"), rate, (_, event, fields) => {
          lines.push(`${event} ${fields?.count}`);
        });
      const year = 365 * 86_400;
      await limit(0).take(task, 37, START + year);
      const [one, another] = [limit(0), limit(1)];
      // Nothing is given that the year would have brought.
      expect(await attempt(one.take(task, 4, START))).toBe(false);
      expect(await stores[0].read((rows) => rows.bucket("report", task))).toEqual({ left: 3, at: START * 1000 });
      expect([await attempt(one.take(task, 3, START)), await attempt(another.take(task, 1, START))]).toEqual([
        true,
        false,
      ]);
      expect([await attempt(another.take(task, 7, START + 1)), await attempt(one.take(task, 1, START + 1))]).toEqual([
        true,
        false,
      ]);
      expect(lines).toEqual([`clock.ahead ${year}`]);
      await close();
    });

    test("a clock that was ahead by less than clocks differ by brings nothing until it has come as far", async () => {
      const { stores, close } = await two();
      const lines: string[] = [];
      const limit = () => newRateLimit(bucketsOf(stores[1], "report"), rate, (line) => void lines.push(line));
      await limit().take(task, 40, START + SKEW_SECONDS);
      for (const at of [0, 1, SKEW_SECONDS]) expect(await attempt(limit().take(task, 1, START + at))).toBe(false);
      expect(await attempt(limit().take(task, 7, START + SKEW_SECONDS + 1))).toBe(true);
      expect(lines).toEqual([]);
      await close();
    });

    test("what is too little of what a process has drawn is not lost to it", async () => {
      const { stores, close } = await two();
      const slow = { perSecond: 0.001, burst: 40 };
      const one = newRateLimit(bucketsOf(stores[0], "report"), slow);
      for (const tokens of [1, 1, 1, 1]) await one.take(task, tokens, START);
      // It holds three of the 36 that are left.
      expect(await attempt(one.take(task, 37, START))).toBe(false);
      expect([await attempt(one.take(task, 36, START)), await attempt(one.take(task, 1, START))]).toEqual([
        true,
        false,
      ]);
      await close();
    });

    test("who waits for the database while a later second begins is served with what was drawn in it", async () => {
      const { stores, close } = await two();
      const one = newRateLimit(bucketsOf(stores[0], "report"), { perSecond: 0.001, burst: 40 });
      const ends = await Promise.all([30, 5, 5].map((tokens, i) => attempt(one.take(task, tokens, START + (i % 2)))));
      expect(ends).toEqual([true, true, true]);
      await close();
    });

    test("what a process drew and did not use in time is nobody's; an upload costs no write", async () => {
      const { stores, close } = await two();
      let writes = 0;
      const buckets = bucketsOf(stores[0], "report");
      const counted = newRateLimit(
        {
          change: (of, work) => {
            writes += 1;
            return buckets.change(of, work);
          },
        },
        { perSecond: 1e6, burst: 1e9 },
      );
      for (let i = 0; i < 3000; i++) await counted.take(other, 1, 5000);
      expect(writes).toBeLessThan(14);
      await Promise.all(Array.from({ length: 500 }, () => counted.take(other, 10, 5000 + LEASE_SECONDS)));
      expect(writes).toBeLessThan(20);

      const slow = { perSecond: 0.01, burst: 40 };
      const [one, second] = stores.map((store) => newRateLimit(bucketsOf(store, "withdrawal"), slow));
      for (let i = 0; i < 4; i++) await one?.take(task, 1, 2000);
      const left = (await stores[0].read((rows) => rows.bucket("withdrawal", task)))?.left ?? 0;
      expect(left).toBe(33);
      expect(await attempt(second?.take(task, 34, 2000))).toBe(false);
      expect(await attempt(second?.take(task, 33, 2000))).toBe(true);
      // The three that it drew besides are good for some seconds, and not by a clock of before.
      expect([await attempt(one?.take(task, 1, 1999)), await attempt(one?.take(task, 1, 2009))]).toEqual([false, true]);
      expect(await attempt(one?.take(task, 1, 2000 + LEASE_SECONDS))).toBe(false);
      await close();
    });
  });
}

/** Whole numbers from 0 on, the same in every run. */
export function below(seed: string): (most: number) => number {
  const random = seedrandom.alea(seed);
  return (most) => Math.floor(random() * most);
}

async function attempt(taking: Promise<void> | undefined): Promise<boolean> {
  try {
    await taking;
    return true;
  } catch (error) {
    if (isPacelineError(error) && error.code === "rate_limited") return false;
    throw error;
  }
}
