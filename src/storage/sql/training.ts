import type { TrainingRows } from "../../release/store.ts";
import type { Sql } from "./tables.ts";

/** Trainings and their models, inside one transaction. */
export function trainingRows(trx: Sql): TrainingRows {
  return {
    training: (run) =>
      trx.selectFrom("training").select(["run", "state", "optimiser"]).where("run", "=", run).executeTakeFirst(),
    async trainings() {
      return await trx.selectFrom("training").select(["run", "state", "optimiser"]).orderBy("seq").execute();
    },
    async putTraining({ run, ...changed }) {
      await trx
        .insertInto("training")
        .values({ run, ...changed })
        .onConflict((conflict) => conflict.column("run").doUpdateSet(changed))
        .execute();
    },
    async model(hash) {
      return (await trx.selectFrom("model").select("weights").where("hash", "=", hash).executeTakeFirst())?.weights;
    },
    async putModel(hash, weights) {
      await trx
        .insertInto("model")
        .values({ hash, weights })
        .onConflict((conflict) => conflict.column("hash").doNothing())
        .execute();
    },
    async dropModel(hash) {
      await trx.deleteFrom("model").where("hash", "=", hash).execute();
    },
  };
}
