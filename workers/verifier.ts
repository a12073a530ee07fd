// Verifies batches of reports on its own thread: a pure function of aggregate/, exposed through comlink.
import { preparer } from "../src/aggregate/prepare.ts";
import { nodeCrypto } from "../src/platform/node/crypto.ts";
import { exposeToPool } from "../src/platform/node/endpoint.ts";

const { prepareLeader, prepareHelper } = preparer(nodeCrypto);

exposeToPool({ prepareLeader, prepareHelper });
