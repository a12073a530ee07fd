// The numbers of a service that runs: exact counts, names as docs/operating.md and the dashboard have them, and nothing of a
// caller's in them; on an address that the service's own does not share.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readHelperConfig } from "../../../src/cli/serve/config.ts";
import { top } from "../../house/files.ts";
import { freePort, newPair } from "../../support/processes.ts";

test("a helper's numbers, by Prometheus' own format", async (context) => {
  const port = await freePort();
  const pair = await newPair(context, { shipped: true, helper: { metrics: { port } } });
  await pair.start("helper");
  const { url, token } = pair.helper;
  const get = (path: string, headers: Record<string, string> = {}) => fetch(`${url}${path}`, { headers });
  for (const path of ["/healthz", "/readyz", "/health"]) expect((await get(path)).status).toBe(200);
  for (let i = 0; i < 3; i++) expect((await get("/v1/partner", { authorization: `Bearer ${token}` })).status).toBe(200);
  expect((await get("/v1/partner")).status).toBe(401);
  expect((await get("/somewhere/else")).status).toBe(404);
  const task = "A".repeat(43);
  await fetch(`${url}/tasks/${task}/aggregation_jobs/xyz`, { method: "PUT" });
  // On its own address alone.
  expect((await get("/metrics")).status).toBe(404);

  const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
  expect([answer.status, answer.headers.get("content-type")]).toEqual([
    200,
    "text/plain; version=0.0.4; charset=utf-8",
  ]);
  const text = await answer.text();
  const count = (labels: string) =>
    Number(new RegExp(`^http_server_request_duration_seconds_count\\{${labels}\\} (\\d+)$`, "m").exec(text)?.[1]);
  const met = (route: string, status: number) =>
    count(`http_request_method="GET",http_route="${route}",http_response_status_code="${status}"`);
  expect([met("/v1/partner", 200), met("/v1/partner", 401), met("/readyz", 200)]).toEqual([3, 1, 1]);
  expect(count('http_request_method="GET",http_response_status_code="404"')).toBe(2);
  expect(text).toMatch(/^paceline_ready 1$/m);
  expect(Number(/^paceline_database_size_bytes (\d+)$/m.exec(text)?.[1])).toBeGreaterThan(1000);
  expect(text).toMatch(/^target_info\{service_name="paceline-helper",service_version="\d+\.\d+\.\d+"\} 1$/m);
  expect(text).toMatch(/^paceline_refusals_total\{code="unauthorized"\} 1$/m);
  expect(text).toMatch(/^paceline_jobs_waiting 0$/m);
  expect(text).toMatch(/^paceline_tasks\{state="open"\} 0$/m);
  expect(Number(/^paceline_sealing_key_changed_seconds ([\d.]+)$/m.exec(text)?.[1])).toBeGreaterThan(1.7e9);
  for (const secret of [token, task, "somewhere", "xyz"]) expect(text).not.toContain(secret);
  // Every line is a comment or a sample.
  const sample = /^[a-z_][a-z0-9_]*(\{[a-z_]+="[^"\n]*"(,[a-z_]+="[^"\n]*")*\})? (-?\d+(\.\d+)?(e[+-]?\d+)?|\+Inf)$/i;
  expect(text.endsWith("\n")).toBe(true);
  for (const line of text.trimEnd().split("\n"))
    expect([line, /^# (HELP|TYPE) /.test(line) || sample.test(line)]).toEqual([line, true]);

  const names = new Set([...text.matchAll(/^# TYPE (\w+) /gm)].map(([, name = ""]) => name));
  const page = readFileSync(join(top, "docs/operating.md"), "utf8");
  const documented = new Set([...page.matchAll(/^\| `([a-z]+_\w+)`/gm)].map(([, name = ""]) => name));
  // Names of fields have no underscore. Only a service that ends TLS itself has the last.
  expect(documented).toEqual(new Set([...names, "paceline_certificate_not_after_seconds"]));
  const dashboard = JSON.parse(readFileSync(join(top, "deploy/grafana-dashboard.json"), "utf8")) as {
    panels: { targets: { expr: string }[] }[];
  };
  const asked = dashboard.panels
    .flatMap(({ targets }) => targets)
    .flatMap(({ expr }) => expr.match(/\b(?:http|process|nodejs|paceline)_\w+/g) ?? []);
  expect(asked.length).toBeGreaterThan(8);
  const known = (name: string) => documented.has(name.replace(/_(bucket|sum|count)$/, ""));
  expect(asked.filter((name) => !known(name) && !["http_route", "http_response_status_code"].includes(name))).toEqual(
    [],
  );
});

test("numbers are not given to other machines unless the configuration says whose they are", async (context) => {
  const pair = await newPair(context, { helper: { metrics: { hostname: "0.0.0.0", port: 0 } } });
  expect(() => readHelperConfig(pair.configFile("helper"))).toThrow("metrics.hostname: is reached from other machines");
  const open = await newPair(context, { helper: { metrics: { hostname: "0.0.0.0", port: 0, closedNetwork: true } } });
  expect(readHelperConfig(open.configFile("helper")).metrics).toMatchObject({ closedNetwork: true });
});
