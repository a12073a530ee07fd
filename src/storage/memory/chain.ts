import { toHex } from "../../base/bytes.ts";
import { invariant } from "../../base/errors.ts";
import type { ChainEntry, ChainRows, CounterpartRow } from "../../release/store.ts";
import { pages, type Table } from "./table.ts";

export interface ChainTables {
  readonly chain: Table<ChainEntry>;
  readonly counterpart: Table<CounterpartRow>;
  readonly forgotten: Table<Uint8Array>;
}

export function chainRows({ chain, counterpart, forgotten }: ChainTables): ChainRows {
  return {
    chainHead: async () => chain.values().at(-1),
    chainEntry: async (sequence) => chain.get(String(sequence)),
    chainOf: async (kind) => chain.values().filter((entry) => entry.kind === kind),
    chain: (most) => pages(chain.values(), most),
    async addChainEntry(entry) {
      invariant(entry.sequence > (chain.values().at(-1)?.sequence ?? 0), "the chain only grows");
      chain.put(String(entry.sequence), entry);
    },
    counterpart: async () => counterpart.get("the one"),
    putCounterpart: async (row) => counterpart.put("the one", row),
    isForgotten: async (task) => forgotten.get(toHex(task)) !== undefined,
    addForgotten: async (task) => forgotten.put(toHex(task), task),
    forgotten: async () => forgotten.values(),
  };
}
