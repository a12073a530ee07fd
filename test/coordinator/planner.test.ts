import { afterAll, describe, expect, test } from "vitest";
import { coordinatorApp } from "../../src/coordinator/app.ts";
import { nodeCrypto, startLimited } from "../../src/platform/node/index.ts";
import { type Planning, planning, workerPlanner } from "../../src/query/planner.ts";
import { noOperator } from "../../src/task/metrics/definition.ts";
import { defaults } from "../query/catalogue.ts";
import { analystToken, newCluster } from "../support/cluster.ts";
import { binsOf, smallQuestion } from "../support/questions.ts";

const limits = { msMax: 1500, startMsMax: 20_000, megabytesMax: 64, callsMax: 3 };
const workers = startLimited<Planning>(new URL("./stuck-planner-worker.ts", import.meta.url), limits);
afterAll(() => workers.close());

const cluster = newCluster({ planner: workerPlanner(workers) });
const app = coordinatorApp({
  service: cluster.coordinator,
  crypto: nodeCrypto,
  analystToken,
  helperToken: "leader-token",
  version: "test",
  log: () => undefined,
});
const post = async (path: string, body: unknown) => {
  const headers = { authorization: `Bearer ${analystToken}`, "content-type": "application/json" };
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const response = await app.request(path, { method: "POST", headers, body: text });
  return { status: response.status, ...((await response.json()) as { type?: string; detail?: string; rho?: number }) };
};
const named = (name: string) => ({ ...smallQuestion, name });

describe("a plan that does not end", () => {
  test("keeps nobody waiting, is stopped, and the next question finds a new thread", async () => {
    expect(await post("/v1/explain", named("warm"))).toMatchObject({ status: 200 });
    const stuck = post("/v1/explain", named("for-ever"));
    let ended = false;
    stuck.then(() => {
      ended = true;
    });
    for (let i = 0; i < 5; i++) {
      expect((await app.request("/health")).status).toBe(200);
      expect((await app.request("/v1/tasks")).status).toBe(200);
    }
    expect(ended).toBe(false);
    expect(await stuck).toMatchObject({
      status: 503,
      type: "urn:paceline:error:unavailable",
      detail: "it took longer than 1500 ms and was stopped",
    });
    const { explanation } = planning.explain(named("fine"), { operator: noOperator, defaults });
    expect(await post("/v1/explain", named("fine"))).toMatchObject({
      status: 200,
      ...JSON.parse(JSON.stringify(explanation)),
    });
  });

  test("nothing is reserved for it", async () => {
    expect(await post("/v1/queries", named("for-ever"))).toMatchObject({ status: 503 });
    expect((await cluster.coordinator.ledger()).debits).toEqual([]);
  });

  test("one that eats memory ends with its thread alone", async () => {
    expect(await post("/v1/explain", named("hungry"))).toMatchObject({ status: 503 });
    expect(await post("/v1/explain", named("fine"))).toMatchObject({ status: 200 });
  });

  test("more than three at once are told to come back", async () => {
    const asked = Array.from({ length: 5 }, () => post("/v1/explain", named("fine")));
    expect((await Promise.all(asked)).map(({ status }) => status).sort()).toEqual([200, 200, 200, 503, 503]);
  });
});

test("an error of the planner comes back with its code", async () => {
  expect(await post("/v1/explain", { ...smallQuestion, select: binsOf("zodiac", [1, 2]) })).toMatchObject({
    status: 400,
    type: "urn:paceline:error:invalid_query",
  });
});
