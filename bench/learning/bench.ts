// What training costs: steps of each engine, rounds, workers.
import type { Bench } from "../harness.ts";
import { roundName, roundRows } from "./rounds.ts";
import { STEPS, stepRows } from "./steps.ts";
import { WORKER, workerRows } from "./workers.ts";

export const learningBench: Bench = {
  rows: async () => [...(await stepRows()), ...(await roundRows()), ...(await workerRows())],
  floors: {
    [STEPS.mlp]: { of: "value", atMost: 0.25 },
    [STEPS.cnn]: { of: "value", atMost: 10 },
    [roundName(10)]: { of: "value", atMost: 50 },
    [roundName(30)]: { of: "value", atMost: 150 },
    [roundName(300)]: { of: "value", atMost: 1500 },
    [WORKER.start]: { of: "value", atMost: 50 },
    [WORKER.memory]: { of: "value", atMost: 10 },
  },
};
