// Simulates runs and devices' training on its own thread: pure functions of simulate/, exposed through comlink.
import { ownEngine } from "../src/math/tensor/wasm/engine.ts";
import { exposeToPool } from "../src/platform/node/endpoint.ts";
import { nodeWasm } from "../src/platform/node/wasm.ts";
import { simulateRuns } from "../src/simulate/study/runs.ts";
import { type LocalJob, simulateLocal } from "../src/simulate/training/engine/local.ts";

const engine = ownEngine(nodeWasm);

exposeToPool({ simulateRuns, simulateLocal: (job: LocalJob) => simulateLocal(engine, job) });
