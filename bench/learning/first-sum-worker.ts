// A thread of its own: computes one client's part of a round and tells what that took of a processor since the thread began, in
// milliseconds; waits then, so that its memory can be seen.
import { readFileSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { residentEngine } from "../../src/math/tensor/resident.ts";
import { ownEngine } from "../../src/math/tensor/wasm/engine.ts";
import { nodeWasm } from "../../src/platform/node/wasm.ts";
import { simulateLocal } from "../../src/simulate/training/engine/local.ts";

const sum = simulateLocal(residentEngine(ownEngine(nodeWasm)), workerData);
/** Time on a processor, in nanoseconds, of this thread (proc(5), schedstat). */
const spent = Number(readFileSync("/proc/thread-self/schedstat", "utf8").split(" ")[0]) / 1e6;
parentPort?.postMessage({ spent, done: sum.some((x) => x !== 0) });
parentPort?.on("message", () => undefined);
