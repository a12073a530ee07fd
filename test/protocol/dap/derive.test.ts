import { hkdfSync } from "node:crypto";
import { expect, test } from "vitest";
import { toHex, xorInto } from "../../../src/base/bytes.ts";
import { nodeCrypto } from "../../../src/platform/node/crypto.ts";
import { checksum, verifyKey } from "../../../src/protocol/dap/derive.ts";

test("the verification key is HKDF of the seed, one for each task", async () => {
  const seed = new Uint8Array(32).fill(5);
  const [one, other] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
  const expected = new Uint8Array(hkdfSync("sha256", seed, "verify_key", one, 32));
  expect(toHex(await verifyKey(nodeCrypto, seed, one))).toBe(toHex(expected));
  expect(toHex(await verifyKey(nodeCrypto, seed, other))).not.toBe(toHex(expected));
});

test("the checksum depends on the set of reports alone", async () => {
  const ids = [1, 2, 3].map((n) => new Uint8Array(16).fill(n));
  const [a, b, c] = ids as [Uint8Array, Uint8Array, Uint8Array];
  const all = await checksum(nodeCrypto, ids);
  expect(toHex(await checksum(nodeCrypto, [c, a, b]))).toBe(toHex(all));
  expect(toHex(await checksum(nodeCrypto, [a, b]))).not.toBe(toHex(all));
  expect(toHex(await checksum(nodeCrypto, [a]))).toBe(toHex(nodeCrypto.sha256(a)));
  expect(toHex(await checksum(nodeCrypto, []))).toBe("00".repeat(32));
  const merged = await checksum(nodeCrypto, [a]);
  xorInto(merged, await checksum(nodeCrypto, [b, c]));
  expect(toHex(merged)).toBe(toHex(all));
});
