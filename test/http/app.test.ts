import { describe, expect, test } from "vitest";
import type { Route } from "../../src/api/routes.ts";
import { fail } from "../../src/base/errors.ts";
import * as z from "../../src/base/schema.ts";
import { guard, httpLimits, mount, newApp } from "../../src/http/app.ts";
import { TOKEN_LENGTH_MAX } from "../../src/http/bearer.ts";
import { createdResource, uploadResource } from "../../src/http/dap.ts";
import { listen } from "../../src/http/listen.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import { mediaType } from "../../src/protocol/dap/http.ts";

const base = {
  method: "POST",
  path: "/v1/echo/{name}",
  summary: "",
  response: z.unknown(),
  request: z.unknown(),
} as const;
const limits = { ...httpLimits, bodyBytesMax: 1000, jobBytesMax: 5000, requestMsMax: 1000 };

function echoApp(caller: Route["caller"], callers: { analyst?: string; leader?: string } = {}) {
  const lines: string[] = [];
  const app = newApp((line) => lines.push(line));
  mount(app, { ...base, caller }, { crypto: nodeCrypto, callers, limits }, async ({ body, parameters }) => {
    if (parameters.name === "bug") throw new Error("secret detail");
    if (parameters.name === "internal") fail("internal", "an invariant");
    if (parameters.name === "refuse") fail("policy_refused", "no", { hint: "Ask." });
    return { body: body ?? null, parameters };
  });
  return { app, lines };
}
const post = (body: string, headers: Record<string, string> = {}) => ({ method: "POST", body, headers });
const problemOf = async (response: Response) => {
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  return { status: response.status, ...((await response.json()) as { type: string; detail: string }) };
};

describe("requests", () => {
  test("JSON in, JSON out; no body at all is fine where the route says so", async () => {
    const { app } = echoApp("anyone");
    const answer = await app.request("/v1/echo/a-b", post('{"x":[1]}'));
    expect([answer.status, await answer.json()]).toEqual([200, { body: { x: [1] }, parameters: { name: "a-b" } }]);
    expect(await (await app.request("/v1/echo/n", { method: "POST" })).json()).toMatchObject({ body: null });
  });

  test("bad JSON, a body over the limit, an unknown route, another method", async () => {
    const { app } = echoApp("anyone");
    expect(await problemOf(await app.request("/v1/echo/a", post("{")))).toMatchObject({
      status: 400,
      type: "urn:paceline:error:invalid_message",
    });
    const large = post("x".repeat(1001));
    expect(await problemOf(await app.request("/v1/echo/a", large))).toMatchObject({
      status: 413,
      type: "urn:paceline:error:body_too_large",
    });
    for (const [path, method] of [
      ["/", "GET"],
      ["/v1/echo", "POST"],
      ["/v1/echo/a/b", "POST"],
      ["/v1/echo/a", "GET"],
      ["/v1/echo/a", "DELETE"],
    ] as const)
      expect(await problemOf(await app.request(path, { method }))).toMatchObject({
        status: 404,
        type: "urn:paceline:error:not_found",
      });
  });

  test("a streamed body without a length is cut at the limit too", async () => {
    const { app } = echoApp("anyone");
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 100;
        controller.enqueue(new Uint8Array(100).fill(0x20));
        if (sent >= 100_000) controller.close();
      },
    });
    const answer = await app.request("/v1/echo/a", { method: "POST", body, duplex: "half" } as RequestInit);
    expect(answer.status).toBe(413);
    expect(sent).toBeLessThan(5000);
  });

  test("health tells nothing", async () => {
    expect(await (await echoApp("analyst").app.request("/health")).json()).toEqual({ ok: true });
  });
});

describe("errors", () => {
  test("a refusal is a problem document and no log line", async () => {
    const { app, lines } = echoApp("anyone");
    expect(await problemOf(await app.request("/v1/echo/refuse", post("")))).toMatchObject({
      status: 403,
      detail: "no",
      hint: "Ask.",
    });
    expect(lines).toEqual([]);
  });

  test("a bug is logged with its stack and answered without its words", async () => {
    const { app, lines } = echoApp("anyone");
    const { status, detail } = await problemOf(await app.request("/v1/echo/bug", post('{"member":"m"}')));
    expect([status, detail]).toEqual([500, "the service failed; the cause is in its log"]);
    expect(lines.join()).toContain("secret detail");
    expect(lines.join()).not.toContain('"member"');
    await app.request("/v1/echo/internal", post(""));
    expect(lines[1]).toContain("an invariant");
  });
});

describe("callers", () => {
  const withToken = (token: string) => post("", { authorization: token });
  const refusedTokens = [
    "",
    "analyst",
    "Bearer",
    "Bearer ",
    "Bearer x",
    "bearer good",
    "Bearer good ",
    "Bearer  good",
    "Basic good",
    "Bearer goo",
    "Bearer goodd",
    `Bearer ${"g".repeat(513)}`,
  ];

  test("only the very token is let in", async () => {
    const { app } = echoApp("analyst", { analyst: "good", leader: "other" });
    expect((await app.request("/v1/echo/a", withToken("Bearer good"))).status).toBe(200);
    for (const token of [...refusedTokens, "Bearer other"])
      if (token.trim() !== "Bearer good")
        expect((await app.request("/v1/echo/a", withToken(token))).status, token).toBe(401);
    expect(await problemOf(await app.request("/v1/echo/a", post("")))).toMatchObject({
      status: 401,
      type: "urn:paceline:error:unauthorized",
    });
  });

  test("a token may be as long as a configuration allows", async () => {
    const token = "g".repeat(TOKEN_LENGTH_MAX);
    const { app } = echoApp("analyst", { analyst: token });
    expect((await app.request("/v1/echo/a", withToken(`Bearer ${token}`))).status).toBe(200);
    expect((await app.request("/v1/echo/a", withToken(`Bearer ${token}g`))).status).toBe(401);
  });

  test("who has no token configured is nobody", async () => {
    const { app } = echoApp("leader", { analyst: "good" });
    for (const token of ["Bearer good", "Bearer undefined", "Bearer "])
      expect((await app.request("/v1/echo/a", withToken(token))).status).toBe(401);
  });

  test("who may not call learns nothing of the body: 401 comes before 400", async () => {
    const { app } = echoApp("analyst", { analyst: "good" });
    expect((await app.request("/v1/echo/a", post("{"))).status).toBe(401);
  });
});

describe("a body is read when its sender is known", () => {
  /** Counts what is read of a body without a length. */
  const endless = () => {
    const read = { bytes: 0 };
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        read.bytes += 100;
        controller.enqueue(new Uint8Array(100).fill(0x20));
      },
    });
    return { read, body };
  };
  const dapApp = () => {
    const app = newApp(() => undefined);
    const access = { crypto: nodeCrypto, callers: { leader: "good" }, limits };
    const echo = async (_: Uint8Array, body: Uint8Array) => body;
    uploadResource(app, guard(access, "anyone", limits.bodyBytesMax), echo);
    for (const name of ["aggregation_jobs", "aggregate_shares"] as const) {
      const guards = guard(access, "leader", name === "aggregation_jobs" ? limits.jobBytesMax : limits.bodyBytesMax);
      createdResource(
        app,
        name,
        { crypto: nodeCrypto, guards },
        { create: echo, read: echo, remove: async () => undefined },
      );
    }
    return app;
  };
  const send = (name: string, message: Parameters<typeof mediaType>[0], token: string, body: BodyInit) =>
    dapApp().request(`/tasks/${"A".repeat(43)}/${name}`, {
      method: "POST",
      headers: { "content-type": mediaType(message), authorization: token },
      body,
      duplex: "half",
    } as RequestInit);

  test.each([
    ["aggregation_jobs", "aggregation-job-init-req"],
    ["aggregate_shares", "aggregate-share-req"],
  ] as const)("%s: nothing of a stranger's", async (name, message) => {
    const { read, body } = endless();
    expect((await send(name, message, "Bearer wrong", body)).status).toBe(401);
    // A stream fills its own queue once, whoever reads.
    expect(read.bytes).toBeLessThanOrEqual(100);
  });

  test("JSON routes too", async () => {
    const { read, body } = endless();
    const { app } = echoApp("analyst", { analyst: "good" });
    expect((await app.request("/v1/echo/a", { method: "POST", body, duplex: "half" } as RequestInit)).status).toBe(401);
    expect(read.bytes).toBeLessThanOrEqual(100);
  });

  test("anyone's resources and the leader's jobs have limits of their own", async () => {
    for (const [name, message, most, status] of [
      ["reports", "upload-req", limits.bodyBytesMax, 200],
      ["aggregation_jobs", "aggregation-job-init-req", limits.jobBytesMax, 201],
      ["aggregate_shares", "aggregate-share-req", limits.bodyBytesMax, 201],
    ] as const) {
      expect((await send(name, message, "Bearer good", new Uint8Array(most))).status, name).toBe(status);
      expect((await send(name, message, "Bearer good", new Uint8Array(most + 1))).status, name).toBe(413);
      const { read, body } = endless();
      expect((await send(name, message, "Bearer good", body)).status, name).toBe(413);
      expect(read.bytes, name).toBeLessThan(most + 1000);
    }
  });
});

test("listens, answers over a socket, and stops", async () => {
  const { app } = echoApp("anyone");
  const listening = await listen(app, httpLimits, { hostname: "127.0.0.1", port: 0 });
  const url = `http://127.0.0.1:${listening.port}`;
  expect(await (await fetch(`${url}/health`)).json()).toEqual({ ok: true });
  expect((await fetch(`${url}/v1/echo/a`, post("x".repeat(2000)))).status).toBe(413);
  expect(await (await fetch(`${url}/v1/echo/a`, post("[1]"))).json()).toMatchObject({ body: [1] });
  await expect(listen(app, httpLimits, { hostname: "127.0.0.1", port: listening.port })).rejects.toMatchObject({
    code: "conflict",
  });
  await listening.stop(100);
  await expect(fetch(`${url}/health`)).rejects.toThrow();
});
