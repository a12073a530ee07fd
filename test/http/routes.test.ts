import { describe, expect, test } from "vitest";
import { coordinatorRoutes, helperRoutes, type Route } from "../../src/api/routes.ts";
import { fromUtf8, utf8 } from "../../src/base/bytes.ts";
import { HpkeConfigList } from "../../src/protocol/dap/hpke-config.ts";
import { mediaType } from "../../src/protocol/dap/http.ts";
import { analystToken, leaderToken, newCluster, operatorTokens, urls } from "../support/cluster.ts";

const cluster = newCluster();
const someTask = "A".repeat(43);
const bearers = {
  ...{ none: undefined, wrong: "wrong", analyst: analystToken, leader: leaderToken },
  ...{ "coordinator's operator": operatorTokens.coordinator, "helper's operator": operatorTokens.helper },
};

function send(
  method: "GET" | "POST",
  url: string,
  token: string | undefined,
  type = "application/json",
  body = utf8("{}"),
) {
  const headers: Record<string, string> = { "content-type": type };
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  return cluster.transport.send({ method, url, headers, ...(method === "POST" ? { body } : {}) });
}

const rows = [
  ...Object.entries<Route>(coordinatorRoutes).map(([name, route]) => ({
    service: "coordinator" as const,
    name,
    route,
  })),
  ...Object.entries<Route>(helperRoutes).map(([name, route]) => ({ service: "helper" as const, name, route })),
];

describe("every route of the table is mounted, for its caller and nobody else", () => {
  const cases = rows.flatMap((row) => Object.entries(bearers).map(([who, token]) => ({ ...row, who, token })));
  test.each(cases)("$service $name: $who", async ({ service, route, who, token }) => {
    const path = route.path.replaceAll(/\{(\w+)\}/g, (_, parameter: string) =>
      parameter === "index" ? "0" : someTask,
    );
    const { status, body } = await send(route.method, `${urls[service]}${path}`, token);
    // Leader and helper know one token, by which each proves itself to the other.
    const caller = { helper: "leader", operator: `${service}'s operator` }[route.caller as string] ?? route.caller;
    const allowed = caller === "anyone" || caller === who;
    if (allowed) expect(status).not.toBe(401);
    else expect([status, fromUtf8(body)]).toEqual([401, expect.stringContaining("urn:paceline:error:unauthorized")]);
    // Mounted: what is missing is the task or the leaf, not the resource.
    expect(fromUtf8(body)).not.toContain("no such resource");
  });
});

describe("DAP's own resources", () => {
  test.each([
    ["aggregation_jobs", "aggregation-job-init-req"],
    ["aggregate_shares", "aggregate-share-req"],
  ] as const)("%s are for the leader", async (resource, message) => {
    const url = `${urls.helper}/tasks/${someTask}/${resource}`;
    for (const token of [undefined, "wrong", analystToken])
      expect((await send("POST", url, token, mediaType(message))).status).toBe(401);
    const known = await send("POST", url, leaderToken, mediaType(message));
    expect(fromUtf8(known.body)).toContain("unknown_task");
  });

  test("take their own media type and a task id of 32 bytes", async () => {
    const url = `${urls.coordinator}/tasks/${someTask}/reports`;
    expect(fromUtf8((await send("POST", url, undefined)).body)).toContain(mediaType("upload-req"));
    for (const task of ["AAAA", "A".repeat(42), `${"A".repeat(42)}B`, "!"]) {
      const { status } = await send(
        "POST",
        `${urls.coordinator}/tasks/${task}/reports`,
        undefined,
        mediaType("upload-req"),
      );
      expect(status, task).toBe(400);
    }
    expect(fromUtf8((await send("POST", url, undefined, mediaType("upload-req"))).body)).toContain("unknown_task");
  });

  test("keys are published, each service's own", async () => {
    for (const service of ["coordinator", "helper"] as const) {
      const { body, headers } = await send("GET", `${urls[service]}/hpke_config`, undefined);
      const [config] = HpkeConfigList.decode(body);
      expect(config?.publicKey).toEqual(cluster.keyrings[service].hpke.pair.public);
      expect(headers["content-type"]).toBe(mediaType("hpke-config-list"));
    }
  });
});

test("a megabyte is read of anyone, four of a report, 16 of the leader's jobs", async () => {
  const mib = 1024 * 1024;
  for (const [url, token, type, most] of [
    [`${urls.coordinator}/v1/queries`, analystToken, "application/json", mib],
    [`${urls.coordinator}/tasks/${someTask}/reports`, undefined, mediaType("upload-req"), 4 * mib + 64 * 1024],
    [`${urls.helper}/v1/manifests`, leaderToken, "application/json", mib],
    [`${urls.helper}/tasks/${someTask}/aggregate_shares`, leaderToken, mediaType("aggregate-share-req"), mib],
    [`${urls.helper}/tasks/${someTask}/aggregation_jobs`, leaderToken, mediaType("aggregation-job-init-req"), 16 * mib],
  ] as const) {
    expect((await send("POST", url, token, type, new Uint8Array(most + 1))).status, url).toBe(413);
    expect((await send("POST", url, token, type, new Uint8Array(most))).status, url).not.toBe(413);
  }
});

describe("pages of other origins", () => {
  const preflight = (url: string, method: string) =>
    cluster.transport.send({
      method: "OPTIONS" as "GET",
      url,
      headers: {
        origin: "https://app.example",
        "access-control-request-method": method,
        "access-control-request-headers": "content-type",
      },
    });
  const corsOf = (headers: Readonly<Record<string, string>>) =>
    Object.entries(headers).filter(([name]) => name.startsWith("access-control-"));
  const open = [
    ...rows
      .filter(({ route }) => route.caller === "anyone")
      .map(
        ({ service, route }) =>
          [route.method, `${urls[service]}${route.path.replaceAll(/\{\w+\}/g, someTask)}`] as const,
      ),
    ["POST", `${urls.coordinator}/tasks/${someTask}/reports`],
    ["GET", `${urls.coordinator}/hpke_config`],
    ["GET", `${urls.helper}/hpke_config`],
  ] as const;
  const closed = [
    ...rows
      .filter(({ route }) => route.caller !== "anyone")
      .map(
        ({ service, route }) =>
          [route.method, `${urls[service]}${route.path.replaceAll(/\{\w+\}/g, someTask)}`] as const,
      ),
    ["POST", `${urls.helper}/tasks/${someTask}/aggregation_jobs`],
    ["POST", `${urls.helper}/tasks/${someTask}/aggregate_shares`],
    ["POST", `${urls.helper}/tasks/${someTask}/reports`],
    ["GET", `${urls.coordinator}/openapi.json`],
    ["GET", `${urls.coordinator}/health`],
  ] as const;

  test.each(open)("%s %s is open to them, refusals and errors included", async (method, url) => {
    const { status, headers } = await preflight(url, method);
    expect([status, Object.fromEntries(corsOf(headers))]).toEqual([
      204,
      {
        "access-control-allow-origin": "*",
        "access-control-allow-methods": method,
        "access-control-allow-headers": "content-type",
        "access-control-expose-headers": "date,retry-after",
        "access-control-max-age": "7200",
      },
    ]);
    for (const body of [utf8("{}"), new Uint8Array(1024 * 1024 + 1)]) {
      const answer = await send(method, url, undefined, "text/plain", body);
      expect(Object.fromEntries(corsOf(answer.headers))).toEqual({
        "access-control-allow-origin": "*",
        "access-control-expose-headers": "date,retry-after",
      });
    }
  });

  test.each(closed)("%s %s is not", async (method, url) => {
    const { status, headers } = await preflight(url, method);
    expect([status, corsOf(headers)]).toEqual([404, []]);
    for (const token of [undefined, analystToken, leaderToken])
      expect(corsOf((await send(method, url, token)).headers)).toEqual([]);
  });
});

test.each(["coordinator", "helper"] as const)("the %s publishes its OpenAPI document", async (service) => {
  const { status, body } = await send("GET", `${urls[service]}/openapi.json`, undefined);
  expect(status).toBe(200);
  const { paths } = JSON.parse(fromUtf8(body)) as { paths: Record<string, unknown> };
  expect(new Set(Object.keys(paths))).toEqual(
    new Set(rows.filter((row) => row.service === service).map(({ route }) => route.path)),
  );
});

test("an audit index that is none, and a leaf that is not there", async () => {
  for (const [index, status] of [
    ["x", 400],
    ["1.5", 400],
    ["0", 404],
    ["-1", 400],
    ...["0x0", "0b0", "1e0", "+0", "00", "0.0", "9999999999999999", "NaN"].map((text) => [text, 400] as const),
    // One place has one address.
    ["%30", 404],
    ["99", 404],
  ] as const)
    expect((await send("GET", `${urls.coordinator}/v1/audit/${index}`, undefined)).status, index).toBe(status);
});
