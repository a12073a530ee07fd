// A part of the app that does not load: a page of an older build, a cut line. What needs it waits; nothing is refused for it.
import { afterEach, expect, test, vi } from "vitest";
import { formatDay } from "../../src/base/calendar.ts";
import { engineFor } from "../../src/client/engine.ts";
import { attendanceDraft } from "../../src/learning/plan/attendance.ts";
import { nodeCrypto, nodeEntropy } from "../../src/platform/node/index.ts";
import { webWasm } from "../../src/platform/web/wasm.ts";
import type { Transport } from "../../src/ports/transport.ts";
import { type DeviceEngine, newDeviceSharder } from "../../src/protocol/vdaf/device-sharder.ts";
import { plainEngine } from "../../src/report/engine.ts";
import { population } from "../../src/simulate/index.ts";
import { type Cluster, newCluster, noNoise } from "../support/cluster.ts";
import { newMaskedCohort } from "../support/masked-cohort.ts";
import { people } from "../support/masked-device.ts";
import { lastDay, nowSeconds } from "../support/questions.ts";
import { newRound } from "../support/rounds.ts";
import { issuerUrl, newTestIssuer } from "../support/tokens.ts";
import { device } from "./harness.ts";

const part = "../../src/client/training.ts";
const maskedPart = "../../src/client/masked/rounds.ts";
const tokensPart = "../../src/client/tokens.ts";

/** As an engine says it of a chunk that is not there any more. */
function missing(path: string): void {
  vi.doMock(path, () => {
    throw new TypeError("Failed to fetch dynamically imported module");
  });
}

function back(path: string): void {
  vi.doUnmock(path);
  vi.resetModules();
}

afterEach(() => [part, maskedPart, tokensPart].forEach(back));

test("a training waits until what trains can be loaded, and is answered then", async () => {
  const cluster = newCluster();
  const draft = attendanceDraft({ metrics: ["steps", "visits"], expected: 25, least: 5 });
  await cluster.coordinator.trainings.begin({ ...draft, end: formatDay(lastDay) });
  const [member] = population({ seed: "woken", members: 1, lastDay });
  const { client, wire } = device(cluster, member);
  await client.consent.grant("model-training");
  missing(part);
  for (let i = 0; i < 2; i++)
    expect(await client.sync()).toMatchObject([{ outcome: "waiting", why: expect.stringContaining("did not load") }]);
  expect(wire.sent.every(({ method }) => method === "GET")).toBe(true);
  back(part);
  expect(await client.sync()).toMatchObject([{ outcome: "sent" }]);
});

test.each([part, maskedPart])("masked rounds wait for %s, and the sync goes on to its end", async (path) => {
  const cohort = await newMaskedCohort();
  const client = cohort.client(people[0] as (typeof people)[number], 0);
  await client.consent.grant("model-training");
  missing(path);
  const waits = [{ outcome: "waiting", why: expect.stringContaining("did not load") }];
  for (let i = 0; i < 2; i++) expect(await client.sync()).toMatchObject(waits);
  expect(cohort.traffic.every(({ method }) => method === "GET")).toBe(true);
  back(path);
  // It has its place in the round, which waits for the others.
  expect(await client.sync()).toMatchObject([{ outcome: "waiting", task: cohort.task }]);
  expect(cohort.traffic.some(({ method }) => method !== "GET")).toBe(true);
});

test("a question that costs tokens waits for the part that spends them, and is answered then", async () => {
  const probe = await newRound(newCluster({ noise: noNoise }));
  const rho = BigInt(probe.manifest.rho);
  const { terms, fetch } = await newTestIssuer(rho / 2n + 1n, (rho / 2n + 1n) * 4n);
  const cluster = newCluster({ noise: noNoise, terms: { tokens: terms }, policy: { tokens: terms } });
  await newRound(cluster);
  const [member] = population({ seed: "woken", members: 1, lastDay });
  const { client } = device(cluster, member, {
    tokens: {
      ...{ url: issuerUrl, issuer: terms.issuer, key: terms.key },
      rhoPerToken: Number(terms.rho) / 1e9,
      rhoPerYear: (Number(terms.rho) / 1e9) * 4,
      headers: () => ({ authorization: "Bearer one" }),
    },
    platform: {
      ...{ crypto: nodeCrypto, entropy: nodeEntropy, clock: { now: () => nowSeconds * 1000 } },
      transport: issuerBeside(cluster, fetch),
    },
  });
  await client.consent.grant("service-improvement");
  missing(tokensPart);
  const waits = [{ outcome: "waiting", why: expect.stringContaining("did not load") }];
  for (let i = 0; i < 2; i++) expect(await client.sync()).toMatchObject(waits);
  back(tokensPart);
  expect(await client.sync()).toMatchObject([{ outcome: "sent" }]);
});

/** The services, and the issuer where it is meant. */
function issuerBeside(cluster: Cluster, issuer: (request: Request) => Promise<Response>): Transport {
  return {
    async send(request) {
      const { method, url, headers = {}, body } = request;
      if (!url.startsWith(issuerUrl)) return await cluster.transport.send(request);
      const response = await issuer(new Request(url, { method, headers, body: body as Uint8Array<ArrayBuffer> }));
      return { status: response.status, headers: {}, body: new Uint8Array(await response.arrayBuffer()) };
    },
  };
}

test("a long report is made in plain TypeScript where the kernels do not load", async () => {
  const vdaf = { type: "Prio3SumVec", length: 4000, maxMeasurement: 1, chunkLength: 64 } as const;
  const kernels = vi.fn(() => Promise.reject(new TypeError("Failed to fetch dynamically imported module")));
  const engine = await engineFor(vdaf, { kernels, platform: { wasm: webWasm } });
  expect(kernels).toHaveBeenCalledTimes(1);
  const values = Array.from({ length: vdaf.length }, (_, i) => i & 1);
  const sharded = (made: DeviceEngine) =>
    newDeviceSharder(vdaf, made).shard(new Uint8Array(8), values, new Uint8Array(16), new Uint8Array(128).fill(7));
  expect(sharded(engine)).toEqual(sharded(await plainEngine(vdaf)));
});
