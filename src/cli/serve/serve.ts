// Composes a service from its configuration: its database, Node's crypto, a pool of verifier threads, HTTP. Runs until SIGTERM.
import { pooledPreparer } from "../../aggregate/pool.ts";
import type { Preparer } from "../../aggregate/prepare.ts";
import { fail } from "../../base/errors.ts";
import { serveCoordinator, workerPlanner } from "../../coordinator/serve.ts";
import { serveHelper } from "../../helper/serve.ts";
import { every } from "../../http/every.ts";
import type { Listening } from "../../http/listen.ts";
import { newObserver } from "../../http/observed.ts";
import { serviceRoles } from "../../http/roles.ts";
import {
  nodeClock,
  nodeCrypto,
  nodeEntropy,
  nodeKeystream,
  nodeTransport,
  nodeWasm,
  openKeyring,
  openMarkFile,
  startLimited,
  startPool,
} from "../../platform/node/index.ts";
import { newLog } from "../../platform/node/log.ts";
import type { Planning } from "../../query/planner.ts";
import { serviceRegistry } from "../registry.ts";
import { version } from "../version.ts";
import { settingsPath, tellChanges } from "./changed.ts";
import { type Given, markPath, readConfig } from "./config.ts";
import { onCommandLine, openServiceDatabase, sealingPath } from "./database.ts";
import { newDomainCounters, storedFamilies } from "./domain-metrics.ts";
import { clientTls, listening } from "./listening.ts";
import { serveMetrics } from "./metrics.ts";
import { policyOf, termsOf } from "./terms.ts";
import { untilStopped } from "./until-stopped.ts";

const RESEAL_MS = 600_000;
/** A plan takes milliseconds. */
const planning = { msMax: 5000, startMsMax: 20_000, megabytesMax: 256, callsMax: 32 };

/** Prints one JSON line with its port when it is ready. */
export async function serveRole(role: "coordinator" | "helper", configFile: string, given: Given = {}): Promise<void> {
  const config = readConfig(role, configFile, { ...given, database: onCommandLine(given.database) });
  const registry = await serviceRegistry(role, config.registry);
  const log = newLog(config.log === "json" ? { fields: { service: `paceline-${role}`, version } } : {});
  const store = await openServiceDatabase(role, config);
  const used = (await store.read((rows) => rows.owner())) !== undefined;
  const keyring = openKeyring(config.keys, used ? "refuse" : "make");
  tellChanges(settingsPath(markPath(config)), config, log);
  const { roles } = config;
  const pool = startPool<Preparer>(import.meta.resolve("#workers/verifier"), config.workers);
  const preparer = pooledPreparer(pool, nodeWasm);
  const common = {
    store,
    keyring,
    mark: openMarkFile(markPath(config)),
    roles,
    operatorToken: config.operatorToken,
    preparer: roles.includes("worker") ? preparer : { ...preparer, ...verifyingNothing },
    crypto: nodeCrypto,
    entropy: nodeEntropy,
    clock: nodeClock,
    version,
    log,
    keepUncollectedSeconds: Math.round(config.keepUncollectedDays * 86_400),
    probes: { log: async () => lostLines(log.lost()) },
    ...listening(config.listen),
  };
  const observer = config.metrics === undefined ? undefined : newObserver();
  const counters = newDomainCounters();
  const observed = { ...common, observe: observer?.observe, meter: counters.meter };
  const transport = nodeTransport("helper" in config && config.helper ? { tls: clientTls(config.helper) } : {});
  const registrarTransport = nodeTransport(
    "registrar" in config && config.registrar ? { tls: clientTls(config.registrar) } : {},
  );
  let running: Listening;
  let planners: ReturnType<typeof startLimited<Planning>> | undefined;
  if ("analystToken" in config) {
    planners = startLimited(import.meta.resolve("#workers/planner"), planning);
    running = await serveCoordinator({
      ...observed,
      planner: workerPlanner(planners),
      keystream: nodeKeystream,
      transport,
      registrarTransport,
      analystToken: config.analystToken,
      terms: termsOf(config, registry),
    });
  } else {
    running = await serveHelper({
      ...observed,
      url: config.url,
      databaseBytesMax: config.databaseBytesMax,
      leaderUrl: config.leaderUrl,
      leaderToken: config.leaderToken,
      leaderCertificate: config.leaderCertificate,
      policy: policyOf(config, registry),
    });
  }
  if (roles.includes("worker"))
    void every(RESEAL_MS, log, "sealing anew", async () => {
      const count = await store.reseal();
      if (count > 0) log(`${count} values were sealed anew, by the present sealing key`, "values.resealed", { count });
    });
  const families = [...(observer?.families ?? []), ...counters.families, ...storedFamilies(store, sealingPath(config))];
  const metrics = observer && (await serveMetrics(config, role, families, { store, log, running }));
  const cut = await untilStopped(role, running.port, {
    ...(roles.length < serviceRoles.length && { roles }),
    ...(metrics && { metrics: metrics.port }),
  });
  await running.stop(1000 * config.stopSeconds, cut);
  // Until then it says that this process is not ready.
  await metrics?.stop(0);
  transport.close();
  registrarTransport.close();
  await pool.close();
  await planners?.close();
  await store.close();
}

/** Of a process that takes requests alone. */
const verifyingNothing: Pick<Preparer, "prepareLeader" | "prepareHelper"> = {
  prepareLeader: () => fail("internal", "this process verifies nothing"),
  prepareHelper: () => fail("internal", "this process verifies nothing"),
};

function lostLines(count: number): void {
  if (count > 0) fail("storage_full", `${count} lines of the log could not be written`);
}
