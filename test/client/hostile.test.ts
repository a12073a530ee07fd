// What a hostile coordinator costs a device, counted: requests, bytes read, signatures checked. The time and memory that follow
// from it are measured in test/long/client/hostile.test.ts.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isPacelineError } from "../../src/base/errors.ts";
import { type ClientOptions, createClient } from "../../src/client/index.ts";
import { readBounds } from "../../src/client/news.ts";
import { answerBounds } from "../../src/client/sync.ts";
import { memoryDeviceStore } from "../../src/platform/device-memory.ts";
import { nodeCrypto, nodeEntropy } from "../../src/platform/node/index.ts";
import { webTransport } from "../../src/platform/web/index.ts";
import { type Hostile, startHostile } from "../support/hostile.ts";
import { registerCases } from "../support/hostile-pages.ts";
import { issuerCases, uploadCases } from "../support/hostile-services.ts";
import { nowSeconds, steadyMember } from "../support/questions.ts";
import { newTestIssuer } from "../support/tokens.ts";

let hostile: Hostile;
beforeAll(async () => {
  hostile = await startHostile();
});
afterAll(async () => await hostile.close());

const PAGE = 2 * 2 ** 20;

/** @param hangs whether nothing will come, so that waiting is in vain */
async function facing(hangs = false, options: Partial<ClientOptions> = {}) {
  const counted = { read: 0, verified: 0 };
  const transport = webTransport({ timeoutMs: hangs ? 200 : 20_000 });
  const client = createClient({
    coordinator: { url: hostile.url, registerKey: hostile.registerKey },
    helper: { url: "https://helper.test", signingKey: hostile.helperKey },
    store: memoryDeviceStore(),
    days: () => steadyMember(62).days,
    profile: () => ({}),
    schedule: "at-once",
    limits: { minBatchFloor: 5, rhoPerTask: 1, rhoPerEpoch: 1000, rhoPerYear: 1000 },
    platform: {
      clock: { now: () => nowSeconds * 1000 },
      entropy: nodeEntropy,
      crypto: {
        ...nodeCrypto,
        ed25519Verify(key, message, signature) {
          counted.verified += 1;
          return nodeCrypto.ed25519Verify(key, message, signature);
        },
      },
      transport: {
        async send(request) {
          const response = await transport.send(request);
          counted.read += response.body.length;
          return response;
        },
      },
    },
    ...options,
  });
  await client.consent.grant("service-improvement");
  /** What a sync ended with, and what it took. */
  const sync = async () => {
    const outcomes = await client.sync().then(
      (results) => results.map(({ outcome }) => outcome as string),
      (error: unknown) => [isPacelineError(error) ? error.code : `${error}`],
    );
    const took = { ...counted };
    Object.assign(counted, { read: 0, verified: 0 });
    return { outcomes, ...took };
  };
  return { client, sync };
}

test("the control: what both signed is answered", async () => {
  const envelope = await hostile.envelope(hostile.manifest());
  hostile.face((request, response) =>
    response.end(request.method === "GET" ? JSON.stringify({ tasks: [envelope], next: "" }) : ""),
  );
  const { sync } = await facing();
  expect((await sync()).outcomes).toEqual(["sent"]);
  expect(hostile.asked).toHaveLength(2);
});

describe("whatever the register answers, a sync is bounded, and nothing leaves", () => {
  test.each(registerCases.map((each) => [each.name, each] as const))(
    "%s",
    async (name, { answer, requests, hangs }) => {
      const signed = name.includes("both");
      hostile.face(await answer(hostile));
      const { client, sync } = await facing(hangs);
      const { outcomes, read, verified } = await sync();
      expect(
        outcomes.filter(
          (outcome) => !["refused", "unavailable", "body_too_large", "invalid_message"].includes(outcome),
        ),
      ).toEqual([]);
      expect(hostile.asked.length).toBeLessThanOrEqual(requests);
      expect(hostile.asked.every((one) => one === "GET /v1/tasks")).toBe(true);
      expect(read).toBeLessThanOrEqual(readBounds.bytes + PAGE);
      // Consent's own receipts are checked too.
      expect(verified).toBeLessThanOrEqual(3 + 2 * (outcomes.length + 1));
      expect(outcomes.length).toBeLessThanOrEqual(signed ? readBounds.judged : readBounds.bad + 1);
      expect(await client.log()).toEqual([]);
      expect(await client.ledger()).toEqual([]);
    },
  );
});

/** Twenty tasks that a device answers at once; a report is answered as told. */
async function twenty(answer: Parameters<Hostile["face"]>[0]) {
  const tasks = await Promise.all(
    Array.from({ length: 20 }, (_, i) => hostile.envelope(hostile.manifest({ name: `n${i}` }))),
  );
  hostile.face((request, response, nth) => {
    if (request.method === "GET") response.end(JSON.stringify({ tasks, next: "" }));
    else answer(request, response, nth);
  });
}
const posts = () => hostile.asked.filter((one) => one.startsWith("POST")).length;

describe("whatever becomes of reports, twenty that wait cost a sync a few requests, and none is lost", () => {
  test.each(uploadCases.map((each) => [each.name, each] as const))("%s", async (_, { answer, requests, hangs }) => {
    await twenty(await answer(hostile));
    const { sync, client } = await facing(hangs);
    expect((await sync()).outcomes).toEqual(new Array(20).fill("queued"));
    expect([hostile.asked.length, posts()]).toEqual([1 + requests, requests]);
    hostile.asked.length = 0;
    await sync();
    expect(posts()).toBeLessThanOrEqual(requests);
    expect(hostile.asked.length).toBeLessThanOrEqual(requests);
    expect(client.snapshot().queued).toBe(20);
  });

  test("one that always fails keeps no other back", async () => {
    let poisoned: string | undefined;
    await twenty((request, response) => {
      poisoned ??= request.url;
      response.writeHead(request.url === poisoned ? 500 : 200).end();
    });
    const { sync, client } = await facing();
    await sync();
    expect(client.snapshot().queued).toBe(1);
  });
});

test("a helper that signs whatever it is shown: a sync answers so many, and proves over so much, and the rest waits", async () => {
  const tasks = await Promise.all(
    Array.from({ length: 70 }, (_, i) => hostile.envelope(hostile.manifest({ name: `n${i}` }))),
  );
  hostile.face((request, response) =>
    response.end(request.method === "GET" ? JSON.stringify({ tasks, next: "" }) : ""),
  );
  const { sync } = await facing();
  const { outcomes } = await sync();
  expect(outcomes.filter((one) => one === "sent")).toHaveLength(answerBounds.tasks);
  expect(outcomes.filter((one) => one === "waiting")).toHaveLength(70 - answerBounds.tasks);
  expect((await sync()).outcomes.filter((one) => one === "sent")).toHaveLength(70 - answerBounds.tasks);
});

describe("whatever an issuer of tokens answers, a sync asks it once, keeps no token, and goes on", () => {
  const COUNT = 8;
  let terms: Awaited<ReturnType<typeof newTestIssuer>>["terms"];
  beforeAll(async () => {
    terms = (await newTestIssuer()).terms;
  });
  test.each(issuerCases(COUNT).map((each) => [each.name, each] as const))("%s", async (_, { answer, hangs }) => {
    const issues = await answer(hostile);
    hostile.face((request, response, nth) => {
      if (request.url?.startsWith("/issuer")) issues(request, response, nth);
      else response.end(JSON.stringify({ tasks: [], next: "" }));
    });
    const store = memoryDeviceStore();
    const { issuer, key } = terms;
    const tokens = { url: `${hostile.url}/issuer`, issuer, key, rhoPerToken: 0.005, rhoPerYear: 0.005 * COUNT };
    const { sync } = await facing(hangs, { tokens, store });
    expect((await sync()).outcomes).toEqual([]);
    expect(hostile.asked).toEqual(["POST /issuer/token-request", "GET /v1/tasks"]);
    expect(await store.keys("token/")).toEqual([]);
  });
});
