// The worker's side of a pool: a worker entry calls this once with its functions.
import { parentPort } from "node:worker_threads";
import { expose } from "comlink";
import nodeEndpoint from "comlink/dist/esm/node-adapter.mjs";
import { invariant } from "../../base/errors.ts";
import { carryErrors } from "../worker-errors.ts";

export function exposeToPool(functions: Readonly<Record<string, unknown>>): void {
  invariant(parentPort !== null, "a worker entry runs in a worker thread");
  carryErrors();
  expose(functions, nodeEndpoint(parentPort));
}
