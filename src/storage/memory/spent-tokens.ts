import type { SpentTokenRows } from "../../aggregate/store.ts";
import { fromHex, toHex } from "../../base/bytes.ts";
import { both, type Table } from "./table.ts";

export function spentTokenRows(spent: Table<Uint8Array>, retired: Table<true>): SpentTokenRows {
  const isRetired = (issuer: Uint8Array) => retired.get(toHex(issuer)) !== undefined;
  return {
    isRetired: async (issuer) => isRetired(issuer),
    async spendTokens(issuer, names) {
      if (names.length === 0) return true;
      const keys = names.map((name) => both(issuer, name));
      if (isRetired(issuer) || keys.some((key) => spent.get(key) !== undefined)) return false;
      for (const key of keys) spent.put(key, issuer);
      return true;
    },
    spentIssuers: async () => [...new Set(spent.values().map(toHex))].sort().map(fromHex),
    async retireIssuer(issuer) {
      retired.put(toHex(issuer), true);
    },
    async forgetSpent(issuer, most) {
      const own = spent.entries().filter(([, of]) => toHex(of) === toHex(issuer));
      for (const [key] of own.slice(0, most)) spent.delete(key);
      return Math.min(own.length, most);
    },
  };
}
