// Composes a plain DAP aggregator from its configuration. It opens no ledger, and has no code that could.
import { pooledPreparer } from "../../aggregate/pool.ts";
import type { Preparer } from "../../aggregate/prepare.ts";
import { fail } from "../../base/errors.ts";
import { servePlain } from "../../plain/index.ts";
import {
  nodeClock,
  nodeCrypto,
  nodeEntropy,
  nodeTransport,
  nodeWasm,
  openKeyring,
  startPool,
} from "../../platform/node/index.ts";
import { newLog } from "../../platform/node/log.ts";
import { openKeyValues } from "../../storage/sqlite/index.ts";
import { clientTls, listening } from "./listening.ts";
import { type PlainConfig, plainTaskOf, readPlainConfig } from "./plain-config.ts";
import { untilStopped } from "./until-stopped.ts";

const STOP_MS = 3000;

/** Prints one JSON line with its port when it is ready. */
export async function servePlainTasks(configFile: string): Promise<void> {
  const config = readPlainConfig(configFile);
  const store = await openKeyValues(config.database);
  const hpke = receivingKeys(config);
  const pool = startPool<Preparer>(import.meta.resolve("#workers/verifier"), config.workers);
  const transport = nodeTransport({ tls: clientTls(config) });
  const running = await servePlain({
    store,
    crypto: nodeCrypto,
    entropy: nodeEntropy,
    clock: nodeClock,
    transport,
    preparer: pooledPreparer(pool, nodeWasm),
    hpke,
    tasks: config.tasks.map(plainTaskOf),
    databaseBytesMax: config.databaseBytesMax,
    log: newLog(),
    ...listening(config.listen),
  });
  await untilStopped("dap", running.port);
  await running.stop(STOP_MS);
  transport.close();
  await pool.close();
  await store.close();
}

/** The present key first. Each has a number of its own, or a report would not say which one it is sealed to. */
function receivingKeys({ keys, oldKeys }: PlainConfig) {
  const all = [openKeyring(keys), ...oldKeys.map((path) => openKeyring(path, "refuse"))].map(({ hpke }) => hpke);
  if (new Set(all.map(({ id }) => id)).size < all.length)
    fail("invalid_data", "two of the key files have receiving keys of one number", {
      hint: "Numbers are drawn at random, of 256: make the new key file again.",
    });
  return all;
}
