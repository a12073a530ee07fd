import type { MaskedRow, MaskedRows, MaskedState } from "../../release/store.ts";
import type { Sql } from "./tables.ts";

const columns = [
  ...(["task", "hash", "state", "manifest", "envelope", "closes", "ends"] as const),
  ...(["opening", "opened", "because"] as const),
] as const;

const rowOf = (row: {
  task: Uint8Array;
  hash: string;
  state: string;
  manifest: Uint8Array;
  envelope: string;
  closes: bigint | number;
  ends: bigint | number;
  opening: Uint8Array | null;
  opened: bigint | number | null;
  because: string | null;
}): MaskedRow => ({
  ...row,
  state: row.state as MaskedState,
  closes: Number(row.closes),
  ends: Number(row.ends),
  opened: row.opened === null ? null : Number(row.opened),
});

/** Masked rounds and what was taken in of them, inside one transaction. */
export function maskedRows(trx: Sql): MaskedRows {
  const rounds = () => trx.selectFrom("masked_round").select(columns);
  return {
    async maskedRound(task) {
      const row = await rounds().where("task", "=", task).executeTakeFirst();
      return row && rowOf(row);
    },
    async maskedState(task) {
      const row = await trx.selectFrom("masked_round").select("state").where("task", "=", task).executeTakeFirst();
      return row && (row.state as MaskedState);
    },
    async maskedRoundOf(hash) {
      const row = await rounds().where("hash", "=", hash).executeTakeFirst();
      return row && rowOf(row);
    },
    async maskedRunning() {
      return (await rounds().where("state", "in", ["joining", "open"]).orderBy("seq").execute()).map(rowOf);
    },
    async putMaskedRound(row) {
      const { state, opening, opened, because } = row;
      await trx
        .insertInto("masked_round")
        .values(row)
        .onConflict((conflict) => conflict.column("task").doUpdateSet({ state, opening, opened, because }))
        .execute();
    },
    async maskedEntries(task, sequence, most) {
      const rows = await trx
        .selectFrom("masked_entry")
        .select(["sequence", "at", "message"])
        .where("task", "=", task)
        .where("sequence", ">", sequence)
        .orderBy("sequence")
        .limit(most)
        .execute();
      return rows.map((row) => ({ ...row, sequence: Number(row.sequence), at: Number(row.at) }));
    },
    async addMaskedEntry(task, entry) {
      const added = await trx
        .insertInto("masked_entry")
        .values({ task, ...entry })
        .onConflict((conflict) => conflict.columns(["task", "sequence"]).doNothing())
        .executeTakeFirst();
      return Number(added.numInsertedOrUpdatedRows ?? 0n) === 1;
    },
    async dropMaskedEntries(task) {
      await trx.deleteFrom("masked_entry").where("task", "=", task).execute();
    },
  };
}
