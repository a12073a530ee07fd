// A question's round between two services, with something standing between them.
import type { Transport, TransportRequest } from "../../src/ports/transport.ts";
import { type Cluster, leaderToken, newCluster, noNoise, urls } from "./cluster.ts";
import { newRound } from "./rounds.ts";

export const nothing: Uint8Array = new Uint8Array(0);
export const values = [50, 50, 65, 65, 80, 50];
export const bearer = { authorization: `Bearer ${leaderToken}` };

/** A round with reports, of a cluster whose coordinator reaches its helper through `between`. */
export async function behind(between?: (send: Transport["send"]) => Transport["send"]) {
  const cluster = newCluster({ noise: noNoise, ...(between && { between }) });
  const round = await newRound(cluster);
  await round.fill(values);
  return { cluster, round };
}

export const ofJobs = (resource: string) => (request: TransportRequest) =>
  request.method === "POST" && request.url.endsWith(`/${resource}`);

/** Asks the helper as the leader does. */
export async function askHelper(cluster: Cluster, request: Omit<TransportRequest, "url"> & { readonly path: string }) {
  const { path, ...rest } = request;
  return await cluster.transport.send({
    ...rest,
    url: `${urls.helper}${path}`,
    headers: { ...bearer, ...rest.headers },
  });
}
