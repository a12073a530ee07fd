// Requests as numbers: routes and never paths, a bounded set of labels, and text as Prometheus reads it.
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { newObserver, routesOf } from "../../src/http/observed.ts";
import { measured, newHistogram } from "../../src/http/prometheus.ts";

test("a path is told by its route, whatever stands in it", () => {
  const routeOf = routesOf([
    "/health",
    "/v1/tasks/:task/collect",
    "/tasks/:task/reports",
    "/tasks/:task/:kind",
    "*",
    "/x/*",
  ]);
  expect(routeOf("/health")).toBe("/health");
  expect(routeOf("/v1/tasks/secret-id/collect")).toBe("/v1/tasks/{task}/collect");
  expect(routeOf("/tasks/secret-id/reports")).toBe("/tasks/{task}/reports");
  for (const path of ["", "/", "/Health", "/health/", "/tasks//reports", "/x/y", "/v1/tasks/a/b/collect", "//health"])
    expect(routeOf(path)).toBeUndefined();
});

test("a histogram's buckets are cumulative, and series are told apart", () => {
  const histogram = newHistogram("a_seconds", "A.", [0.1, 1]);
  for (const value of [0.05, 0.1, 0.5, 7]) histogram.observe({ route: "/x" }, value);
  histogram.observe({ route: "/y" }, 1);
  expect(histogram.text()).toBe(`# HELP a_seconds A.
# TYPE a_seconds histogram
a_seconds_bucket{route="/x",le="0.1"} 2
a_seconds_bucket{route="/x",le="1"} 3
a_seconds_bucket{route="/x",le="+Inf"} 4
a_seconds_sum{route="/x"} 7.65
a_seconds_count{route="/x"} 4
a_seconds_bucket{route="/y",le="0.1"} 0
a_seconds_bucket{route="/y",le="1"} 1
a_seconds_bucket{route="/y",le="+Inf"} 1
a_seconds_sum{route="/y"} 1
a_seconds_count{route="/y"} 1
`);
});

test("labels are escaped, and what cannot be measured has no sample", async () => {
  const strange = measured("gauge", "b", "B.", () => [[{ c: 'a"b\\c\nd' }, Number.POSITIVE_INFINITY]]);
  expect(await strange.text()).toBe('# HELP b B.\n# TYPE b gauge\nb{c="a\\"b\\\\c\\nd"} +Inf\n');
  const broken = measured("counter", "c_total", "C.", async () => {
    throw new Error("secret");
  });
  expect(await broken.text()).toBe("# HELP c_total C.\n# TYPE c_total counter\n");
});

test("a method that nobody knows, a path that meets no route, and a caller who leaves make no labels of their own", async (context) => {
  const { observe, families } = newObserver();
  let left: (() => void) | undefined;
  const gone = new Promise<void>((resolve) => {
    left = resolve;
  });
  const server = createServer((incoming, response) => {
    observe(incoming, response, routesOf(["/slow"]));
    response.once("close", () => incoming.url === "/slow" && left?.());
    if (incoming.url !== "/slow") response.end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  context.onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const ask = (method: string, path: string) =>
    new Promise<void>((done) => {
      request({ port, method, path, agent: false }, (response) => response.resume().once("close", done)).end();
    });
  for (const path of ["/secret-1", "/secret-2?secret-3", "/"]) await ask("PROPFIND", path);
  const leaving = request({ port, path: "/slow", agent: false }).once("error", () => undefined);
  leaving.end();
  await new Promise((done) => setTimeout(done, 100));
  expect(await families[1]?.text()).toContain("http_server_active_requests 1\n");
  leaving.destroy();
  await gone;
  const text = await families[0]?.text();
  expect(text).not.toContain("secret");
  expect(text).not.toContain("PROPFIND");
  expect(text).toContain('_count{http_request_method="_OTHER",http_response_status_code="200"} 3\n');
  expect(text).toContain('_count{http_request_method="GET",http_route="/slow",error_type="aborted"} 1\n');
});
