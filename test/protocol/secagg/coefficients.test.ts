// A member's sharings hold no fresh randomness: on one graph the same bytes for ever, on another graph or for another member others.
import { createCipheriv, hkdfSync } from "node:crypto";
import { expect, test } from "vitest";
import { toHex, utf8 } from "../../../src/base/bytes.ts";
import { nodeCrypto, nodeKeystream } from "../../../src/platform/node/index.ts";
import { coefficientsOf } from "../../../src/protocol/secagg/member/coefficients.ts";
import { join, SHARE_BYTES, split } from "../../../src/protocol/secagg/shamir.ts";

const ports = { crypto: nodeCrypto, keystream: nodeKeystream };
const [graph, channelSecret] = [1, 2].map((byte) => new Uint8Array(32).fill(byte)) as [Uint8Array, Uint8Array];
const threshold = 3;
const points = [1, 2, 77, 65536];
const secrets = [3, 4].map((byte) => new Uint8Array(32).fill(byte));

async function sharesOf(change: { graph?: Uint8Array; channelSecret?: Uint8Array } = {}) {
  const own = { channelSecret: change.channelSecret ?? channelSecret };
  const coefficients = await coefficientsOf(ports, change.graph ?? graph, threshold, own);
  return split(secrets, threshold, points, coefficients).map(toHex);
}

test("a vector, and the same bytes of OpenSSL's own HKDF and AES", async () => {
  const bytes = (await coefficientsOf(ports, graph, threshold, { channelSecret })).bytes(2 * 2 * SHARE_BYTES);
  const key = hkdfSync("sha256", channelSecret, graph, utf8("paceline secagg sharing v1\n"), 32);
  const cipher = createCipheriv("aes-256-ctr", new Uint8Array(key), new Uint8Array(16));
  expect(toHex(bytes)).toBe(cipher.update(new Uint8Array(bytes.length)).toString("hex"));
  expect(toHex(bytes.subarray(0, 32))).toMatchInlineSnapshot(
    `"a8dda3aa24a5a8f485db382ed948eb1799d2e420680a5eef2334a7b2081e95e2"`,
  );
});

test("the same graph gives the same shares, which rebuild what was shared", async () => {
  const shares = await sharesOf();
  expect(await sharesOf()).toEqual(shares);
  const some = shares.slice(1).map((share) => Uint8Array.from(Buffer.from(share, "hex")).subarray(SHARE_BYTES));
  expect(join(points.slice(1), some)).toEqual(secrets[1]);
});

test("another graph, another member: no element of any share is the same", async () => {
  const elements = (shares: readonly string[]) => shares.flatMap((share) => share.match(/.{16}/g) as string[]);
  const one = (bytes: Uint8Array) => Uint8Array.from(bytes, (byte, i) => (i === 31 ? byte ^ 1 : byte));
  const all = [
    await sharesOf(),
    await sharesOf({ graph: one(graph) }),
    await sharesOf({ channelSecret: one(channelSecret) }),
  ].flatMap(elements);
  expect(new Set(all).size).toBe(all.length);
});

test("both secrets' coefficients are drawn from one stream, no part of it twice", async () => {
  const coefficients = await coefficientsOf(ports, graph, threshold, { channelSecret });
  const drawn = Array.from({ length: 10 * threshold }, () => toHex(coefficients.bytes(8)));
  expect(new Set(drawn).size).toBe(drawn.length);
  // Room for ten that are drawn again, and an end instead of bytes that are none.
  expect(() => coefficients.bytes(8)).toThrowError(expect.objectContaining({ code: "internal" }));
});
