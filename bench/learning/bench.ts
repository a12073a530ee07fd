// What training costs: steps of each engine, rounds, workers, sums, bytes.
import type { Bench } from "../harness.ts";
import { byteRows, bytesName } from "./bytes.ts";
import { MASKED, maskedRows } from "./masked/rows.ts";
import { roundName, roundRows } from "./rounds.ts";
import { STEPS, stepRows } from "./steps.ts";
import { KEYSTREAM_LEAST, sumName, sumRows } from "./sums.ts";
import { CLIENTS_LEAST, TRAININGS, trainingRows } from "./trainings.ts";
import { WORKER, workerRows } from "./workers.ts";

export const learningBench: Bench = {
  rows: async () => [
    ...(await stepRows()),
    ...(await roundRows()),
    ...(await trainingRows()),
    ...(await workerRows()),
    ...(await sumRows()),
    ...(await byteRows()),
    ...(await maskedRows()),
  ],
  floors: {
    [STEPS.mlp]: { of: "value", atMost: 0.25 },
    [STEPS.cnn]: { of: "value", atMost: 10 },
    [roundName(10)]: { of: "value", atMost: 50 },
    [roundName(30)]: { of: "value", atMost: 150 },
    [roundName(300)]: { of: "value", atMost: 1500 },
    [TRAININGS.round]: { of: "value", atMost: 1.3, peerAtLeast: CLIENTS_LEAST },
    [TRAININGS.many]: { of: "value", atMost: 60 },
    [WORKER.start]: { of: "value", atMost: 50 },
    [sumName("leader", 32)]: { of: "value", atMost: 150 },
    [sumName("helper", 32)]: { of: "value", atMost: 150, peerAtLeast: KEYSTREAM_LEAST },
    [sumName("leader", 64)]: { of: "value", atMost: 150 },
    [sumName("helper", 64)]: { of: "value", atMost: 150, peerAtLeast: KEYSTREAM_LEAST },
    [bytesName(16)]: { of: "value", atMost: 145_510 },
    [bytesName(32)]: { of: "value", atMost: 2 * 145_510 },
    [MASKED.sent(100, 16)]: { of: "value", atMost: 145_510 },
    [MASKED.sent(100, 32)]: { of: "value", atMost: 2 * 145_510 },
    [MASKED.sent(1000, 16)]: { of: "value", atMost: 2 * 145_510 },
    [MASKED.member(100, 32, 0.3)]: { of: "ratio", atLeast: 0.3 },
    [MASKED.member(1000, 32, 0)]: { of: "ratio", atLeast: 0.4 },
    [MASKED.coordinator(100, 32, 0.3)]: { of: "ratio", atLeast: 0.2 },
    [MASKED.unmasking]: { of: "ratio", atLeast: 0.25 },
    [WORKER.memory]: { of: "value", atMost: 10 },
  },
};
