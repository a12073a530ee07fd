import { toHex } from "../../base/bytes.ts";
import { invariant } from "../../base/errors.ts";
import type { MaskedEntry, MaskedRow, MaskedRows } from "../../release/store.ts";
import { ofTaskIn, type Table } from "./table.ts";

export interface MaskedTables {
  readonly maskedRound: Table<MaskedRow>;
  readonly maskedEntry: Table<MaskedEntry & { readonly task: Uint8Array }>;
}

export function maskedRows({ maskedRound: rounds, maskedEntry: entries }: MaskedTables): MaskedRows {
  const keyOf = (task: Uint8Array, sequence: number) => `${toHex(task)}/${sequence}`;
  return {
    maskedRound: async (task) => rounds.get(toHex(task)),
    maskedState: async (task) => rounds.get(toHex(task))?.state,
    maskedRoundOf: async (hash) => rounds.values().find((row) => row.hash === hash),
    maskedRunning: async () => rounds.values().filter(({ state }) => state === "joining" || state === "open"),
    async putMaskedRound(row) {
      const before = rounds.get(toHex(row.task));
      invariant((row.state === "open") === (row.opening !== null), "a round has its roster while it is open");
      const { state, opening, opened, because } = row;
      rounds.put(toHex(row.task), before === undefined ? row : { ...before, state, opening, opened, because });
    },
    maskedEntries: async (task, sequence, most) =>
      ofTaskIn(entries, task)
        .filter((entry) => entry.sequence > sequence)
        .toSorted((a, b) => a.sequence - b.sequence)
        .slice(0, most)
        .map(({ task: _, ...entry }) => entry),
    async addMaskedEntry(task, entry) {
      invariant(rounds.get(toHex(task)) !== undefined, "an entry belongs to a round");
      if (entries.get(keyOf(task, entry.sequence)) !== undefined) return false;
      entries.put(keyOf(task, entry.sequence), { task, ...entry });
      return true;
    },
    async dropMaskedEntries(task) {
      for (const { sequence } of ofTaskIn(entries, task)) entries.delete(keyOf(task, sequence));
    },
  };
}
