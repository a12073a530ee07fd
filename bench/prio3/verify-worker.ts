// A thread that verifies the batches it was given once, again and again when told, with no pool between: what two threads
// of the same work reach on this machine. Cores that share their units reach far less than two.
import { parentPort, workerData } from "node:worker_threads";
import type { PrepareTask } from "../../src/aggregate/prepare.ts";
import { preparer } from "../../src/aggregate/prepare.ts";
import { nodeCrypto, nodeWasm } from "../../src/platform/node/index.ts";

const { task, reports, batches } = workerData as {
  readonly task: PrepareTask;
  readonly reports: readonly Uint8Array[];
  readonly batches: number;
};
const { prepareLeader } = preparer({ crypto: nodeCrypto, wasm: nodeWasm });

parentPort?.on("message", async () => {
  for (let i = 0; i < batches; i++) await prepareLeader(task, reports);
  parentPort?.postMessage("done");
});
