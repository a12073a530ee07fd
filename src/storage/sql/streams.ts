import type { AggregateRows, StreamRow } from "../../aggregate/store.ts";
import type { Sql, Tables } from "./tables.ts";

const streamOf = ({ task, round, until, state }: Tables["stream"]): StreamRow => ({
  ...{ task, round: Number(round), until: Number(until), state },
});

/** Noise that is correlated over the rounds of trainings, inside one transaction. */
export function streamRows(trx: Sql): Pick<AggregateRows, "stream" | "streams" | "putStream"> {
  return {
    async stream(task) {
      const row = await trx.selectFrom("stream").selectAll().where("task", "=", task).executeTakeFirst();
      return row && streamOf(row);
    },
    streams: async () => (await trx.selectFrom("stream").selectAll().orderBy("task").execute()).map(streamOf),
    async putStream({ task, ...changed }) {
      await trx
        .insertInto("stream")
        .values({ task, ...changed })
        .onConflict((conflict) => conflict.column("task").doUpdateSet(changed))
        .execute();
    },
  };
}
