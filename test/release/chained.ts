// A store whose transactions append to the chain by themselves, with no mark and no other side.
import { nodeCrypto } from "../../src/platform/node/index.ts";
import type { Store } from "../../src/ports/store.ts";
import { chainedRows, type ServiceRows } from "../../src/release/chained.ts";

export function chained<Rows extends ServiceRows>(store: Store<Rows>): Store<Rows> {
  return {
    ...store,
    transaction: (work) => store.transaction((rows) => work(chainedRows(rows, nodeCrypto, () => undefined))),
  };
}
