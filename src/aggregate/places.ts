// How many reports a task may hold, exactly, whichever processes of a party take them, and without a count for each. A process draws
// places ahead, within the transaction that first needs them, and looks in every transaction whether they are still its own. Where
// none are left to draw, all that were drawn are revoked and the reports are counted: what a process held that died, or is idle,
// is found again, and no two of them ever fill the same place.
import type { Store } from "../ports/store.ts";
import { nameOf } from "./quota.ts";
import type { QuotaKind, QuotaRows } from "./quota-rows.ts";

export interface Taking {
  /** How many more a task may hold: `wanted`, or all that there is room for where that is less. */
  room(task: Uint8Array, most: number, wanted: number): Promise<number>;
  /** So many of that room were filled. */
  fill(task: Uint8Array, filled: number): void;
}

export interface Places<Rows> {
  /** One transaction at a time: what was filled in it is so when it is committed. */
  transaction<R>(store: Store<Rows>, work: (rows: Rows, taking: Taking) => Promise<R>): Promise<R>;
}

/** Places of one task that this process holds. */
interface Held {
  readonly left: number;
  /** There are no others, as long as these are not revoked. */
  readonly last: boolean;
  /** By which they are known. */
  readonly draw: number;
}

const NONE: Held = { left: 0, last: false, draw: 0 };
/** Places that are drawn at a time, at most; and of those that are left, this part. */
const BLOCK = 4096;
const PART = 8;

const block = (free: number, wanted: number) => Math.max(wanted, Math.min(BLOCK, Math.floor(free / PART)));

/** @param count how many of a task are filled, in this transaction */
export function newPlaces<Rows extends QuotaRows>(
  kind: QuotaKind,
  count: (rows: Rows, task: Uint8Array) => Promise<number>,
): Places<Rows> {
  const known = new Map<string, Held>();

  async function draw(rows: Rows, task: Uint8Array, most: number, wanted: number, held: Held): Promise<Held> {
    const before = (await rows.places(kind, task)) ?? { given: await count(rows, task), draws: 0 };
    const next = before.draws + 1;
    const put = async (given: number) => await rows.drawPlaces(kind, task, { given, draws: next }, held.draw);
    const free = most - before.given;
    if (free >= wanted - held.left) {
      const more = block(free, wanted - held.left);
      await put(before.given + more);
      return { left: held.left + more, last: false, draw: next };
    }
    await rows.revokePlaces(kind, task);
    const filled = await count(rows, task);
    const left = Math.min(Math.max(0, most - filled), block(most - filled, wanted));
    await put(filled + left);
    return { left, last: left >= most - filled, draw: next };
  }

  /** Full for good: what is filled stays so. */
  const isFull = ({ left, last }: Held) => last && left === 0;

  async function heldNow(rows: Rows, task: Uint8Array): Promise<Held> {
    const held = known.get(nameOf(task)) ?? NONE;
    if (isFull(held) || held.left === 0) return held;
    return (await rows.holdsPlaces(kind, task, held.draw)) ? held : NONE;
  }

  const takingIn = (rows: Rows, touched: Map<string, Held>): Taking => ({
    async room(task, most, wanted) {
      const key = nameOf(task);
      let held = touched.get(key) ?? (await heldNow(rows, task));
      if (held.left < wanted && !held.last) held = await draw(rows, task, most, wanted, held);
      touched.set(key, held);
      return Math.min(wanted, held.left);
    },
    fill(task, filled) {
      const key = nameOf(task);
      const held = touched.get(key) ?? NONE;
      touched.set(key, { ...held, left: held.left - filled });
    },
  });

  return {
    async transaction(store, work) {
      let touched = new Map<string, Held>();
      try {
        const result = await store.transaction(async (rows) => {
          // It may be run again where it could not be committed.
          touched = new Map();
          return await work(rows, takingIn(rows, touched));
        });
        for (const [key, held] of touched) known.set(key, held);
        return result;
      } catch (error) {
        // It may have been committed all the same: those places are held by nobody then, until they are counted.
        for (const key of touched.keys()) known.delete(key);
        throw error;
      }
    },
  };
}
