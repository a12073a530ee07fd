import { describe, expect, test } from "vitest";
import { call } from "../../src/api/call.ts";
import { decodeProblem, encodeProblem } from "../../src/api/problem.ts";
import { coordinatorRoutes, parseRequest, type Route } from "../../src/api/routes.ts";
import { fromUtf8, utf8 } from "../../src/base/bytes.ts";
import { errorCodes } from "../../src/base/error-codes.ts";
import { classOf } from "../../src/base/error-registry.ts";
import { fail, PacelineError } from "../../src/base/errors.ts";
import * as z from "../../src/base/schema.ts";
import type { Transport, TransportRequest } from "../../src/ports/transport.ts";

function answering(status: number, body: string | Uint8Array) {
  const asked: TransportRequest[] = [];
  const transport: Transport = {
    async send(request) {
      asked.push(request);
      return { status, headers: {}, body: typeof body === "string" ? utf8(body) : body };
    },
  };
  return { transport, asked, service: { transport, url: "http://x.test", token: "secret" } };
}
const echo = {
  method: "POST",
  path: "/v1/{a}/x/{b}",
  summary: "",
  caller: "analyst",
  request: z.unknown(),
  response: z.strictObject({ n: z.int() }),
} as const satisfies Route;

describe("call", () => {
  test("sends what the route says, parameters escaped", async () => {
    const { service, asked } = answering(200, '{"n":1}');
    expect(await call(service, echo, { parameters: { a: "p/q?", b: "ü" }, body: { k: 1 } })).toEqual({ n: 1 });
    expect(asked).toEqual([
      {
        method: "POST",
        url: "http://x.test/v1/p%2Fq%3F/x/%C3%BC",
        headers: { accept: "application/json", authorization: "Bearer secret", "content-type": "application/json" },
        body: utf8('{"k":1}'),
      },
    ]);
  });

  test("keeps its token from routes that are for anyone", async () => {
    const { service, asked } = answering(200, '{"tasks":[],"next":""}');
    await call(service, coordinatorRoutes.tasks);
    expect(asked[0]?.headers).toEqual({ accept: "application/json" });
    expect(asked[0]).not.toHaveProperty("body");
  });

  test("an error of the service comes back as it was thrown there", async () => {
    const { service } = answering(
      403,
      encodeProblem(new PacelineError("budget_exhausted", "2026-W05 has nothing left", { hint: "Wait." })),
    );
    await expect(call(service, echo)).rejects.toMatchObject({
      code: "budget_exhausted",
      message: "2026-W05 has nothing left",
      hint: "Wait.",
    });
  });

  test.each([
    [404, "not_found"],
    [401, "unauthorized"],
    [500, "unavailable"],
    [502, "unavailable"],
    [302, "unavailable"],
    [429, "unavailable"],
  ])("status %i without a problem document is %s", async (status, code) => {
    for (const body of [
      "",
      "<html>",
      "{}",
      '{"type":"about:blank"}',
      '{"type":"urn:paceline:error:no_such_code"}',
      Uint8Array.of(0xff),
    ])
      await expect(call(answering(status, body).service, echo)).rejects.toMatchObject({ code });
  });

  test.each(["", "no json", '{"n":"1"}', '{"n":1,"m":2}', "null", "[]"])(
    "an answer that is not as promised: %j",
    async (body) => {
      await expect(call(answering(200, body).service, echo)).rejects.toMatchObject({ code: "invalid_message" });
    },
  );

  test("a transport that fails fails the call", async () => {
    const transport: Transport = { send: async () => fail("unavailable", "no route to host") };
    await expect(call({ transport, url: "http://x.test" }, echo)).rejects.toMatchObject({ code: "unavailable" });
  });
});

describe("problems", () => {
  test.each(errorCodes)("%s makes the round trip", (code) => {
    for (const options of [{}, { hint: "Do this." }]) {
      const error = new PacelineError(code, `what was wrong: ${code}`, options);
      const { status, title } = classOf(error);
      const document = JSON.parse(fromUtf8(encodeProblem(error))) as Record<string, unknown>;
      expect(document).toMatchObject({ type: `urn:paceline:error:${code}`, status, title });
      const back = decodeProblem(status, encodeProblem(error));
      expect([back.code, back.message, back.hint]).toEqual([code, error.message, error.hint]);
    }
  });
});

test("a request that is not as the route wants it names the field, not the value", () => {
  const steer = coordinatorRoutes.steer;
  expect(() => parseRequest(steer, { action: "rollback", to: "secret" })).toThrow(
    expect.objectContaining({ code: "invalid_message" }),
  );
  expect(parseRequest(steer, { action: "stop" })).toEqual({ action: "stop" });
  expect(parseRequest(coordinatorRoutes.tasks, { anything: 1 })).toBeUndefined();
});
