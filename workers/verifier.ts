// Verifies batches of reports on its own thread: a pure function of aggregate/, exposed through comlink.
import { packedResults } from "../src/aggregate/packed.ts";
import { type Preparer, preparer } from "../src/aggregate/prepare.ts";
import { nodeCrypto } from "../src/platform/node/crypto.ts";
import { exposeToPool } from "../src/platform/node/endpoint.ts";
import { nodeKeystream } from "../src/platform/node/keystream.ts";
import { nodeWasm } from "../src/platform/node/wasm.ts";

const { prepareLeader, prepareHelper, sumMasks } = preparer({
  crypto: nodeCrypto,
  wasm: nodeWasm,
  keystream: nodeKeystream,
});

exposeToPool({
  prepareLeader: async (...of) => packedResults(await prepareLeader(...of)),
  prepareHelper: async (...of) => packedResults(await prepareHelper(...of)),
  sumMasks,
} satisfies Omit<Preparer, "addWords">);
