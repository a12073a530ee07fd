import type { QuotaRows } from "../../aggregate/store.ts";
import type { Sql } from "./tables.ts";

/** What the processes of a party share of their quotas, inside one transaction. */
export function quotaRows(trx: Sql): QuotaRows {
  return {
    async bucket(kind, task) {
      const row = await trx
        .selectFrom("bucket")
        .select(["tokens", "at"])
        .where("kind", "=", kind)
        .where("task", "=", task)
        .executeTakeFirst();
      return row && { left: Number(row.tokens), at: Number(row.at) };
    },
    async putBucket(kind, task, { left, at }) {
      await trx
        .insertInto("bucket")
        .values({ kind, task, tokens: left, at })
        .onConflict((conflict) => conflict.columns(["kind", "task"]).doUpdateSet({ tokens: left, at }))
        .execute();
    },
    async places(kind, task) {
      const row = await trx
        .selectFrom("place")
        .select(["given", "draws"])
        .where("kind", "=", kind)
        .where("task", "=", task)
        .executeTakeFirst();
      return row && { given: Number(row.given), draws: Number(row.draws) };
    },
    async drawPlaces(kind, task, row, before) {
      await trx
        .insertInto("place")
        .values({ kind, task, ...row })
        .onConflict((conflict) => conflict.columns(["kind", "task"]).doUpdateSet(row))
        .execute();
      await trx
        .deleteFrom("place_draw")
        .where("kind", "=", kind)
        .where("task", "=", task)
        .where("draw", "=", before)
        .execute();
      await trx.insertInto("place_draw").values({ kind, task, draw: row.draws }).execute();
    },
    async holdsPlaces(kind, task, draw) {
      const row = await trx
        .selectFrom("place_draw")
        .select("draw")
        .where("kind", "=", kind)
        .where("task", "=", task)
        .where("draw", "=", draw)
        .executeTakeFirst();
      return row !== undefined;
    },
    async revokePlaces(kind, task) {
      await trx.deleteFrom("place_draw").where("kind", "=", kind).where("task", "=", task).execute();
    },
  };
}
