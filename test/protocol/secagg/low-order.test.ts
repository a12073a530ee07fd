// Keys of low order by their value, beside what two engines say when somebody agrees with them.
import fc from "fast-check";
import { expect, test } from "vitest";
import { nobleCrypto } from "../../../src/platform/noble/crypto.ts";
import { nodeCrypto, nodeEntropy } from "../../../src/platform/node/index.ts";
import { isLowOrder } from "../../../src/protocol/secagg/low-order.ts";

const P = 2n ** 255n - 19n;
const EIGHTH = [
  325606250916557431795983626356110631294008115727848805560023387167927233504n,
  39382357235489614581723060781553021112529911719440698176882885853963445705823n,
];

function encoded(u: bigint): Uint8Array {
  const bytes = new Uint8Array(32);
  for (let i = 0, rest = u; i < 32; i++, rest >>= 8n) bytes[i] = Number(rest & 255n);
  return bytes;
}

/** Whoever agrees is told by the engine. */
async function refused(key: Uint8Array): Promise<boolean[]> {
  const secret = nodeEntropy.bytes(32);
  return await Promise.all(
    [nodeCrypto, nobleCrypto(nodeEntropy)].map(async ({ x25519 }) => {
      try {
        await x25519(secret, key);
        return false;
      } catch {
        return true;
      }
    }),
  );
}

/** Every value below 20 has two encodings below 2^255, and all have two with the highest bit. */
const near = Array.from({ length: 20 }, (_, i) => BigInt(i)).flatMap((i) => [i, P - 20n + i, (P + i) % 2n ** 255n]);

test.each([0n, 2n ** 255n])("what engines refuse is of low order, and nothing else: highest bit %i", async (bit) => {
  const found = new Set<bigint>();
  for (const u of new Set([...near, ...EIGHTH, ...EIGHTH.flatMap((e) => [e - 1n, e + 1n, P - e])])) {
    const key = encoded(u + bit);
    expect([u, await refused(key)]).toEqual([u, [isLowOrder(key), isLowOrder(key)]]);
    if (isLowOrder(key)) found.add(u);
  }
  expect(found).toEqual(new Set([0n, 1n, P - 1n, P, P + 1n, ...EIGHTH]));
});

test("keys that were drawn are none, wherever they stand in a message", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 9 }), (at) => {
      const message = new Uint8Array(50).fill(255);
      message.set(nodeCrypto.x25519Generate().public, at);
      expect(isLowOrder(message.subarray(at, at + 32))).toBe(false);
      message.fill(0, at, at + 32);
      expect(isLowOrder(message.subarray(at, at + 32))).toBe(true);
    }),
  );
});
