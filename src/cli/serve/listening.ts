// Where a service listens, from its configuration: the files of its certificate are read when they are needed.
import { readFileSync } from "node:fs";
import { rootCertificates } from "node:tls";
import type { ListenOptions } from "../../http/server.ts";
import { refuseShared } from "../../platform/node/private.ts";
import type { CoordinatorConfig } from "./config.ts";

export function listening({ hostname, port, tls, behindProxy }: CoordinatorConfig["listen"]): ListenOptions {
  if (tls === undefined) return { hostname, port, behindProxy };
  refuseShared(tls.key, "the key of the service's certificate");
  return {
    hostname,
    port,
    tls: () => ({ cert: readFileSync(tls.certificate, "utf8"), key: readFileSync(tls.key, "utf8") }),
  };
}

/** What this service shows to others, and whom it believes; the system's authorities where nothing is said. */
export function clientTls({
  client,
  authorities,
}: Pick<NonNullable<CoordinatorConfig["helper"]>, "client" | "authorities">) {
  if (client !== undefined) refuseShared(client.key, "the key of the client's certificate");
  return {
    ...(authorities !== undefined && { ca: readFileSync(authorities, "utf8") }),
    ...(client && { cert: readFileSync(client.certificate, "utf8"), key: readFileSync(client.key, "utf8") }),
  };
}

/**
 * For whoever calls the service from its own machine: its own certificate is believed beside the system's authorities, as one of a
 * private authority is well for those who know that one.
 */
export function ownTls({ listen: { tls } }: Pick<CoordinatorConfig, "listen">) {
  return tls === undefined ? {} : { ca: [...rootCertificates, readFileSync(tls.certificate, "utf8")] };
}
