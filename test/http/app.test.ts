import { describe, expect, test } from "vitest";
import * as z from "zod/mini";
import type { Route } from "../../src/api/routes.ts";
import { fail } from "../../src/base/errors.ts";
import { httpLimits, mount, newApp } from "../../src/http/app.ts";
import { listen } from "../../src/http/listen.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";

const base = {
  method: "POST",
  path: "/v1/echo/{name}",
  summary: "",
  response: z.unknown(),
  request: z.unknown(),
} as const;
const limits = { bodyBytesMax: 1000, requestMsMax: 1000 };

function echoApp(caller: Route["caller"], callers: { analyst?: string; leader?: string } = {}) {
  const lines: string[] = [];
  const app = newApp(limits, (line) => lines.push(line));
  mount(app, { ...base, caller }, { crypto: nodeCrypto, callers }, async ({ body, parameters }) => {
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
    const answer = await app.request("/v1/echo/a%20b", post('{"x":[1]}'));
    expect([answer.status, await answer.json()]).toEqual([200, { body: { x: [1] }, parameters: { name: "a b" } }]);
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
    `Bearer ${"g".repeat(201)}`,
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

test("listens, answers over a socket, and stops", async () => {
  const { app } = echoApp("anyone");
  const listening = await listen(app, httpLimits, { hostname: "127.0.0.1", port: 0 });
  const url = `http://127.0.0.1:${listening.port}`;
  expect(await (await fetch(`${url}/health`)).json()).toEqual({ ok: true });
  expect((await fetch(`${url}/v1/echo/a`, post("x".repeat(2000)))).status).toBe(413);
  await expect(listen(app, httpLimits, { hostname: "127.0.0.1", port: listening.port })).rejects.toMatchObject({
    code: "conflict",
  });
  await listening.stop(100);
  await expect(fetch(`${url}/health`)).rejects.toThrow();
});
