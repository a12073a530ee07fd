import type { TrainingRow, TrainingRows } from "../../release/store.ts";
import type { Table } from "./table.ts";

export interface TrainingTables {
  readonly training: Table<TrainingRow>;
  readonly model: Table<Uint8Array>;
}

export function trainingRows({ training, model }: TrainingTables): TrainingRows {
  return {
    training: async (run) => training.get(run),
    trainings: async () => training.values(),
    async putTraining(row) {
      training.put(row.run, row);
    },
    model: async (hash) => model.get(hash),
    async putModel(hash, weights) {
      if (model.get(hash) === undefined) model.put(hash, weights);
    },
    async dropModel(hash) {
      model.delete(hash);
    },
  };
}
