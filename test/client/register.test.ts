// What a register shows costs a device a bounded amount, and nothing in it hides the tasks that are right.
import { describe, expect, test } from "vitest";
import { toBase64Url, utf8 } from "../../src/base/bytes.ts";
import { readBounds } from "../../src/client/news.ts";
import { nodeTransport } from "../../src/platform/node/index.ts";
import type { TransportRequest, TransportResponse } from "../../src/ports/transport.ts";
import { HpkeConfig, hpkeConfigOf } from "../../src/protocol/dap/hpke-config.ts";
import type { Envelope } from "../../src/task/envelope.ts";
import { encodeManifest, type Manifest } from "../../src/task/manifest.ts";
import { newCluster, testLimits } from "../support/cluster.ts";
import { smallQuestion } from "../support/questions.ts";
import { newRound } from "../support/rounds.ts";
import { device, signedByBoth, uploadsOf } from "./harness.ts";

const cluster = newCluster();
const round = await newRound(cluster);
const [envelope] = await cluster.coordinator.tasks();
if (envelope === undefined) throw new Error("a task");
const good: Envelope = envelope;

/** A device before a register that answers as told. */
async function facing(answer: (request: TransportRequest, nth: number) => string | Partial<TransportResponse>) {
  const one = device(cluster);
  await one.client.consent.grant("service-improvement");
  const send = one.wire.send.bind(one.wire);
  let asked = 0;
  one.wire.send = async (request) => {
    if (!request.url.includes("/v1/tasks")) return await send(request);
    const given = answer(request, asked++);
    return {
      status: 200,
      headers: {},
      ...(typeof given === "string" ? { body: utf8(given) } : { body: utf8(""), ...given }),
    };
  };
  const timed = async () => {
    const start = performance.now();
    const results = await one.client.sync();
    return { results, ms: performance.now() - start };
  };
  return { ...one, timed, asked: () => asked };
}

const page = (tasks: readonly unknown[], next = "") => JSON.stringify({ tasks, next });
const junk = (n: number) => ({
  manifest: toBase64Url(utf8(`{"junk":${n}}`)),
  register: "A".repeat(86),
  helper: "A".repeat(86),
});

describe("one task that is wrong never hides the others", () => {
  const withKey = (publicKey: Uint8Array): Manifest => {
    const hpke = toBase64Url(HpkeConfig.encode(hpkeConfigOf(1, publicKey)));
    const { aggregators } = round.manifest;
    return { ...round.manifest, aggregators: { ...aggregators, leader: { ...aggregators.leader, hpke } } };
  };
  const deep = `{"manifest":${"[".repeat(5000)}${"]".repeat(5000)}}`;

  test.each<[string, unknown]>([
    ["a receiving key of low order", signedByBoth(cluster, encodeManifest(withKey(new Uint8Array(32))))],
    ["another of low order", signedByBoth(cluster, encodeManifest(withKey(new Uint8Array(32).fill(1, 0, 1))))],
    ["an unknown field in the envelope", { ...good, more: 1 }],
    ["an unknown field in the manifest", signedByBoth(cluster, utf8(JSON.stringify({ ...round.manifest, more: 1 })))],
    ["no envelope at all", null],
    ["a number", 7],
    ["an array", [good]],
    ["a deep tree", "DEEP"],
    ["a manifest of absurd length", { ...good, manifest: "A".repeat(800_000) }],
    ["a ρ of thirty digits", signedByBoth(cluster, encodeManifest({ ...round.manifest, rho: "9".repeat(30) }))],
  ])("%s", async (_, wrong) => {
    const shown = await wrong;
    const { client, wire } = await facing(() => page([shown, good]).replace('"DEEP"', deep));
    expect((await client.sync()).map(({ outcome }) => outcome)).toEqual(["refused", "sent"]);
    expect(uploadsOf(wire)).toHaveLength(1);
  });
});

describe("a hostile register costs a bounded amount", () => {
  test("sixty thousand envelopes that nobody signed: at most 32 are looked at a sync", async () => {
    const all = Array.from({ length: 60_000 }, (_, n) => junk(n));
    const parts = Array.from({ length: 10 }, (_, i) => page(all.slice(i * 6000, (i + 1) * 6000), `${i + 1}`));
    const { timed, asked } = await facing((_, nth) => parts[nth % 10] as string);
    const { results, ms } = await timed();
    expect(results).toHaveLength(33);
    expect(results.every(({ outcome }) => outcome === "refused")).toBe(true);
    expect(asked()).toBe(1);
    expect(ms).toBeLessThan(1000);
  });

  test("the same task ten thousand times is looked at once", async () => {
    const { timed, wire } = await facing(() => page(new Array(600).fill(good)));
    const { results, ms } = await timed();
    expect(results).toHaveLength(1);
    expect(uploadsOf(wire)).toHaveLength(1);
    expect(ms).toBeLessThan(1000);
  });

  test("pages that each hold something new: eight a sync, and the next sync goes on where it stopped", async () => {
    const tasks = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        signedByBoth(cluster, encodeManifest({ ...round.manifest, name: `n${i}`, minBatch: 1 })),
      ),
    );
    const cursors: string[] = [];
    const { client, asked } = await facing(({ url }, nth) => {
      cursors.push(new URL(url).searchParams.get("after") ?? "");
      return page([tasks[nth]], `c${nth + 1}`);
    });
    await client.sync();
    expect(asked()).toBe(8);
    await client.sync();
    expect(asked()).toBe(16);
    expect(cursors).toEqual(["", ...Array.from({ length: 15 }, (_, i) => `c${i + 1}`)]);
  });

  test("a page that holds nothing new is the last of a sync, and the next sync goes on after it", async () => {
    const cursors: string[] = [];
    const { client } = await facing(({ url }, nth) => {
      cursors.push(new URL(url).searchParams.get("after") ?? "");
      return page([good, junk(nth)], `c${nth + 1}`);
    });
    await client.sync();
    await client.sync();
    expect(cursors).toEqual(["", "c1", "c2", "c3"]);
  });

  test("a page of more than a sync judges: the next one goes on within it, and nothing is left out or looked at twice", async () => {
    const count = 2 * readBounds.judged + 20;
    const tasks = await Promise.all(
      Array.from({ length: count }, (_, i) =>
        signedByBoth(cluster, encodeManifest({ ...round.manifest, name: `n${i}`, minBatch: 1 })),
      ),
    );
    const { client } = await facing(({ url }) => (url.includes("after=") ? page([], "end") : page(tasks, "end")));
    const judged: number[] = [];
    for (let sync = 0; sync < 4; sync++) judged.push((await client.sync()).length);
    expect(judged).toEqual([readBounds.judged, readBounds.judged, 20, 0]);
  });

  test("where the task it left off at is gone from the page, it is read from its beginning", async () => {
    const some = Array.from({ length: readBounds.judged + 9 }, (_, i) =>
      signedByBoth(cluster, encodeManifest({ ...round.manifest, name: `n${i}`, minBatch: 1 })),
    );
    let tasks = await Promise.all(some);
    const { client } = await facing(({ url }) => (url.includes("after=") ? page([], "end") : page(tasks, "end")));
    await client.sync();
    tasks = tasks.filter((_, i) => i !== readBounds.judged - 1);
    expect(await client.sync()).toHaveLength(readBounds.judged);
    expect(await client.sync()).toHaveLength(8);
  });

  test.each<[string, string | Partial<TransportResponse>, string]>([
    ["a page of a hundred megabytes", { body: new Uint8Array(100 * 2 ** 20) }, "body_too_large"],
    ["what is no JSON", "<html>", "invalid_message"],
    ["a tree a hundred thousand deep", "[".repeat(100_000) + "]".repeat(100_000), "invalid_message"],
    ["no page", "[]", "invalid_message"],
    ["no tasks", '{"next":""}', "invalid_message"],
    ["no cursor", '{"tasks":[]}', "invalid_message"],
    ["a cursor of absurd length", page([], "x".repeat(201)), "invalid_message"],
    ["null", "null", "invalid_message"],
    ["a redirect", { status: 302 }, "unavailable"],
  ])("%s is a typed error", async (_, answer, code) => {
    const { client, wire } = await facing(() => answer);
    await expect(client.sync()).rejects.toMatchObject({ code });
    expect(uploadsOf(wire)).toEqual([]);
  });

  test("an answer that never ends, or is too long, ends at the transport's own limits", async () => {
    const { createServer } = await import("node:http");
    const server = createServer((request, response) => {
      response.writeHead(200);
      if (request.url?.startsWith("/hang")) response.write("{");
      else {
        const chunk = Buffer.alloc(65_536, 32);
        const write = () => {
          if (!response.destroyed) response.write(chunk, write);
        };
        write();
      }
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const base = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
    const transport = nodeTransport({ timeoutMs: 300 });
    const get = (path: string) => transport.send({ method: "GET", url: base + path, responseBytesMax: 1_000_000 });
    try {
      await expect(get("/hang")).rejects.toMatchObject({ code: "unavailable" });
      await expect(get("/flood")).rejects.toMatchObject({ code: "body_too_large" });
    } finally {
      transport.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });
});

describe("what a device remembers of the register", () => {
  const asks = (one: { wire: { sent: readonly TransportRequest[] } }) =>
    one.wire.sent.filter(({ url }) => url.includes("/v1/tasks")).map(({ url }) => url.includes("?after="));

  test("it asks for what is new; a consent or limit that changed asks anew, and what was refused is answered", async () => {
    const own = newCluster();
    await newRound(own, { ...smallQuestion, purpose: "research" });
    await newRound(own);
    const one = device(own);
    await one.client.consent.grant("service-improvement");
    expect((await one.client.sync()).map(({ outcome }) => outcome)).toEqual(["refused", "sent"]);
    expect(await one.client.sync()).toEqual([]);
    await newRound(own, { ...smallQuestion, privacy: { epsilon: "0.5" } });
    expect((await one.client.sync()).map(({ outcome }) => outcome)).toEqual(["sent"]);
    expect(asks(one).filter((after) => !after)).toHaveLength(1);
    await one.client.consent.grant("research");
    expect((await one.client.sync()).map(({ outcome }) => outcome)).toEqual(["sent"]);
    expect(asks(one).filter((after) => !after)).toHaveLength(2);
    const other = device(own, undefined, { store: one.store, limits: { ...testLimits, minBatchFloor: 4 } });
    expect(await other.client.sync()).toEqual([]);
    expect(asks(other)[0]).toBe(false);
  });
});

test.each([
  ["a week behind", -7],
  ["a week ahead", 7],
])("a device whose clock was %s answers once it is right, though it had read the register before", async (_, days) => {
  const one = await facing((request) => page(request.url.includes("after=") ? [] : [good], "c1"));
  const right = one.clock.at;
  one.clock.at = right + days * 86_400_000;
  expect(await one.client.sync()).toMatchObject([{ outcome: "refused", code: "manifest_refused" }]);
  one.clock.at = right;
  expect(await one.client.sync()).toMatchObject([{ outcome: "sent" }]);
  expect(await one.client.sync()).toEqual([]);
});
