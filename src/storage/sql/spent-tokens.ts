import type { SpentTokenRows } from "../../aggregate/store.ts";
import type { Sql } from "./tables.ts";

export function spentTokenRows(trx: Sql): SpentTokenRows {
  async function isRetired(issuer: Uint8Array): Promise<boolean> {
    const row = await trx.selectFrom("retired_issuer").select("issuer").where("issuer", "=", issuer).executeTakeFirst();
    return row !== undefined;
  }
  return {
    isRetired,
    async spendTokens(issuer, names) {
      if (names.length === 0) return true;
      if (await isRetired(issuer)) return false;
      const known = await trx
        .selectFrom("spent_token")
        .select("name")
        .where("issuer", "=", issuer)
        .where("name", "in", names)
        .limit(1)
        .executeTakeFirst();
      if (known !== undefined) return false;
      await trx
        .insertInto("spent_token")
        .values(names.map((name) => ({ issuer, name })))
        .execute();
      return true;
    },
    async spentIssuers() {
      const found: Uint8Array[] = [];
      // From one to the next in the index: tokens are millions, and issuers a few.
      for (let after = new Uint8Array(0); ; ) {
        const row = await trx
          .selectFrom("spent_token")
          .select("issuer")
          .where("issuer", ">", after)
          .orderBy("issuer")
          .limit(1)
          .executeTakeFirst();
        if (row === undefined) return found;
        found.push(row.issuer);
        after = new Uint8Array(row.issuer);
      }
    },
    async retireIssuer(issuer) {
      if (!(await isRetired(issuer))) await trx.insertInto("retired_issuer").values({ issuer }).execute();
    },
    async forgetSpent(issuer, most) {
      const some = trx.selectFrom("spent_token").select("name").where("issuer", "=", issuer).limit(most);
      const { numDeletedRows } = await trx
        .deleteFrom("spent_token")
        .where("issuer", "=", issuer)
        .where("name", "in", some)
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}
