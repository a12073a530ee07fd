// Over sockets: TLS that the service ends itself, callers known by their certificates, and plain HTTP kept to this machine.
import { X509Certificate } from "node:crypto";
import { Hono } from "hono";
import { afterAll, describe, expect, test } from "vitest";
import { preparer } from "../../src/aggregate/prepare.ts";
import { httpLimits } from "../../src/http/app.ts";
import { type Listening, listen } from "../../src/http/listen.ts";
import { servePlain } from "../../src/plain/index.ts";
import { nodeClock, nodeCrypto, nodeEntropy, nodeTransport, nodeWasm } from "../../src/platform/node/index.ts";
import { HpkeConfigList, hpkeConfigOf } from "../../src/protocol/dap/hpke-config.ts";
import { mediaType } from "../../src/protocol/dap/http.ts";
import type { TaskConfiguration } from "../../src/protocol/dap/task-configuration.ts";
import { memoryKeyValues, memoryMark } from "../../src/storage/memory/index.ts";
import * as certificates from "../support/certificates.ts";
import { newDapClient, newDapCollector } from "../support/dap-parties.ts";
import { agreement, collectorKey, newPair } from "../support/plain-pair.ts";

const fingerprint = ({ cert }: { cert: string }) =>
  new X509Certificate(cert).fingerprint256.replaceAll(":", "").toLowerCase();

const open: Listening[] = [];
afterAll(async () => void (await Promise.all(open.map((one) => one.stop(100)))));
const transports = [certificates.server, certificates.client, certificates.other].map((own) =>
  nodeTransport({ tls: { ca: certificates.server.cert, ...own } }),
) as [ReturnType<typeof nodeTransport>, ReturnType<typeof nodeTransport>, ReturnType<typeof nodeTransport>];
const nobody = nodeTransport({ tls: { ca: certificates.server.cert } });
afterAll(() => {
  for (const one of [...transports, nobody]) one.close();
});

test("both over TLS, the leader known to the helper by its certificate and the collector to the leader by its own", async () => {
  const [asLeader, asCollector, asOther] = transports;
  const ports = { leader: 0, helper: 0 };
  const parts = (transport: typeof asLeader) => ({
    store: memoryKeyValues(),
    mark: memoryMark(),
    crypto: nodeCrypto,
    entropy: nodeEntropy,
    clock: nodeClock,
    transport,
    preparer: preparer({ crypto: nodeCrypto, wasm: nodeWasm }),
    hpke: [{ id: 5, pair: newPair() }],
    hostname: "127.0.0.1",
    tls: () => certificates.server,
    log: () => undefined,
  });
  // Addresses are part of the task, and ports are known when somebody listens.
  for (const role of ["leader", "helper"] as const) {
    const held = await listen(new Hono(), httpLimits, { hostname: "127.0.0.1", port: 0 });
    ports[role] = held.port;
    await held.stop(0);
  }
  const configuration: Partial<TaskConfiguration> & Pick<TaskConfiguration, "vdaf"> = {
    vdaf: { type: "Prio3Histogram", length: 4, chunkLength: 2 },
    leaderUrl: `https://localhost:${ports.leader}`,
    helperUrl: `https://localhost:${ports.helper}`,
    timePrecision: 60n,
  };
  const { agreed, leader, helper } = agreement(configuration);
  const aggregators = { certificate: fingerprint(certificates.server) };
  const collects = { certificate: fingerprint(certificates.client) };
  open.push(
    await servePlain({ ...parts(asLeader), port: ports.leader, tasks: [{ ...leader, aggregators, collects }] }),
  );
  open.push(await servePlain({ ...parts(nobody), port: ports.helper, tasks: [{ ...helper, aggregators }] }));
  const client = await newDapClient(nobody, agreed);
  const minute = BigInt(Math.floor(Date.now() / 60_000));
  expect(await client.upload(...(await Promise.all([0, 3, 3].map((one) => client.report(one, minute)))))).toEqual(
    new Map(),
  );
  const query = { mode: "time-interval", interval: { start: minute, duration: 1n } } as const;
  for (const stranger of [nobody, asLeader, asOther])
    await expect(newDapCollector(stranger, agreed, collectorKey, {}).start(query)).rejects.toMatchObject({
      code: "unauthorized",
    });
  const { count, result } = await newDapCollector(asCollector, agreed, collectorKey, {}).collect(
    query,
    () => new Promise((resolve) => setTimeout(resolve, 100)),
  );
  expect([count, result]).toEqual([3n, [1n, 0n, 0n, 2n]]);
  // The helper takes nothing of anybody else, a collector among them.
  for (const stranger of [nobody, asCollector, asOther]) {
    const url = `${agreed.configuration.helperUrl}/tasks/${Buffer.from(agreed.id).toString("base64url")}/aggregate_shares`;
    expect((await stranger.send({ method: "POST", url, headers: {}, body: new Uint8Array(1) })).status).toBe(401);
  }
  // Plain HTTP at that port is no request.
  const plain = nodeTransport();
  await expect(
    plain.send({ method: "GET", url: `http://localhost:${ports.leader}/hpke_config` }),
  ).rejects.toMatchObject({ code: "unavailable" });
  plain.close();
});

describe("plain HTTP", () => {
  test.each(["0.0.0.0", "::", "192.0.2.1", "stats.example", "127.0.0.1.example", "127.example"])(
    "is refused on %s at start, saying what to do",
    async (hostname) => {
      await expect(listen(new Hono(), httpLimits, { hostname, port: 0 })).rejects.toMatchObject({
        code: "policy_refused",
        message: expect.stringContaining(hostname),
        hint: expect.stringContaining("listen.tls"),
      });
    },
  );

  test("is served on this machine, and beyond it where a proxy was named", async () => {
    for (const options of [
      { hostname: "127.0.0.1" },
      { hostname: "localhost" },
      { hostname: "0.0.0.0", behindProxy: true },
    ]) {
      const listening = await listen(new Hono(), httpLimits, { ...options, port: 0 });
      await listening.stop(0);
    }
  });

  test("a certificate that is none, or not the key's, is refused at start", async () => {
    for (const pair of [
      { cert: "no certificate", key: certificates.server.key },
      { cert: certificates.server.cert, key: certificates.other.key },
    ])
      await expect(
        listen(new Hono(), httpLimits, { hostname: "127.0.0.1", port: 0, tls: () => pair }),
      ).rejects.toMatchObject({ code: "invalid_data" });
    const missing = () => {
      throw new Error("ENOENT: no such file");
    };
    await expect(
      listen(new Hono(), httpLimits, { hostname: "127.0.0.1", port: 0, tls: missing }),
    ).rejects.toMatchObject({ message: expect.stringContaining("ENOENT") });
  });
});

test("a leader that is told to stop does not wait for a helper that has deferred", async () => {
  const { agreed, leader } = agreement({ vdaf: { type: "Prio3Count" }, timePrecision: 60n });
  let deferred: () => void = () => undefined;
  const waiting = new Promise<void>((resolve) => {
    deferred = resolve;
  });
  const store = memoryKeyValues();
  const own = { id: 5, pair: newPair() };
  const running = await servePlain({
    store,
    mark: memoryMark(),
    crypto: nodeCrypto,
    entropy: nodeEntropy,
    clock: nodeClock,
    transport: {
      async send() {
        deferred();
        const headers = { location: "aggregation_jobs/x", "retry-after": "3600" };
        return { status: 201, headers, body: new Uint8Array(0) };
      },
    },
    preparer: preparer({ crypto: nodeCrypto, wasm: nodeWasm }),
    hpke: [own],
    hostname: "127.0.0.1",
    port: 0,
    tasks: [leader],
    log: () => undefined,
  });
  const config = HpkeConfigList.encode([hpkeConfigOf(own.id, own.pair.public)]);
  const headers = { "content-type": mediaType("hpke-config-list"), "cache-control": "max-age=1" };
  const keys = { send: async () => ({ status: 200, headers, body: config }) };
  const report = await (await newDapClient(keys, agreed)).report(1, BigInt(Math.floor(Date.now() / 60_000)));
  const plain = nodeTransport();
  const url = `http://127.0.0.1:${running.port}/tasks/${Buffer.from(agreed.id).toString("base64url")}/reports`;
  const sent = await plain.send({
    method: "POST",
    url,
    headers: { "content-type": mediaType("upload-req") },
    body: report,
  });
  expect([sent.status, sent.body.length]).toEqual([200, 0]);
  await waiting;
  const since = performance.now();
  await running.stop(100);
  expect(performance.now() - since).toBeLessThan(5000);
  plain.close();
  // The job is written down for the next start.
  expect((await store.read((rows) => rows.list("j/", 9))).length).toBe(1);
});
