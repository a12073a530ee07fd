// Whose account a request is, asked of the app's own server (RFC 7662).
import { describe, expect, test } from "vitest";
import { fromUtf8, utf8 } from "../../../src/base/bytes.ts";
import { introspected } from "../../../src/cli/serve/accounts.ts";
import type { TransportRequest } from "../../../src/ports/transport.ts";

const url = "https://app.example/introspect";
const asking = (authorization?: string) =>
  new Request("https://registrar.example/v1/rounds/x/members", { headers: authorization ? { authorization } : {} });

function accounts(answer: { status?: number; body?: string }) {
  const asked: TransportRequest[] = [];
  const transport = {
    async send(request: TransportRequest) {
      asked.push(request);
      return { status: answer.status ?? 200, headers: {}, body: utf8(answer.body ?? "") };
    },
  };
  return { asked, authorise: introspected(transport, { url, token: "a-token-of-the-registrar" }) };
}

test("the token that a device shows is sent there, and the account is what comes back", async () => {
  const { asked, authorise } = accounts({ body: '{"active":true,"sub":"ann","username":"Ann"}' });
  expect(await authorise(asking("Bearer a.b&c=d+e"))).toBe("ann");
  const [{ method, url: where, headers, body } = {} as TransportRequest] = asked;
  expect([method, where, headers?.authorization]).toEqual(["POST", url, "Bearer a-token-of-the-registrar"]);
  expect(fromUtf8(body as Uint8Array)).toBe("token=a.b%26c%3Dd%2Be&token_type_hint=access_token");
});

test.each([undefined, "", "Bearer", "Bearer ", "Basic YTpi", "Bearer a b", `Bearer ${"a".repeat(8193)}`])(
  "%s is no session, and nobody is asked",
  async (header) => {
    const { asked, authorise } = accounts({ body: '{"active":true,"sub":"ann"}' });
    expect(await authorise(asking(header))).toBeUndefined();
    expect(asked).toEqual([]);
  },
);

test("a session that has ended is nobody's", async () => {
  expect(await accounts({ body: '{"active":false,"sub":"ann"}' }).authorise(asking("Bearer x"))).toBeUndefined();
});

describe("an answer that names nobody gives no place, and is tried again", () => {
  test.each<[string, { status?: number; body?: string }, string]>([
    ["a page in between", { body: "<html>" }, "unavailable"],
    ["no JSON object", { body: "null" }, "unavailable"],
    ["not RFC 7662", { body: '{"sub":"ann"}' }, "unavailable"],
    ["active as a text", { body: '{"active":"true","sub":"ann"}' }, "unavailable"],
    ["no sub", { body: '{"active":true}' }, "unavailable"],
    ["an empty sub", { body: '{"active":true,"sub":""}' }, "unavailable"],
    ["a sub that is a number", { body: '{"active":true,"sub":7}' }, "unavailable"],
    ["an error", { status: 500 }, "unavailable"],
    ["a redirect", { status: 302, body: '{"active":true,"sub":"ann"}' }, "unavailable"],
    ["refused", { status: 401 }, "misconfigured"],
  ])("%s", async (_, answer, code) => {
    await expect(accounts(answer).authorise(asking("Bearer x"))).rejects.toMatchObject({ code });
  });
});
