import type { ChainEntry, ChainRows } from "../../release/store.ts";
import type { Sql } from "./tables.ts";

const entryOf = (row: { sequence: bigint | number; kind: string; body: string; hash: Uint8Array }): ChainEntry => ({
  ...row,
  sequence: Number(row.sequence),
});

/** The hash chain, the other party's head and what an operator closed, inside one transaction. */
export function chainRows(trx: Sql): ChainRows {
  const entries = () => trx.selectFrom("chain").selectAll();
  return {
    async chainHead() {
      const row = await entries().orderBy("sequence", "desc").limit(1).executeTakeFirst();
      return row && entryOf(row);
    },
    async chainEntry(sequence) {
      const row = await entries().where("sequence", "=", sequence).executeTakeFirst();
      return row && entryOf(row);
    },
    async chainOf(kind) {
      return (await entries().where("kind", "=", kind).orderBy("sequence").execute()).map(entryOf);
    },
    async *chain(most) {
      for (let after = 0; ; ) {
        const rows = await entries().where("sequence", ">", after).orderBy("sequence").limit(most).execute();
        const last = rows.at(-1);
        if (last === undefined) return;
        yield rows.map(entryOf);
        after = Number(last.sequence);
      }
    },
    async addChainEntry(entry) {
      await trx.insertInto("chain").values(entry).execute();
    },
    async counterpart() {
      return await trx.selectFrom("counterpart").select(["key", "head", "signature"]).executeTakeFirst();
    },
    async putCounterpart(row) {
      await trx
        .insertInto("counterpart")
        .values({ one: 1, ...row })
        .onConflict((conflict) => conflict.column("one").doUpdateSet({ ...row }))
        .execute();
    },
    async isForgotten(task) {
      return (
        (await trx.selectFrom("forgotten").select("task").where("task", "=", task).executeTakeFirst()) !== undefined
      );
    },
    async addForgotten(task) {
      await trx
        .insertInto("forgotten")
        .values({ task })
        .onConflict((conflict) => conflict.column("task").doNothing())
        .execute();
    },
    async forgotten() {
      return (await trx.selectFrom("forgotten").select("task").execute()).map((row) => row.task);
    },
  };
}
