import { describe, expect, test } from "vitest";
import { call } from "../../src/api/call.ts";
import { encodeProblem } from "../../src/api/problem.ts";
import { coordinatorRoutes, helperRoutes } from "../../src/api/routes.ts";
import { toBase64Url, utf8 } from "../../src/base/bytes.ts";
import { classOf } from "../../src/base/error-registry.ts";
import { type ErrorCode, PacelineError } from "../../src/base/errors.ts";
import { checkPartner, meetPartner, type Pair, partnerTransport } from "../../src/coordinator/partner.ts";
import type { HelperTerms } from "../../src/coordinator/terms.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import type { Transport } from "../../src/ports/transport.ts";
import { HpkeConfig, hpkeConfigOf } from "../../src/protocol/dap/hpke-config.ts";
import { analystToken, leaderToken, newCluster, urls } from "../support/cluster.ts";
import { smallQuestion } from "../support/questions.ts";

const cluster = newCluster();
const keys = await call({ transport: cluster.transport, url: urls.helper, token: leaderToken }, helperRoutes.partner);
const bytes = (text: string) => new Uint8Array(Buffer.from(text, "base64url"));
const terms = (change: Partial<HelperTerms> = {}, url: string = urls.coordinator) =>
  ({
    url,
    helper: {
      url: urls.helper,
      token: leaderToken,
      signingKey: bytes(keys.signingKey),
      hpke: bytes(keys.hpke),
      ...change,
    },
  }) as Pair;
const check = (...of: Parameters<typeof terms>) =>
  checkPartner(partnerTransport(cluster.transport), nodeCrypto, terms(...of));
const saying = (status: number, body: Uint8Array): Transport => ({ send: async () => ({ status, headers: {}, body }) });
const problem = (code: ErrorCode) => saying(classOf({ code }).status, encodeProblem(new PacelineError(code, "said")));

describe("two services that are configured for each other", () => {
  test("find nothing", async () => {
    expect(keys).toMatchObject({ url: urls.helper, leaderUrl: urls.coordinator });
    expect(toBase64Url(cluster.keyrings.helper.signer.publicKey)).toBe(keys.signingKey);
    await check();
  });

  test.each([
    ["token", { token: "another-token-of-sixteen" }, "does not accept this coordinator's token"],
    ["signing key", { signingKey: new Uint8Array(32) }, "signing key is another"],
  ])("another %s is named before anything is asked", async (_, change, why) => {
    await expect(check(change)).rejects.toMatchObject({ code: "misconfigured", message: expect.stringContaining(why) });
  });

  test("a receiving key that is not the configuration's is taken when it is signed, and only then", async () => {
    const other = terms({ hpke: new Uint8Array(40) });
    expect(await check({ hpke: new Uint8Array(40) })).toEqual(bytes(keys.hpke));
    const forged = { ...keys, hpke: toBase64Url(HpkeConfig.encode(hpkeConfigOf(1, new Uint8Array(32).fill(9)))) };
    for (const said of [
      forged,
      { ...forged, hpkeSignature: "" },
      { ...keys, hpkeSignature: keys.hpkeSignature.slice(2) },
    ])
      await expect(checkPartner(saying(200, utf8(JSON.stringify(said))), nodeCrypto, other)).rejects.toMatchObject({
        code: "misconfigured",
        message: expect.stringContaining("HPKE key is another"),
      });
  });

  test("another leader, and all differences at once", async () => {
    await expect(check({ signingKey: new Uint8Array(32) }, "https://other.example")).rejects.toMatchObject({
      message: expect.stringMatching(/its leader is .*; its signing key/),
    });
  });
});

describe("what the helper answers about the two services", () => {
  test.each([
    ["unauthorized", "misconfigured"],
    ["not_found", "misconfigured"],
    ["storage_full", "unavailable"],
    ["rate_limited", "unavailable"],
  ] as const)("%s is %s for the analyst", async (said, code) => {
    const transport = partnerTransport(problem(said));
    await expect(transport.send({ method: "GET", url: urls.helper })).rejects.toMatchObject({ code });
    expect(transport.trouble()).toMatchObject({ code });
  });

  test("what it says about the question passes as it is, and is no trouble", async () => {
    for (const code of ["budget_exhausted", "policy_refused", "batch_mismatch", "unknown_task"] as const) {
      const transport = partnerTransport(problem(code));
      expect((await transport.send({ method: "GET", url: urls.helper })).status).toBe(classOf({ code }).status);
      expect(transport.trouble()).toBeUndefined();
    }
  });

  test("a proxy's page is a helper that does not answer", async () => {
    await expect(
      partnerTransport(saying(502, utf8("<html>bad gateway"))).send({ method: "GET", url: urls.helper }),
    ).rejects.toMatchObject({ code: "unavailable" });
    await expect(
      partnerTransport(saying(401, utf8("<html>log in"))).send({ method: "GET", url: urls.helper }),
    ).rejects.toMatchObject({ code: "misconfigured" });
  });
});

test("an analyst with the right token never hears 401 about the service's own", async () => {
  const wrong = newCluster({
    terms: { helper: { ...terms().helper, token: "a-token-the-helper-does-not-know" } },
  });
  const { status, body } = await wrong.transport.send({
    method: "POST",
    url: `${urls.coordinator}/v1/queries`,
    headers: { authorization: `Bearer ${analystToken}`, "content-type": "application/json" },
    body: utf8(JSON.stringify(smallQuestion)),
  });
  expect([status, Buffer.from(body).toString()]).toEqual([
    502,
    expect.stringContaining("urn:paceline:error:misconfigured"),
  ]);
  await expect(
    call({ transport: wrong.transport, url: urls.coordinator, token: "nobody" }, coordinatorRoutes.ledger),
  ).rejects.toMatchObject({ code: "unauthorized" });
});

describe("at start", () => {
  const quiet = () => undefined;
  test("a helper that refuses ends it", async () => {
    await expect(
      meetPartner(partnerTransport(problem("unauthorized")), nodeCrypto, terms(), quiet),
    ).rejects.toMatchObject({
      code: "misconfigured",
    });
  });

  test("one that is not there yet is met later, and the health says so until then", async () => {
    let there = false;
    const late: Transport = {
      send: (request) =>
        there ? cluster.transport.send(request) : Promise.reject(new PacelineError("unavailable", "not there")),
    };
    const probe = await meetPartner(partnerTransport(late), nodeCrypto, terms(), quiet);
    await expect(probe()).rejects.toMatchObject({ code: "unavailable" });
    there = true;
    await expect
      .poll(
        () =>
          probe().then(
            () => "well",
            () => "ill",
          ),
        { timeout: 5000 },
      )
      .toBe("well");
  });
});
