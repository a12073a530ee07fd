// Bodies and addresses in a form that others may read otherwise are refused on every route of every service, before anything is
// made of them. What of DAP's messages is strict beyond that is in test/protocol.
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { coordinatorRoutes, helperRoutes, type Route } from "../../src/api/routes.ts";
import { concat, fromUtf8, utf8 } from "../../src/base/bytes.ts";
import { httpLimits } from "../../src/http/app.ts";
import { AggregateShareReq, CollectionJobReq } from "../../src/protocol/dap/collection.ts";
import { type HttpMessage, mediaType } from "../../src/protocol/dap/http.ts";
import { analystToken, leaderToken, newCluster, operatorTokens, urls } from "../support/cluster.ts";
import { aggregatorToken, collectorToken, pairUrls } from "../support/plain-pair.ts";
import { hour, interval, nothing, standing } from "../support/plain-standing.ts";
import { newTestIssuer } from "../support/tokens.ts";

const cluster = newCluster();
const someTask = "A".repeat(43);
const tokenOf = { anyone: undefined, analyst: analystToken, leader: leaderToken, helper: leaderToken };
const rows = [
  ...Object.entries<Route>(coordinatorRoutes).map(([name, route]) => ({ base: urls.coordinator, name, route })),
  ...Object.entries<Route>(helperRoutes).map(([name, route]) => ({ base: urls.helper, name, route })),
];
type Row = (typeof rows)[number];
const pathOf = ({ route }: Row, task = someTask) =>
  route.path.replaceAll(/\{(\w+)\}/g, (_, parameter) => (parameter === "index" ? "0" : task));

async function ask({ base, route }: Row, path: string, body?: Uint8Array, more: Record<string, string> = {}) {
  const operator = base === urls.helper ? operatorTokens.helper : operatorTokens.coordinator;
  const token = route.caller === "operator" ? operator : tokenOf[route.caller];
  const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }), ...more };
  const answer = await cluster.transport.send({
    method: route.method,
    url: base + path,
    headers,
    ...(body && { body }),
  });
  return { status: answer.status, text: fromUtf8(answer.body) };
}

/** Each with what it is refused for. */
const bodies: Readonly<Record<string, readonly [Uint8Array, string]>> = {
  "a key twice": [utf8('{"secret":1,"secret":2}'), "occurs twice"],
  "a key twice, spelt in two ways": [utf8('{"secret":1,"\\u0073ecret":2}'), "occurs twice"],
  "a key twice, deep inside": [utf8('{"a":[{"b":{"c":1,"c":1}}]}'), "occurs twice"],
  "nesting beyond what is read": [utf8(`${"[".repeat(65)}${"]".repeat(65)}`), "nested deeper"],
  "nesting in the hundred thousands": [utf8("[".repeat(200_000)), "nested deeper"],
  "a number that no double holds": [utf8('{"a":9007199254740993}'), "2^53"],
  "a number beyond all": [utf8('{"a":1e999}'), "2^53"],
  "no UTF-8": [concat(utf8('{"a":"'), Uint8Array.of(0xff), utf8('"}')), "UTF-8"],
  "UTF-8 longer than it need be": [concat(utf8('{"a":"'), Uint8Array.of(0xc0, 0xaf), utf8('"}')), "UTF-8"],
  "half a surrogate in UTF-8": [concat(utf8('{"a":"'), Uint8Array.of(0xed, 0xa0, 0x80), utf8('"}')), "UTF-8"],
  "a mark of byte order": [concat(Uint8Array.of(0xef, 0xbb, 0xbf), utf8("{}")), "not JSON"],
  "UTF-16": [new Uint8Array(Buffer.from("{}", "utf16le")), "not JSON"],
  "two documents": [utf8("{}{}"), "not JSON"],
  "a comment": [utf8("{}//"), "not JSON"],
  "a comma at the end": [utf8('{"a":1,}'), "not JSON"],
};

describe("JSON bodies", () => {
  const posts = rows.filter(({ route }) => route.method === "POST" && route.request !== undefined);
  test.each(posts)("$base $name", async (row) => {
    const small = row.route.bytesMax ?? Number.POSITIVE_INFINITY;
    for (const [name, [body, why]] of Object.entries(bodies)) {
      const { status, text } = await ask(row, pathOf(row), body);
      if (body.length > small) expect(status, name).toBe(413);
      else expect([status, text], name).toEqual([400, expect.stringContaining(why)]);
    }
    for (const encoding of ["gzip", "identity", "br, gzip"])
      expect(await ask(row, pathOf(row), gzipSync("{}"), { "content-encoding": encoding })).toMatchObject({
        status: 400,
        text: expect.stringContaining("Content-Encoding"),
      });
    const most = Math.min(httpLimits.bodyBytesMax, small);
    expect((await ask(row, pathOf(row), new Uint8Array(most + 1).fill(32))).status).toBe(413);
    // Not refused for its size.
    expect((await ask(row, pathOf(row), new Uint8Array(most).fill(32))).status).toBe(400);
  });

  test("are these routes, all that take one", () => {
    expect(posts.map(({ name }) => name).sort()).toEqual(
      ["withdraw", "ask", "train", "steer", "explain", "heads", "withdraw", "exchangeWithdrawals"]
        .concat(["heads", "check", "release", "sign", "approval", "decide"])
        .sort(),
    );
    const without = rows.filter(({ route }) => route.method === "POST" && route.request === undefined);
    expect(without.map(({ name }) => name).sort()).toEqual([
      "close",
      "close",
      "collect",
      "end",
      "end",
      "retry",
      "retry",
    ]);
  });
});

/** No spelling of a task but the one. */
const spellings = [
  ...["A".repeat(42), "A".repeat(44), `${"A".repeat(42)}B`, `${someTask}=`, `+${"A".repeat(42)}`, `/${"A".repeat(42)}`],
  ...[
    `%41${"A".repeat(42)}`,
    `${"A".repeat(42)}%41`,
    `%2F${"A".repeat(42)}`,
    "%",
    "AAAA%",
    `${someTask}%00`,
    ".",
    "..",
    "ä",
  ],
];

test.each(rows)("$base $name: an address has one spelling", async (row) => {
  const parameters = [...row.route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  if (parameters.includes("task"))
    for (const spelling of spellings)
      expect([400, 404], spelling).toContain(
        (await ask(row, pathOf(row, spelling), row.route.method === "POST" ? utf8("{}") : undefined)).status,
      );
  const escaped = pathOf(row).replace("/v1/", "/%76%31/");
  expect((await ask(row, escaped)).text).toContain("no such resource");
  for (const path of [`${pathOf(row)}/`, `/${pathOf(row)}`, pathOf(row).toUpperCase().replace(/A{43}/, someTask)])
    expect((await ask(row, path)).status, path).toBe(404);
  const twice = await ask(row, `${pathOf(row)}?before=a&before=b`, row.route.method === "POST" ? utf8("") : undefined);
  expect(twice).toMatchObject({ status: 400, text: expect.stringContaining("twice in the address") });
});

describe("DAP's resources", () => {
  const mode = { mode: "time-interval" as const, interval };
  const job: CollectionJobReq = { query: mode, aggregationParameter: nothing, extensions: [] };

  test("of a plain task: a byte too many or too few, an encoding, another type, another spelling", async () => {
    const { client, ask: send, name, pair } = await standing();
    await pair.leader.work();
    const share = { job, batch: mode, reportCount: 0n, checksum: new Uint8Array(32) };
    const resources: readonly [string, string, HttpMessage, Uint8Array, string | undefined][] = [
      [pairUrls.leader, "reports", "upload-req", await client.report(1, hour), undefined],
      [pairUrls.leader, "collection_jobs", "collection-job-req", CollectionJobReq.encode(job), collectorToken],
      [pairUrls.helper, "aggregate_shares", "aggregate-share-req", AggregateShareReq.encode(share), aggregatorToken],
      [pairUrls.helper, "aggregation_jobs", "aggregation-job-init-req", nothing, aggregatorToken],
    ];
    for (const [base, resource, takes, body, token] of resources) {
      const url = `${base}/tasks/${name}/${resource}`;
      for (const wrong of [concat(body, new Uint8Array(1)), body.subarray(0, -1), utf8("{}"), new Uint8Array(3)])
        expect((await send(url, takes, wrong, token)).status, `${resource} ${wrong.length}`).toBe(400);
      for (const type of [mediaType(takes).replace("req", "resp"), "application/octet-stream", ""])
        for (const encoding of [undefined, "gzip"]) {
          const headers = { "content-type": encoding === undefined ? type : mediaType(takes) };
          const more = {
            ...(token && { authorization: `Bearer ${token}` }),
            ...(encoding && { "content-encoding": encoding }),
          };
          const answer = await pair.transport.send({ method: "POST", url, headers: { ...headers, ...more }, body });
          expect(answer.status, `${resource} ${type}`).toBe(400);
        }
      for (const other of [`${name}=`, name.slice(1), `${name.slice(0, 42)}%41`, name.toLowerCase()])
        expect([400, 401, 404]).toContain((await send(url.replace(name, other), takes, body, token)).status);
      expect((await send(`${url}%20`, takes, body, token)).status).toBe(404);
    }
    // None of it has become anything.
    expect(await client.upload(resources[0]?.[3] as Uint8Array)).toEqual(new Map());
  });

  test.each([
    [urls.coordinator, "reports", "upload-req", undefined],
    [urls.helper, "aggregation_jobs", "aggregation-job-init-req", leaderToken],
    [urls.helper, "aggregate_shares", "aggregate-share-req", leaderToken],
  ] as const)("%s %s: no encoding, no escapes", async (base, resource, takes, token) => {
    const send = (path: string, more: Record<string, string> = {}) =>
      cluster.transport.send({
        method: "POST",
        url: `${base}/tasks/${path}`,
        headers: { "content-type": mediaType(takes), ...(token && { authorization: `Bearer ${token}` }), ...more },
        body: new Uint8Array(10),
      });
    expect((await send(`${someTask}/${resource}`, { "content-encoding": "gzip" })).status).toBe(400);
    for (const spelling of spellings) expect([400, 404]).toContain((await send(`${spelling}/${resource}`)).status);
    expect(fromUtf8((await send(`${someTask.replace("A", "%41")}/${resource}`)).body)).toContain("no such resource");
  });
});

test("an issuer: no encoding, a byte too many or too few, escapes", async () => {
  const issuer = await newTestIssuer();
  const { body } = await issuer.requests(2);
  for (const wrong of [concat(body, new Uint8Array(1)), body.subarray(0, -1), nothing, utf8("{}")])
    expect((await issuer.ask("ann", wrong)).status).toBe(400);
  const send = (path: string, headers: Record<string, string>) =>
    issuer.fetch(
      new Request(`https://issuer.test/${path}`, {
        method: "POST",
        headers: { "content-type": "application/private-token-request", authorization: "Bearer ann", ...headers },
        body: body as Uint8Array<ArrayBuffer>,
      }),
    );
  expect((await send("token-request", { "content-encoding": "gzip" })).status).toBe(400);
  expect((await send("token%2Drequest", {})).status).toBe(404);
  // What was refused has cost nothing: a year is worth 200.
  expect(await issuer.tokens(200, "ann")).toHaveLength(200);
});
