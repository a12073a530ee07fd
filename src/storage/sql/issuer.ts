import type { IssuerRows } from "../../issuer/store.ts";
import type { OwnerRows } from "../../ports/owner.ts";
import type { Sql } from "./tables.ts";

/** An issuer's rows inside one transaction. */
export function issuerRows(trx: Sql): Omit<IssuerRows, keyof OwnerRows> {
  return {
    async issued(account, year) {
      const row = await trx
        .selectFrom("issued")
        .select("count")
        .where("account", "=", account)
        .where("year", "=", year)
        .executeTakeFirst();
      return Number(row?.count ?? 0n);
    },
    async setIssued(account, year, count) {
      await trx
        .insertInto("issued")
        .values({ account, year, count })
        .onConflict((conflict) => conflict.columns(["account", "year"]).doUpdateSet({ count }))
        .execute();
    },
    async isAnswered(request) {
      const row = await trx.selectFrom("answered").select("year").where("request", "=", request).executeTakeFirst();
      return row !== undefined;
    },
    async addAnswered(request, year) {
      await trx.insertInto("answered").values({ request, year }).execute();
    },
    async issuance() {
      const row = await trx.selectFrom("issuance").select(["sequence", "closed"]).executeTakeFirst();
      return { sequence: Number(row?.sequence ?? 0n), closed: row?.closed ?? null };
    },
    async setIssuance(row) {
      await trx
        .insertInto("issuance")
        .values({ only: 1, ...row })
        .onConflict((conflict) => conflict.column("only").doUpdateSet(row))
        .execute();
    },
    async forgetBefore(year) {
      await trx.deleteFrom("issued").where("year", "<", year).execute();
      await trx.deleteFrom("answered").where("year", "<", year).execute();
    },
  };
}
