// The API for runners of interoperability tests, as such a runner drives it: four roles that know each other's addresses alone.
import { readFileSync } from "node:fs";
import type { Hono } from "hono";
import { expect, test } from "vitest";
import { toBase64Url } from "../../src/base/bytes.ts";
import { nodeEntropy } from "../../src/platform/node/index.ts";
import type { Transport } from "../../src/ports/transport.ts";
import { top, writtenFiles } from "../house/files.ts";
import { interopAggregator, interopClient, interopCollector } from "../support/interop.ts";

function newRunner() {
  const apps = new Map<string, Hono>();
  const transport: Transport = {
    async send({ method, url, headers, body }) {
      const { host, pathname, search } = new URL(url);
      const init: RequestInit = { method, headers: { ...headers } };
      if (body !== undefined) init.body = body as Uint8Array<ArrayBuffer>;
      const response = await (apps.get(host) as Hono).request(pathname + search, init);
      const bytes = new Uint8Array(await response.arrayBuffer());
      return { status: response.status, headers: Object.fromEntries(response.headers), body: bytes };
    },
  };
  const [leader, helper] = [interopAggregator(transport), interopAggregator(transport)];
  apps.set("leader", leader.app);
  apps.set("helper", helper.app);
  apps.set("client", interopClient(transport));
  apps.set("collector", interopCollector(transport));
  async function command(role: string, name: string, body: object = {}): Promise<Record<string, unknown>> {
    const init = { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } };
    const response = await (apps.get(role) as Hono).request(`/internal/test/${name}`, init);
    expect(response.status).toBe(200);
    return (await response.json()) as Record<string, unknown>;
  }
  return { command, work: async () => void (await Promise.all([leader.service.work(), helper.service.work()])) };
}

const start = Math.floor(Date.now() / 3_600_000) * 3600;

test.each([
  ["Prio3Count", {}, ["1", "0", "1"], "2"],
  ["Prio3Sum", { max_measurement: "255" }, ["255", "1", "0"], "256"],
  ["Prio3Histogram", { length: "4", chunk_length: "2" }, ["0", "3", "3"], ["1", "0", "0", "2"]],
  [
    "Prio3SumVec",
    { bits: "8", length: "2", chunk_length: "4" },
    [
      ["255", "1"],
      ["0", "2"],
      ["1", "3"],
    ],
    ["256", "6"],
  ],
  [
    "Prio3MultihotCountVec",
    { length: "3", max_weight: "2", chunk_length: "2" },
    [
      ["1", "1", "0"],
      ["0", "1", "0"],
      ["0", "0", "0"],
    ],
    ["1", "2", "0"],
  ],
])("%s: from adding a task to its result", async (type, parameters, measurements, result) => {
  const { command, work } = newRunner();
  for (const role of ["client", "leader", "helper", "collector"]) expect(await command(role, "ready")).toEqual({});
  const endpoint = async (role: string) => {
    const said = await command(role, "endpoint_for_task", { task_id: "", role, hostname: role });
    return `http://${role}${said.endpoint as string}`;
  };
  const task = {
    task_id: toBase64Url(nodeEntropy.bytes(32)),
    leader: await endpoint("leader"),
    helper: await endpoint("helper"),
    vdaf: { type, ...parameters },
    batch_mode: 1,
    min_batch_size: 3,
    time_precision: 3600,
    task_start: start - 36_000,
    task_duration: 360_000,
  };
  const collector_authentication_token = "token-of-the-collector";
  const { collector_hpke_config, status } = await command("collector", "add_task", {
    ...task,
    collector_authentication_token,
  });
  expect(status).toBe("success");
  const secret = {
    vdaf_verify_key: toBase64Url(nodeEntropy.bytes(32)),
    leader_authentication_token: "token-of-the-leader",
    collector_hpke_config,
  };
  expect(
    await command("leader", "add_task", { ...task, ...secret, collector_authentication_token, role: "leader" }),
  ).toEqual({ status: "success" });
  expect(await command("helper", "add_task", { ...task, ...secret, role: "helper" })).toEqual({ status: "success" });
  for (const measurement of measurements)
    expect(await command("client", "upload", { ...task, measurement, time: start })).toEqual({ status: "success" });
  const query = { type: 1, batch_interval_start: start, batch_interval_duration: 3600 };
  const { handle } = await command("collector", "collection_start", { task_id: task.task_id, agg_param: "", query });
  expect(await command("collector", "collection_poll", { handle })).toEqual({ status: "in progress" });
  await work();
  expect(await command("collector", "collection_poll", { handle })).toEqual({
    status: "complete",
    report_count: 3,
    interval_start: start,
    interval_duration: 3600,
    result,
  });
  // What goes wrong is said in the answer, as the design asks.
  expect(await command("client", "upload", { ...task, measurement: "9".repeat(20) })).toMatchObject({
    status: "error",
  });
  expect(
    await command("leader", "add_task", {
      ...task,
      ...secret,
      min_batch_size: 1,
      collector_authentication_token,
      role: "leader",
    }),
  ).toMatchObject({ status: "error" });
});

test("no shipped source has the API", () => {
  const sources = writtenFiles([".ts"]).filter((path) => /^(src|workers)\//.test(path));
  expect(sources.length).toBeGreaterThan(300);
  expect(sources.filter((path) => readFileSync(top + path, "utf8").includes("internal/test"))).toEqual([]);
});
