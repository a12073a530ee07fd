import { toHex } from "../../base/bytes.ts";
import type { IssuanceRow, IssuerRows } from "../../issuer/store.ts";
import type { OwnerRows } from "../../ports/owner.ts";
import type { Table } from "./table.ts";

export interface IssuerTables {
  readonly issued: Table<{ readonly year: string; readonly count: number }>;
  readonly answered: Table<{ readonly year: string }>;
  readonly issuance: Table<IssuanceRow>;
}

export function issuerRows({ issued, answered, issuance }: IssuerTables): Omit<IssuerRows, keyof OwnerRows> {
  const keyOf = (account: Uint8Array, year: string) => `${year}/${toHex(account)}`;
  return {
    issued: async (account, year) => issued.get(keyOf(account, year))?.count ?? 0,
    setIssued: async (account, year, count) => issued.put(keyOf(account, year), { year, count }),
    isAnswered: async (request) => answered.get(toHex(request)) !== undefined,
    addAnswered: async (request, year) => answered.put(toHex(request), { year }),
    issuance: async () => issuance.get("") ?? { sequence: 0, closed: null },
    setIssuance: async (row) => issuance.put("", row),
    async forgetBefore(year) {
      for (const table of [issued, answered])
        for (const [key, row] of table.entries()) if (row.year < year) table.delete(key);
    },
  };
}
