// Composes a registrar from its configuration: its database, its key, the app's accounts, HTTP. Runs until SIGTERM.
import { newObserver } from "../../http/observed.ts";
import { serveRegistrar } from "../../issuer/index.ts";
import { nodeClock, nodeCrypto, nodeTransport, openRegistrarKey } from "../../platform/node/index.ts";
import { newLog } from "../../platform/node/log.ts";
import { version } from "../version.ts";
import { introspected } from "./accounts.ts";
import { onCommandLine, openServiceDatabase } from "./database.ts";
import { clientTls, listening } from "./listening.ts";
import { serveMetrics } from "./metrics.ts";
import { coordinatorsOf, readRegistrarConfig } from "./registrar-config.ts";
import { untilStopped } from "./until-stopped.ts";

/** Prints one JSON line with its port when it is ready. @throws PacelineError as its parts do */
export async function serveRegistrarRole(configFile: string, database?: string): Promise<void> {
  const config = readRegistrarConfig(configFile, { database: onCommandLine(database) });
  const coordinators = coordinatorsOf(config);
  const log = newLog(config.log === "json" ? { fields: { service: "paceline-registrar", version } } : {});
  const store = await openServiceDatabase("registrar", config);
  const transport = nodeTransport({ tls: clientTls(config.accounts) });
  const observer = config.metrics === undefined ? undefined : newObserver();
  const parts = {
    ...{ store, coordinators, log, version, url: config.url, floors: config.floors },
    ...{ crypto: nodeCrypto, clock: nodeClock, key: openRegistrarKey(config.keys) },
    authorise: introspected(transport, config.accounts),
  };
  const running = await serveRegistrar(parts, { ...listening(config.listen), observe: observer?.observe });
  const families = observer?.families ?? [];
  const metrics = observer && (await serveMetrics(config, "registrar", families, { store, log, running }));
  const cut = await untilStopped("registrar", running.port, { ...(metrics && { metrics: metrics.port }) });
  await running.stop(1000 * config.stopSeconds, cut);
  await metrics?.stop(0);
  transport.close();
  await store.close();
}
