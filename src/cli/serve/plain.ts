// Composes a plain DAP aggregator from its configuration. It opens no ledger, and has no code that could.
import { pooledPreparer } from "../../aggregate/pool.ts";
import type { Preparer } from "../../aggregate/prepare.ts";
import { fail } from "../../base/errors.ts";
import { every } from "../../http/every.ts";
import { newObserver } from "../../http/observed.ts";
import { servePlain } from "../../plain/index.ts";
import type { KeyValueStore } from "../../plain/store.ts";
import {
  nodeClock,
  nodeCrypto,
  nodeEntropy,
  nodeTransport,
  nodeWasm,
  openKeyring,
  openMarkFile,
  openSealer,
  startPool,
} from "../../platform/node/index.ts";
import { newLog } from "../../platform/node/log.ts";
import { isPostgresUrl } from "../../storage/postgres/address.ts";
import { version } from "../version.ts";
import { settingsPath, tellChanges } from "./changed.ts";
import { markPath } from "./config.ts";
import { onCommandLine, sealingPath } from "./database.ts";
import { newDomainCounters } from "./domain-metrics.ts";
import { clientTls, listening } from "./listening.ts";
import { serveMetrics } from "./metrics.ts";
import { type PlainConfig, plainTaskOf, readPlainConfig } from "./plain-config.ts";
import { plainFamilies } from "./plain-metrics.ts";
import { untilStopped } from "./until-stopped.ts";

const RESEAL_MS = 600_000;

/** Of either engine, sealed. @throws PacelineError as openKeyValues says, and as openSealer does */
export async function openPlainDatabase(
  config: Pick<PlainConfig, "database" | "sealing" | "keys">,
): Promise<KeyValueStore> {
  const { openKeyValues } = isPostgresUrl(config.database)
    ? await import("../../storage/postgres/index.ts")
    : await import("../../storage/sqlite/index.ts");
  return await openKeyValues(config.database, (sealed) => openSealer(sealingPath(config), sealed ? "refuse" : "make"));
}

/** Prints one JSON line with its port when it is ready. */
export async function servePlainTasks(configFile: string, database?: string): Promise<void> {
  const config = readPlainConfig(configFile, { database: onCommandLine(database) });
  const log = newLog(config.log === "json" ? { fields: { service: "paceline-dap", version } } : {});
  const store = await openPlainDatabase(config);
  const hpke = receivingKeys(config);
  tellChanges(settingsPath(markPath(config)), config, log);
  const pool = startPool<Preparer>(import.meta.resolve("#workers/verifier"), config.workers);
  const transport = nodeTransport({ tls: clientTls(config) });
  const observer = config.metrics === undefined ? undefined : newObserver();
  const counters = newDomainCounters();
  const tasks = config.tasks.map(plainTaskOf);
  const running = await servePlain({
    store,
    mark: openMarkFile(markPath(config)),
    crypto: nodeCrypto,
    entropy: nodeEntropy,
    clock: nodeClock,
    transport,
    preparer: pooledPreparer(pool, nodeWasm),
    hpke,
    tasks,
    keepSeconds: Math.round(config.keepDays * 86_400),
    databaseBytesMax: config.databaseBytesMax,
    log,
    meter: counters.meter,
    ...(observer && { observe: observer.observe }),
    ...listening(config.listen),
  });
  await every(RESEAL_MS, log, "sealing anew", async () => {
    const count = await store.reseal();
    if (count > 0) log(`${count} values were sealed anew, by the present sealing key`, "values.resealed", { count });
  });
  const families = [...(observer?.families ?? []), ...counters.families, ...plainFamilies(store, tasks)];
  const metrics = observer && (await serveMetrics(config, "dap", families, { store, log, running }));
  const cut = await untilStopped("dap", running.port, { ...(metrics && { metrics: metrics.port }) });
  await running.stop(1000 * config.stopSeconds, cut);
  await metrics?.stop(0);
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
