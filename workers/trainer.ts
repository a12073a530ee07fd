// Trains on its own thread: one resident model, person after person, whose sum alone goes back. A pure function of simulate/,
// exposed through comlink.
import { residentEngine } from "../src/math/tensor/resident.ts";
import { ownEngine } from "../src/math/tensor/wasm/engine.ts";
import { exposeToPool } from "../src/platform/node/endpoint.ts";
import { nodeWasm } from "../src/platform/node/wasm.ts";
import { type LocalJob, simulateLocal } from "../src/simulate/training/engine/local.ts";

const engine = residentEngine(ownEngine(nodeWasm));

exposeToPool({ simulateLocal: (job: LocalJob) => simulateLocal(engine, job) });
