// What an answer gives away: whether there is what the caller may not see, and how many have answered.
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { coordinatorRoutes, helperRoutes, type Route } from "../../src/api/routes.ts";
import { fromBase64Url, fromUtf8, toBase64Url, utf8 } from "../../src/base/bytes.ts";
import { toJsonSchema } from "../../src/base/json-schema.ts";
import { nodeCrypto, nodeEntropy } from "../../src/platform/node/index.ts";
import type { TransportResponse } from "../../src/ports/transport.ts";
import { type HttpMessage, mediaType } from "../../src/protocol/dap/http.ts";
import { analystToken, leaderToken, newCluster, urls } from "../support/cluster.ts";
import { aggregatorToken, agreement, collectorToken, pairUrls } from "../support/plain-pair.ts";
import { nothing, standing } from "../support/plain-standing.ts";
import { smallQuestion } from "../support/questions.ts";

const bearers = { nobody: undefined, stranger: "wrong", analyst: analystToken, leader: leaderToken };
const rows = [
  ...Object.entries<Route>(coordinatorRoutes).map(([name, route]) => ({ base: urls.coordinator, name, route })),
  ...Object.entries<Route>(helperRoutes).map(([name, route]) => ({ base: urls.helper, name, route })),
].filter(({ route }) => route.path.includes("{"));
/** DAP's own resources of both services, what is created and its place. */
const dap: readonly (readonly [string, string, "GET" | "POST" | "DELETE", HttpMessage])[] = [
  [urls.helper, "aggregation_jobs", "POST", "aggregation-job-init-req"],
  [urls.helper, "aggregate_shares", "POST", "aggregate-share-req"],
  ...(["aggregation_jobs", "aggregate_shares"] as const).flatMap((name) =>
    (["GET", "DELETE"] as const).map(
      (method) => [urls.helper, `${name}/${"A".repeat(43)}`, method, "aggregation-job-init-req"] as const,
    ),
  ),
];

/** Everything of an answer, with the id that was asked for replaced. */
const whole = ({ status, headers, body }: TransportResponse, id: string) =>
  JSON.stringify([status, Object.entries(headers).sort(), fromUtf8(body)]).replaceAll(id, "ID");

/** A cluster with a published task and one that is reserved: its helper was away. */
async function twoTasks() {
  let away = false;
  const cluster = newCluster({
    between: (send) => (request) =>
      away && /manifests(\/release)?$/.test(request.url) ? Promise.reject(new Error("away")) : send(request),
  });
  const { task } = await cluster.coordinator.ask(smallQuestion);
  away = true;
  await expect(cluster.coordinator.ask({ ...smallQuestion, name: "another", minCohort: 6 })).rejects.toThrow();
  const asked = await cluster.coordinatorStore.read((all) => all.queriesBefore(undefined, 10));
  const reserved = asked.find(({ state }) => state === "reserved") ?? expect.fail("nothing is reserved");
  return { cluster, published: task, reserved: toBase64Url(reserved.task) };
}

describe("a task that is there and one that is not, to whom neither is shown", async () => {
  const { cluster, published, reserved } = await twoTasks();
  const unknown = () => toBase64Url(nodeEntropy.bytes(32));
  const body = utf8(JSON.stringify({ secret: "A".repeat(43) }));
  const send = (
    base: string,
    method: "GET" | "POST" | "DELETE",
    path: string,
    token?: string,
    type = "application/json",
  ) =>
    cluster.transport.send({
      method,
      url: base + path,
      headers: { "content-type": type, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
      ...(method === "POST" && { body }),
    });

  test.each(rows)("$base $name", async ({ base, route }) => {
    const at = (id: string) => route.path.replace("{key}", "A".repeat(43)).replace(/\{\w+\}/, id);
    const known = route.path.includes("{index}") ? ["0"] : [published, reserved];
    const answer = async (id: string, token?: string) => whole(await send(base, route.method, at(id), token), id);
    for (const [who, token] of Object.entries(bearers)) {
      const caller = route.caller === "helper" ? "leader" : route.caller;
      if (caller === "anyone" || caller === who) continue;
      for (const id of known) expect(await answer(id, token), who).toBe(await answer(unknown(), token));
      expect(await answer(unknown(), token)).toMatch(/^\[401,/);
    }
    // What is reserved was shown to nobody but its analysts.
    if (route.caller === "anyone" && known.length > 1) expect(await answer(reserved)).toBe(await answer(unknown()));
  });

  test.each(dap)("%s %s %s", async (base, resource, method, takes) => {
    const answer = async (id: string, token?: string) =>
      whole(await send(base, method, `/tasks/${id}/${resource}`, token, mediaType(takes)), id);
    for (const token of [undefined, "wrong", analystToken]) {
      for (const id of [published, reserved]) expect(await answer(id, token)).toBe(await answer(unknown(), token));
      expect(await answer(published, token)).toMatch(/^\[401,/);
    }
  });

  test("uploads of what is reserved", async () => {
    const answer = async (id: string) =>
      whole(await send(urls.coordinator, "POST", `/tasks/${id}/reports`, undefined, mediaType("upload-req")), id);
    expect(await answer(reserved)).toBe(await answer(unknown()));
    expect(await answer(reserved)).not.toBe(await answer(published));
  });

  test("every route with an id is here, and the open ones of published tasks do differ", async () => {
    expect(rows.map(({ name }) => name)).toHaveLength(21);
    expect(whole(await send(urls.coordinator, "GET", `/v1/tasks/${published}/release`), published)).toMatch(/^\[409,/);
    expect(fromBase64Url(reserved)).toHaveLength(32);
  });
});

describe("a plain task of other parties", () => {
  const resources: readonly [string, string, HttpMessage, string][] = [
    [pairUrls.helper, "aggregation_jobs", "aggregation-job-init-req", aggregatorToken],
    [pairUrls.helper, "aggregate_shares", "aggregate-share-req", aggregatorToken],
    [pairUrls.leader, "collection_jobs", "collection-job-req", collectorToken],
  ];

  test.each(resources)("%s %s: is as if it were not, by words and by work", async (base, resource, takes, ours) => {
    const { pair, name } = await standing();
    const theirs = agreement({ vdaf: { type: "Prio3Count" } });
    const other = { aggregators: { token: "their-leader" }, collects: { token: "their-collector" } };
    await pair.leader.add({ ...theirs.leader, ...other });
    await pair.helper.add({ ...theirs.helper, ...other });
    const foreign = toBase64Url(theirs.agreed.id);
    const hash = vi.spyOn(nodeCrypto, "sha256");
    onTestFinished(() => hash.mockRestore());
    const answer = async (
      id: string,
      token: string | undefined,
      place = "",
      method: "GET" | "POST" | "PUT" | "DELETE" = "POST",
    ) => {
      hash.mockClear();
      const response = await pair.transport.send({
        method,
        url: `${base}/tasks/${id}/${resource}${place}`,
        headers: { "content-type": mediaType(takes), ...(token !== undefined && { authorization: `Bearer ${token}` }) },
        ...((method === "POST" || method === "PUT") && { body: nothing }),
      });
      return [whole(response, id), hash.mock.calls.length];
    };
    const unknown = () => toBase64Url(nodeEntropy.bytes(32));
    const place = `/${"A".repeat(22)}`;
    for (const ask of [
      ["", "POST"],
      [place, "GET"],
      [place, "PUT"],
      [place, "DELETE"],
    ] as const) {
      for (const token of [undefined, "wrong"]) {
        const nobody = await answer(unknown(), token, ...ask);
        expect(nobody[0]).toMatch(/^\[401,/);
        for (const id of [name, foreign]) expect(await answer(id, token, ...ask)).toEqual(nobody);
      }
      const none = await answer(unknown(), ours, ...ask);
      expect(none[0]).toContain("unrecognizedTask");
      expect(await answer(foreign, ours, ...ask)).toEqual(none);
      expect((await answer(name, ours, ...ask))[0]).not.toContain("unrecognizedTask");
    }
  });
});

/** Every number that analysts or anyone read of a coordinator, and why it is no count of people or reports. */
const numbers: Readonly<Record<string, string>> = {
  asked: "Unix seconds",
  closes: "Unix seconds",
  settled: "Unix seconds",
  at: "Unix milliseconds",
  minCohort: "of the question itself",
  days: "of the question itself",
  rhoPerDay: "of the budget",
  exhaustedInDays: "of the budget",
  min: "of a metric's public range",
  max: "of a metric's public range",
  version: "of a format",
  index: "of the public log",
  size: "of the public log",
  accuracy: "noised",
  noiseSd: "of that noise",
  ends: "of bins of probability, of a training's manifest",
  not: "noised",
  came: "noised",
  separation: "of a training's stream",
  bands: "of a training's stream",
  until: "Unix seconds, of a training's stream",
  clip: "of a training's manifest or its noised quantile",
  moved: "of a model, by a noised mean",
  number: "of a round",
  of: "rounds of a training's manifest",
  most: "rounds that may be open, of a training's manifest",
  steps: "releases behind a model, of a training's manifest",
  begun: "releases behind an open round's model",
  behind: "releases between a round's model and the one that it moved",
  attempts: "rounds that were asked again",
  parameters: "of a model",
  rollbacks: "of a training",
  made: "Unix milliseconds, of a receiving key",
  replaced: "Unix milliseconds, of a receiving key",
  count: "of tasks that name a receiving key",
};

test("no exact count is on an analyst's route: every number there is one of these", () => {
  const found: string[] = [];
  const walk = (schema: unknown, path: string): void => {
    if (typeof schema !== "object" || schema === null) return;
    const { type, properties, ...rest } = schema as { type?: unknown; properties?: object };
    if ([type].flat().some((one) => one === "integer" || one === "number")) found.push(path.split(".").at(-1) ?? "");
    for (const [name, one] of Object.entries(properties ?? {})) walk(one, `${path}.${name}`);
    for (const one of Object.values(rest).flat()) walk(one, path);
  };
  for (const [name, { response, caller }] of Object.entries<Route>(coordinatorRoutes))
    if (caller === "analyst" || caller === "anyone") walk(toJsonSchema(response, { io: "output" }), name);
  expect([...new Set(found)].sort()).toEqual(Object.keys(numbers).sort());
});

test("nor in what a refused collection says", async () => {
  const cluster = newCluster();
  const { task } = await cluster.coordinator.ask(smallQuestion);
  const answer = await cluster.transport.send({
    method: "POST",
    url: `${urls.coordinator}/v1/tasks/${task}/collect`,
    headers: { authorization: `Bearer ${analystToken}` },
  });
  expect(answer.status).toBe(400);
  expect(fromUtf8(answer.body).replaceAll(task, "")).not.toMatch(/\b0\b/);
});
