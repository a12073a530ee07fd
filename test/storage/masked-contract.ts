// What every database must do with masked rounds: a coordinator's, and a registrar's.
import { describe, expect, test } from "vitest";
import type { MaskedRow } from "../../src/release/store.ts";
import { bytes, type Open } from "./row-samples.ts";

const round = (task: number, change: Partial<MaskedRow> = {}): MaskedRow => ({
  ...{ task: bytes(32, task), hash: `h${task}`, state: "joining", manifest: bytes(3, task), envelope: "{}" },
  ...{ closes: 100, ends: 200, opening: null, opened: null, because: null },
  ...change,
});

export function maskedContract(open: Open): void {
  describe("masked rounds", () => {
    test("run until they are done or aborted, in the order in which they were asked", async () => {
      const store = await open();
      const [first, second] = [round(9), round(3)];
      await store.transaction(async (rows) => {
        await rows.putMaskedRound(first);
        await rows.putMaskedRound(second);
      });
      await store.read(async (rows) => {
        expect(await rows.maskedRunning()).toEqual([first, second]);
        expect(await rows.maskedRound(first.task)).toEqual(first);
        expect(await rows.maskedRoundOf("h3")).toEqual(second);
        expect([await rows.maskedRound(bytes(32, 1)), await rows.maskedRoundOf("h1")]).toEqual([undefined, undefined]);
      });
      const opened = { ...first, state: "open", opening: bytes(70_000, 5), opened: 2 ** 41 } as const;
      // What a round is about does not change.
      await store.transaction((rows) =>
        rows.putMaskedRound({ ...opened, hash: "other", manifest: bytes(1, 1), ends: 1 }),
      );
      expect(await store.read((rows) => rows.maskedRound(first.task))).toEqual(opened);
      const aborted = { ...first, state: "aborted", because: "too few" } as const;
      await store.transaction((rows) => rows.putMaskedRound(aborted));
      await store.read(async (rows) => {
        expect(await rows.maskedRunning()).toEqual([second]);
        expect(await rows.maskedRound(first.task)).toEqual(aborted);
      });
      await store.close();
    });

    test("an entry has its place in the sequence alone, and all go at once", async () => {
      const store = await open();
      const [one, two] = [round(1), round(2)];
      const entry = (sequence: number, message: Uint8Array | null = bytes(5, sequence)) => ({
        sequence,
        at: 2 ** 41,
        message,
      });
      await store.transaction(async (rows) => {
        for (const row of [one, two]) await rows.putMaskedRound(row);
        expect(await rows.addMaskedEntry(one.task, entry(2, null))).toBe(true);
        expect(await rows.addMaskedEntry(one.task, entry(1))).toBe(true);
        expect(await rows.addMaskedEntry(one.task, entry(1, bytes(5, 9)))).toBe(false);
        expect(await rows.addMaskedEntry(two.task, entry(1))).toBe(true);
      });
      // In a transaction of its own too.
      expect(await store.transaction((rows) => rows.addMaskedEntry(one.task, entry(2)))).toBe(false);
      await store.read(async (rows) => {
        expect(await rows.maskedEntries(one.task, 0, 9)).toEqual([entry(1), entry(2, null)]);
        expect(await rows.maskedEntries(one.task, 0, 1)).toEqual([entry(1)]);
        expect(await rows.maskedEntries(one.task, 1, 9)).toEqual([entry(2, null)]);
      });
      await store.transaction((rows) => rows.dropMaskedEntries(one.task));
      await store.read(async (rows) => {
        expect(await rows.maskedEntries(one.task, 0, 9)).toEqual([]);
        expect(await rows.maskedEntries(two.task, 0, 9)).toHaveLength(1);
      });
      await store.close();
    });
  });

  describe("rosters", () => {
    const roster = (task: number, ends: number) => ({
      ...{ task: bytes(32, task), manifest: bytes(3, task), closes: 2 ** 41, ends, opening: null, refused: null },
    });

    test("one account has one place, and so has one key", async () => {
      const store = await open();
      const member = (account: number, key: number, task = 1) => ({
        ...{ task: bytes(32, task), account: bytes(32, account), key: bytes(32, key) },
      });
      await store.transaction(async (rows) => {
        for (const task of [1, 2]) await rows.putRoster(roster(task, 2 ** 41 + task));
        expect(await rows.addRosterMember(member(7, 70))).toBe(true);
        expect(await rows.addRosterMember(member(5, 50))).toBe(true);
        expect(await rows.addRosterMember(member(7, 71))).toBe(false);
        expect(await rows.addRosterMember(member(8, 70))).toBe(false);
        expect(await rows.addRosterMember(member(7, 70, 2))).toBe(true);
      });
      await store.read(async (rows) => {
        expect(await rows.rosterMembers(bytes(32, 1))).toEqual([member(7, 70), member(5, 50)]);
        expect([await rows.rosterCount(bytes(32, 1)), await rows.rosterCount(bytes(32, 9))]).toEqual([2, 0]);
        expect(await rows.rosterMember(bytes(32, 1), bytes(32, 5))).toEqual(member(5, 50));
        expect(await rows.rosterMember(bytes(32, 2), bytes(32, 5))).toBeUndefined();
      });
      await store.close();
    });

    test("is signed or refused once, and forgotten when its round is over", async () => {
      const store = await open();
      await store.transaction(async (rows) => {
        await rows.putRoster(roster(1, 2 ** 41));
        await rows.putRoster(roster(2, 2 ** 41 + 1));
        await rows.addRosterMember({ task: bytes(32, 1), account: bytes(32, 1), key: bytes(32, 1) });
        await rows.putRoster({ ...roster(2, 0), closes: 0, manifest: bytes(1, 1), opening: bytes(9, 9) });
        await rows.putRoster({ ...roster(1, 0), refused: "too few" });
      });
      await store.read(async (rows) => {
        expect(await rows.roster(bytes(32, 2))).toEqual({ ...roster(2, 2 ** 41 + 1), opening: bytes(9, 9) });
        expect(await rows.roster(bytes(32, 1))).toEqual({ ...roster(1, 2 ** 41), refused: "too few" });
      });
      await store.transaction((rows) => rows.forgetRosters(2 ** 41 + 1));
      await store.read(async (rows) => {
        expect([await rows.roster(bytes(32, 1)), await rows.rosterCount(bytes(32, 1))]).toEqual([undefined, 0]);
        expect(await rows.roster(bytes(32, 2))).toBeDefined();
      });
      await store.close();
    });
  });
}
