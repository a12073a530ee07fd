import { describe, expect, test } from "vitest";
import { concat, fromBase64Url, toHex } from "../../src/base/bytes.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import { verifyToken } from "../../src/protocol/privacypass/token.ts";
import { issuerUrl, newTestIssuer } from "../support/tokens.ts";

describe("an issuer", () => {
  test("says in its directory what its tokens are", async () => {
    const issuer = await newTestIssuer();
    const response = await issuer.fetch(new Request(`${issuerUrl}/.well-known/private-token-issuer-directory`));
    const directory = (await response.json()) as { "token-keys": { "token-key": string }[] };
    expect(directory).toMatchObject({ "issuer-request-uri": "/token-request", rho: "5000000", perYear: 200 });
    expect(fromBase64Url(directory["token-keys"][0]?.["token-key"] ?? "")).toEqual(issuer.key.spki);
  });

  test("signs what it cannot read, and what it signs is a token", async () => {
    const issuer = await newTestIssuer();
    const tokens = await issuer.tokens(3);
    expect(new Set(tokens.map(({ nonce }) => toHex(nonce))).size).toBe(3);
    for (const token of tokens)
      expect(await verifyToken(nodeCrypto.sha384, issuer.key, issuer.digest, token)).toBe(true);
  });

  test("gives an account a year's tokens, on however many devices, and new ones next year", async () => {
    let now = Date.UTC(2026, 10, 25);
    const issuer = await newTestIssuer(5_000_000n, 50_000_000n, { now: () => now });
    await issuer.tokens(7, "ann");
    await issuer.tokens(3, "ann");
    await expect(issuer.tokens(1, "ann")).rejects.toThrow(/403.*had 10 of its 10 tokens of 2026/);
    await expect(issuer.tokens(11, "bob")).rejects.toThrow(/403/);
    await issuer.tokens(10, "bob");
    now = Date.UTC(2027, 0, 10);
    expect(await issuer.tokens(10, "ann")).toHaveLength(10);
  });

  test("answers the same request again, and counts it once", async () => {
    const issuer = await newTestIssuer(5_000_000n, 20_000_000n);
    const { body, tokens } = await issuer.requests(3);
    const answers = [];
    for (let i = 0; i < 5; i++) answers.push(new Uint8Array(await (await issuer.ask("ann", body)).arrayBuffer()));
    expect(new Set(answers.map((answer) => toHex(answer))).size).toBe(1);
    expect(await tokens(answers[4] as Uint8Array)).toHaveLength(3);
    // one is left; the same body of another account is that account's
    await issuer.tokens(1, "ann");
    await expect(issuer.tokens(1, "ann")).rejects.toThrow(/403/);
    expect((await issuer.ask("bob", body)).status).toBe(200);
  });

  test("keeps no account's name and no request's content", async () => {
    const issuer = await newTestIssuer();
    const written: Uint8Array[] = [];
    const { transaction } = issuer.store;
    issuer.store.transaction = (work) =>
      transaction((rows) =>
        work({
          ...rows,
          setIssued: (account, ...rest) => {
            written.push(account);
            return rows.setIssued(account, ...rest);
          },
        }),
      );
    await issuer.tokens(2, "ann");
    expect(written).toHaveLength(1);
    expect(written[0]).toHaveLength(32);
    expect(written[0]).not.toEqual(nodeCrypto.sha256(new TextEncoder().encode("ann")));
  });

  test("refuses strangers, other keys, other types, broken lengths and numbers above its modulus, and counts none of it", async () => {
    const issuer = await newTestIssuer(5_000_000n, 15_000_000n);
    const { body } = await issuer.requests(1);
    expect((await issuer.ask(undefined, body)).status).toBe(401);
    const changed = (at: number, to: number) => {
      const bytes = body.slice();
      bytes[at] = to;
      return bytes;
    };
    const otherKey = changed(2, (body[2] as number) ^ 1);
    const above = concat(body.subarray(0, 3), new Uint8Array(256).fill(0xff));
    const many = concat(...Array.from({ length: 513 }, () => body));
    for (const bad of [
      otherKey,
      changed(1, 1),
      body.subarray(1),
      concat(body, body.subarray(1)),
      new Uint8Array(0),
      above,
      many,
    ])
      expect((await issuer.ask("ann", bad)).status).toBe(400);
    expect(await issuer.tokens(3)).toHaveLength(3);
    const wrongType = new Request(`${issuerUrl}/token-request`, { method: "POST", body: "{}" });
    expect((await issuer.fetch(wrongType)).status).toBe(400);
  });

  test("is not made for a year that is worth no token", async () => {
    await expect(newTestIssuer(5n, 4n)).rejects.toMatchObject({ code: "invalid_argument" });
    await expect(newTestIssuer(1n, 513n)).rejects.toMatchObject({ code: "invalid_argument" });
    await expect(newTestIssuer(0n, 4n)).rejects.toMatchObject({ code: "invalid_argument" });
  });

  test("a race of requests gives no more than the year", async () => {
    const issuer = await newTestIssuer(5_000_000n, 50_000_000n);
    const each = await Promise.allSettled(Array.from({ length: 16 }, () => issuer.tokens(2)));
    expect(each.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
  });
});
