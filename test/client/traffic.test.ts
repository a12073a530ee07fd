// The member log against the traffic: a whole life of a device goes through sockets that take down every byte, and each request is
// looked for in the log, its bytes in what the log holds of them. What the log does not tell is found.
import { createHash } from "node:crypto";
import { afterEach, describe, expect, test } from "vitest";
import { equalBytes } from "../../src/base/bytes.ts";
import type { Client, ClientOptions, LogEntry } from "../../src/client/index.ts";
import { nodeCrypto, nodeEntropy } from "../../src/platform/node/index.ts";
import type { Transport, TransportRequest } from "../../src/ports/transport.ts";
import { type Capture, type Captured, capturing } from "../support/capture.ts";
import { newCluster, noNoise, urls } from "../support/cluster.ts";
import { nowSeconds, smallQuestion, steadyMember } from "../support/questions.ts";
import { newRound } from "../support/rounds.ts";
import { issuerUrl, newTestIssuer } from "../support/tokens.ts";
import { device } from "./harness.ts";

const captures: Capture[] = [];
afterEach(async () => {
  for (const one of captures.splice(0)) await one.close();
});

const digestOf = (body: Uint8Array) => createHash("sha256").update(body).digest("base64url");

/** Requests that the log does not tell, and lines of it that nothing was sent for. */
function differences(log: readonly LogEntry[], traffic: readonly Captured[]): string[] {
  const found: string[] = [];
  const lines = log.filter(({ requests }) => requests === undefined).map((line) => ({ line, taken: false }));
  for (const { method, url, body } of traffic.filter((one) => one.body.length > 0)) {
    const twin = lines.find(
      ({ line, taken }) =>
        !taken && line.to === url && line.bytes === body.length && line.digest === digestOf(body) && method === "POST",
    );
    if (twin === undefined) found.push(`not in the log: ${method} ${url} of ${body.length} bytes`);
    else twin.taken = true;
  }
  for (const { line, taken } of lines) if (!taken) found.push(`not in the traffic: ${line.to}`);
  const asked = new Map<string, number>();
  for (const { url, body } of traffic)
    if (body.length === 0) {
      const [to = ""] = url.split("?");
      asked.set(to, (asked.get(to) ?? 0) + 1);
    }
  for (const { to, requests = 0 } of log) if (requests > 0) asked.set(to, (asked.get(to) ?? 0) - requests);
  for (const [to, count] of asked) if (count !== 0) found.push(`${to}: ${count} more in the traffic than in the log`);
  return found;
}

/** Everything of a head that may leave; the values say nothing of a member, but for what the app itself gives the issuer. */
const heads: Readonly<Record<string, RegExp>> = {
  host: /^127\.0\.0\.1:\d+$/,
  connection: /^keep-alive$/,
  accept: /^application\/json$/,
  "content-type": /^application\/(dap-upload-req|ppm-dap;message=upload-req|private-token-request)$/,
  "content-length": /^\d+$/,
  authorization: /^Bearer ann$/,
};

async function life() {
  const probe = await newRound(newCluster({ noise: noNoise }));
  const rho = BigInt(probe.manifest.rho);
  const issuer = await newTestIssuer(rho, rho * 6n);
  const { terms } = issuer;
  const cluster = newCluster({ noise: noNoise, terms: { tokens: terms }, policy: { tokens: terms } });
  const services: Transport = {
    async send(request) {
      if (!request.url.startsWith(issuerUrl)) return await cluster.transport.send(request);
      const { method, headers = {}, body } = request;
      const answer = await issuer.fetch(
        new Request(request.url, { method, headers, ...(body && { body: body as Uint8Array<ArrayBuffer> }) }),
      );
      return {
        status: answer.status,
        headers: Object.fromEntries(answer.headers),
        body: new Uint8Array(await answer.arrayBuffer()),
      };
    },
  };
  const state: { client?: Client; dead: string; exact: number; wrong: string[] } = { dead: "", exact: 0, wrong: [] };
  const seen = async (request: TransportRequest) => {
    const { url, body } = request;
    if (body !== undefined) {
      // Noted before it left, with the very bytes.
      const line = (await (state.client as Client).log()).findLast((one) => one.to === url && one.body !== undefined);
      if (line?.body !== undefined && equalBytes(line.body, body)) state.exact++;
      else state.wrong.push(url);
    }
    return state.dead === "" || !url.includes(state.dead);
  };
  const capture = await capturing([urls.coordinator, urls.helper, issuerUrl], services, seen);
  captures.push(capture);
  const tokens: ClientOptions["tokens"] = {
    url: issuerUrl,
    issuer: terms.issuer,
    key: terms.key,
    rhoPerToken: Number(terms.rho) / 1e9,
    rhoPerYear: (Number(terms.rho) / 1e9) * 6,
    headers: () => ({ authorization: "Bearer ann" }),
  };
  const clock = { at: nowSeconds * 1000, now: () => clock.at };
  const platform = { crypto: nodeCrypto, entropy: nodeEntropy, clock, transport: capture.transport };
  const { client, store } = device(cluster, steadyMember(62), { tokens, platform });
  state.client = client;
  return { cluster, client, store, capture, state, clock };
}

describe("the log of a whole life", () => {
  test("is the traffic: register, tokens, uploads, what failed and was sent again, what was taken back; nothing after that and erasure", async () => {
    const { cluster, client, capture, state } = await life();
    await newRound(cluster);
    // Without consent nothing leaves, so nothing is told.
    await client.sync();
    expect([capture.requests(), await client.log({ reads: true })]).toEqual([[], []]);
    await client.consent.grant("service-improvement");
    state.dead = "/token-request";
    await client.sync();
    state.dead = "/reports";
    await client.sync();
    expect((await client.log()).filter(({ delivered }) => !delivered).length).toBeGreaterThanOrEqual(2);
    state.dead = "";
    await client.sync();
    await newRound(cluster, { ...smallQuestion, name: "second", daysMin: 7 });
    await client.sync();
    const log = await client.log({ reads: true });
    const traffic = capture.requests();
    expect(differences(log, traffic)).toEqual([]);
    const posts = traffic.filter(({ method }) => method === "POST");
    // Two questions, one of them sent twice; tokens asked for twice.
    expect(posts.map(({ url }) => url.replace(/tasks\/[\w-]{43}/, "task")).sort()).toEqual([
      ...Array<string>(3).fill(`${urls.coordinator}/task/reports`),
      ...Array<string>(2).fill(`${issuerUrl}/token-request`),
    ]);
    // At the moment that each left, the log had its bytes; of what arrived it keeps the digest alone.
    expect([state.exact, state.wrong]).toEqual([posts.length, []]);
    expect(log.filter(({ body }) => body !== undefined)).toEqual([]);
    await client.withdraw("service-improvement");
    const all = capture.requests();
    // Two reports, each taken back at both aggregators.
    expect(all.slice(traffic.length).map(({ url }) => url.replace(/tasks\/[\w-]{43}/, "task"))).toEqual(
      [0, 1].flatMap(() => Object.values(urls).map((url) => `${url}/v1/task/withdrawals`)),
    );
    expect(differences(await client.log({ reads: true }), all)).toEqual([]);
    await client.sync();
    await client.eraseAll();
    await client.sync();
    expect(capture.requests()).toHaveLength(all.length);
    expect(await client.log({ reads: true })).toEqual([]);
  });

  test("a retry is the same bytes, to the last one", async () => {
    const { cluster, client, capture, state } = await life();
    await newRound(cluster);
    await client.consent.grant("service-improvement");
    state.dead = "/reports";
    await client.sync();
    const [waiting] = (await client.log()).filter(({ body }) => body !== undefined);
    state.dead = "";
    await client.sync();
    const [first, second] = capture.requests().filter(({ url }) => url.includes("/reports"));
    expect(equalBytes(first?.body as Uint8Array, second?.body as Uint8Array)).toBe(true);
    expect(equalBytes(waiting?.body as Uint8Array, first?.body as Uint8Array)).toBe(true);
  });

  test("heads say nothing: no cookie, no name of a device, and the account to the issuer alone", async () => {
    const { cluster, client, capture } = await life();
    await newRound(cluster);
    await client.consent.grant("service-improvement");
    await client.sync();
    const traffic = capture.requests();
    expect(traffic.length).toBeGreaterThan(2);
    for (const { url, headers } of traffic)
      for (const [name, value] of headers) {
        expect(value, `${name} to ${url}`).toMatch(heads[name] ?? /^no such header$/);
        if (name === "authorization") expect(url.startsWith(issuerUrl)).toBe(true);
      }
  });

  test("a request that the log does not tell is found, and so is one byte of difference", async () => {
    const { cluster, client, capture, state } = await life();
    await newRound(cluster);
    await client.consent.grant("service-improvement");
    await client.sync();
    const log = await client.log({ reads: true });
    const traffic = capture.requests();
    expect(differences(log, traffic)).toEqual([]);
    state.wrong.length = 0;
    await capture.transport.send({ method: "POST", url: `${urls.helper}/spy`, body: new Uint8Array([1]) });
    await capture.transport.send({ method: "GET", url: `${urls.coordinator}/v1/tasks?member=ann` });
    expect(differences(log, capture.requests())).toEqual([
      `not in the log: POST ${urls.helper}/spy of 1 bytes`,
      `${urls.coordinator}/v1/tasks: 1 more in the traffic than in the log`,
    ]);
    expect(state.wrong).toEqual([`${urls.helper}/spy`]);
    const flipped = traffic.map((one) =>
      one.body.length === 0 ? one : { ...one, body: one.body.map((byte, i) => (i === 99 ? byte ^ 1 : byte)) },
    );
    expect(differences(log, flipped)).toHaveLength(2 * traffic.filter(({ body }) => body.length > 0).length);
  });
});
