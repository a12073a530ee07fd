import { describe, expect, test } from "vitest";
import { fail } from "../../src/base/errors.ts";
import { newApp } from "../../src/http/app.ts";
import type { Probes } from "../../src/http/health.ts";

const health = async (probes?: Probes) => {
  const answer = await newApp(() => undefined, probes).request("/health");
  return [answer.status, await answer.json()];
};

describe("GET /health", () => {
  test("all is well", async () => {
    expect(await health()).toEqual([200, { ok: true }]);
    expect(await health({ storage: async () => undefined })).toEqual([200, { ok: true }]);
  });

  test("names every part that fails by its code, and nothing that anyone may not know", async () => {
    const answer = await health({
      storage: async () => fail("storage_full", "/srv/secret.sqlite has no room", { hint: "secret" }),
      log: async () => undefined,
      helper: async () => fail("misconfigured", "secret.example does not accept the token"),
      other: async () => {
        throw new TypeError("secret");
      },
    });
    expect(answer).toEqual([
      503,
      {
        ok: false,
        problems: [
          { part: "storage", code: "storage_full", title: expect.any(String) },
          { part: "helper", code: "misconfigured", title: expect.any(String) },
          { part: "other", code: "internal", title: expect.any(String) },
        ],
      },
    ]);
    expect(JSON.stringify(answer)).not.toContain("secret");
  });

  test("strangers make it look once, however often they ask, and it looks again later", async () => {
    let looks = 0;
    const app = newApp(() => undefined, {
      storage: async () => {
        looks += 1;
        if (looks === 1) fail("storage_full", "x");
      },
    });
    const status = async () => (await app.request("/health")).status;
    expect(await Promise.all(Array.from({ length: 50 }, status))).toEqual(new Array(50).fill(503));
    expect(looks).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect([await status(), looks]).toEqual([200, 2]);
  });
});

test("what only an operator can mend is logged under its code; when to come again is said", async () => {
  const lines: string[] = [];
  const app = newApp((line) => lines.push(line));
  for (const code of ["storage_full", "misconfigured", "rate_limited", "unavailable"] as const)
    app.get(`/${code}`, () => fail(code, `because of ${code}`));
  const statuses: unknown[] = [];
  for (const code of ["storage_full", "misconfigured", "rate_limited", "unavailable"]) {
    const { status, headers } = await app.request(`/${code}`);
    statuses.push([status, headers.get("retry-after")]);
  }
  expect(statuses).toEqual([
    [507, "300"],
    [502, null],
    [429, "10"],
    [503, "10"],
  ]);
  expect(lines).toEqual(["storage_full: because of storage_full", "misconfigured: because of misconfigured"]);
});
