// A process that uses a pool and forgets to close it.
import { startPool } from "../../../src/platform/node/workers.ts";
import type { functions } from "./pool-worker.ts";

const pool = startPool<typeof functions>(new URL("./pool-worker.ts", import.meta.url), 1);
await pool.run((worker) => worker.threadAfter(50));
console.log(await pool.run((worker) => worker.sum(Uint8Array.of(1, 2, 3))));
