// Simulates runs on its own thread: a pure function of simulate/, exposed through comlink.
import { exposeToPool } from "../src/platform/node/endpoint.ts";
import { simulateRuns } from "../src/simulate/study/runs.ts";

exposeToPool({ simulateRuns });
