// A device before a cluster, with every byte it sends in sight, and envelopes that a test may forge.
import { toBase64Url } from "../../src/base/bytes.ts";
import { fail } from "../../src/base/errors.ts";
import { type ClientOptions, createClient } from "../../src/client/index.ts";
import { memoryDeviceStore } from "../../src/platform/device-memory.ts";
import { nodeCrypto, nodeEntropy } from "../../src/platform/node/index.ts";
import type { Transport, TransportRequest } from "../../src/ports/transport.ts";
import type { Member } from "../../src/records/types.ts";
import { type Envelope, sealEnvelope, signManifest } from "../../src/task/envelope.ts";
import { type Cluster, testLimits, urls } from "../support/cluster.ts";
import { nowSeconds, steadyMember } from "../support/questions.ts";

export interface Wire extends Transport {
  /** Every request that left, whether or not it arrived. */
  readonly sent: TransportRequest[];
  /** Requests with this in their address fail, after leaving. */
  failing: string | undefined;
  /** Answers the register with these envelopes instead of the coordinator's own. */
  envelopes: readonly Envelope[] | undefined;
}

export function wireOf(cluster: Cluster): Wire {
  const wire: Wire = {
    sent: [],
    failing: undefined,
    envelopes: undefined,
    async send(request) {
      wire.sent.push(request);
      if (wire.failing !== undefined && request.url.includes(wire.failing))
        return fail("unavailable", "no answer came");
      if (wire.envelopes !== undefined && request.url.includes("/v1/tasks"))
        return {
          status: 200,
          headers: {},
          body: new TextEncoder().encode(JSON.stringify({ tasks: wire.envelopes, next: "" })),
        };
      return await cluster.transport.send(request);
    },
  };
  return wire;
}

export const reportsOf = (wire: Wire): readonly TransportRequest[] =>
  wire.sent.filter(({ url }) => url.endsWith("/reports"));

export function uploadsOf(wire: Wire): readonly TransportRequest[] {
  return wire.sent.filter(({ body }) => body !== undefined);
}

export function device(cluster: Cluster, member: Member = steadyMember(62), options: Partial<ClientOptions> = {}) {
  const wire = wireOf(cluster);
  const clock = { at: nowSeconds * 1000, now: () => clock.at };
  const store = options.store ?? memoryDeviceStore();
  const read = { days: 0 };
  const client = createClient({
    coordinator: { url: urls.coordinator, registerKey: toBase64Url(cluster.keyrings.coordinator.signer.publicKey) },
    helper: { url: urls.helper, signingKey: toBase64Url(cluster.keyrings.helper.signer.publicKey) },
    days: () => {
      read.days += 1;
      return member.days;
    },
    profile: () => member.profile,
    limits: testLimits,
    schedule: "at-once",
    platform: { crypto: nodeCrypto, entropy: nodeEntropy, clock, transport: wire },
    ...options,
    store,
  });
  return { client, wire, store, clock, read };
}

/** An envelope over these bytes, signed by both of the cluster's parties: what a device must judge by its content. */
export async function signedByBoth(cluster: Cluster, manifest: Uint8Array): Promise<Envelope> {
  const { coordinator, helper } = cluster.keyrings;
  return sealEnvelope(
    manifest,
    await signManifest(coordinator.signer, "register", manifest),
    await signManifest(helper.signer, "helper", manifest),
  );
}
