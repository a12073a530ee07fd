// Sends the first bytes that a worker's entropy gives.
import { parentPort } from "node:worker_threads";
import { toHex } from "../../../src/base/bytes.ts";
import { nodeEntropy } from "../../../src/platform/node/entropy.ts";

parentPort?.postMessage(toHex(nodeEntropy.bytes(32)));
