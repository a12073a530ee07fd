// All Crypto ports against one contract and against each other.
import { describe, expect, test, vi } from "vitest";
import { toHex, utf8 } from "../../src/base/bytes.ts";
import { nobleCrypto } from "../../src/platform/noble/crypto.ts";
import { nodeCrypto, nodeEntropy } from "../../src/platform/node/index.ts";
import { engineCrypto } from "../../src/platform/web/engine-crypto.ts";
import { portableCrypto, webCrypto, webEntropy } from "../../src/platform/web/index.ts";
import { sealingCrypto } from "../../src/platform/web/sealing-crypto.ts";
import type { Crypto, Dhkem, SealingCrypto } from "../../src/ports/crypto.ts";
import { cryptoContract } from "./crypto-contract.ts";

const plainCrypto: Crypto = nobleCrypto(nodeEntropy);

describe.each([
  ["node", nodeCrypto],
  ["web", webCrypto],
  ["noble", plainCrypto],
  ["portable", portableCrypto],
] as [string, Crypto][])("%s", (_, crypto) => cryptoContract(crypto));

describe.each([
  ["node", nodeCrypto, "web", webCrypto],
  ["web", webCrypto, "node", nodeCrypto],
  ["noble", plainCrypto, "node", nodeCrypto],
] as [string, Crypto, string, Crypto][])("%s and %s agree", (_, here, __, there) => {
  test("on shared secrets", async () => {
    const [mine, yours] = [await here.x25519Generate(), await there.x25519Generate()];
    expect(toHex(await here.x25519(mine.secret, yours.public))).toBe(
      toHex(await there.x25519(yours.secret, mine.public)),
    );
  });

  test("on signatures", async () => {
    const pair = await here.ed25519Generate();
    const signature = await here.ed25519Sign(pair.secret, utf8("manifest"));
    expect(toHex(await there.ed25519Sign(pair.secret, utf8("manifest")))).toBe(toHex(signature));
    expect(await there.ed25519Verify(pair.public, utf8("manifest"), signature)).toBe(true);
  });

  test("on sealed bytes", async () => {
    const [key, nonce, aad] = [new Uint8Array(16).fill(1), new Uint8Array(12).fill(2), utf8("aad")];
    const plain = new Uint8Array(2500).map((_, i) => i);
    const sealed = await here.aes128gcmSeal(key, nonce, aad, plain);
    expect(await there.aes128gcmOpen(key, nonce, aad, sealed)).toEqual(plain);
  });
});

test("node: a Buffer that held another secret key is imported anew", () => {
  const [first, second] = [nodeCrypto.x25519Generate(), nodeCrypto.x25519Generate()];
  const peer = nodeCrypto.x25519Generate();
  const secret = Buffer.from(first.secret);
  nodeCrypto.x25519(secret, peer.public);
  secret.set(second.secret);
  expect(nodeCrypto.x25519(secret, peer.public)).toEqual(nodeCrypto.x25519(peer.secret, second.public));
});

test("node: a key that was overwritten is not remembered", () => {
  const [first, second] = [nodeCrypto.x25519Generate(), nodeCrypto.x25519Generate()];
  const peer = nodeCrypto.x25519Generate();
  const secret = first.secret;
  const before = nodeCrypto.x25519(secret, peer.public);
  expect(nodeCrypto.x25519(secret, peer.public)).toEqual(before);
  secret.set(second.secret);
  expect(nodeCrypto.x25519(secret, peer.public)).toEqual(nodeCrypto.x25519(peer.secret, second.public));
  const publicKey = peer.public.slice();
  nodeCrypto.x25519(secret, publicKey);
  publicKey.set(first.public);
  expect(nodeCrypto.x25519(secret, publicKey)).toEqual(nodeCrypto.x25519(second.secret, first.public));
});

describe("DHKEM in one step, as this Node has it", () => {
  const dhkem = nodeCrypto.dhkem as Dhkem;
  const [one, other] = [nodeCrypto.x25519Generate(), nodeCrypto.x25519Generate()];

  test("both sides agree", async () => {
    const { shared, enc } = await dhkem.encapsulate(one.public);
    expect(await dhkem.decapsulate(one, enc)).toEqual(shared);
  });

  test("refuses halves that are no pair, points of low order, and other lengths", async () => {
    const { enc } = await dhkem.encapsulate(one.public);
    const zero = new Uint8Array(32);
    const code = (expected: string) => expect.objectContaining({ code: expected });
    const mixed = { secret: one.secret, public: other.public };
    expect(() => dhkem.decapsulate(mixed, enc)).toThrow(code("verification_failed"));
    expect(() => dhkem.decapsulate(one, zero)).toThrow(code("verification_failed"));
    expect(() => dhkem.encapsulate(zero)).toThrow(code("verification_failed"));
    expect(() => dhkem.decapsulate(one, enc.subarray(1))).toThrow(code("invalid_argument"));
    expect(() => dhkem.encapsulate(enc.subarray(1))).toThrow(code("invalid_argument"));
  });
});

describe("the engine's Crypto", () => {
  const within = async <T>(stubs: Record<string, unknown>, work: () => Promise<T>): Promise<T> => {
    for (const [name, value] of Object.entries(stubs)) vi.stubGlobal(name, value);
    try {
      return await work();
    } finally {
      vi.unstubAllGlobals();
    }
  };
  const getRandomValues = globalThis.crypto.getRandomValues.bind(globalThis.crypto);
  /** A WebCrypto that knows only what browsers had before they had these curves. */
  const older = (...missing: string[]) => ({
    getRandomValues,
    subtle: new Proxy(globalThis.crypto.subtle, {
      get(subtle, name) {
        const method = Reflect.get(subtle, name) as (...parameters: unknown[]) => unknown;
        return async (...parameters: unknown[]) => {
          if (parameters.some((each) => missing.includes(each as string)))
            throw new DOMException("Unrecognized name.", "NotSupportedError");
          return await method.apply(subtle, parameters);
        };
      },
    }),
  });

  test("is WebCrypto where all is there", async () => {
    expect(await engineCrypto()).toBe(webCrypto);
  });

  test.each([[["X25519"]], [["Ed25519"]], [["X25519", "Ed25519"]]])("fills in for %s", async (missing) => {
    await within({ crypto: older(...missing) }, async () => {
      const crypto = await engineCrypto();
      expect(crypto.aes128gcmSeal).toBe(webCrypto.aes128gcmSeal);
      expect(crypto.x25519 === webCrypto.x25519).toBe(!missing.includes("X25519"));
      expect(crypto.ed25519Sign === webCrypto.ed25519Sign).toBe(!missing.includes("Ed25519"));
      expect(crypto.x25519Ephemeral === webCrypto.x25519Ephemeral).toBe(!missing.includes("X25519"));
      const [mine, yours] = [await crypto.x25519Generate(), nodeCrypto.x25519Generate()];
      expect(await crypto.x25519(mine.secret, yours.public)).toEqual(nodeCrypto.x25519(yours.secret, mine.public));
      const pair = await crypto.ed25519Generate();
      const signature = await crypto.ed25519Sign(pair.secret, utf8("m"));
      expect(nodeCrypto.ed25519Verify(pair.public, utf8("m"), signature)).toBe(true);
    });
  });

  test("does without WebCrypto, but not without randomness", async () => {
    await within({ crypto: { getRandomValues } }, async () => {
      const crypto = await engineCrypto();
      const pair = await crypto.x25519Generate();
      expect(nodeCrypto.x25519(pair.secret, pair.public)).toEqual(await crypto.x25519(pair.secret, pair.public));
    });
    for (const nothing of [undefined, {}])
      await within({ crypto: nothing }, async () => {
        const crypto = await engineCrypto();
        const generate = async () => await crypto.x25519Generate();
        await expect(generate()).rejects.toMatchObject({ code: "unsupported" });
        expect(() => webEntropy.bytes(1)).toThrow(expect.objectContaining({ code: "unsupported" }));
      });
  });

  test("sealing asks of it what it lacks, and no more", async () => {
    const mine = nodeCrypto.x25519Generate();
    const agrees = async ({ x25519Ephemeral }: SealingCrypto) => {
      const { public: enc, shared } = await x25519Ephemeral(mine.public);
      expect(nodeCrypto.x25519(mine.secret, enc)).toEqual(shared);
    };
    expect(await sealingCrypto()).toMatchObject({ x25519Ephemeral: webCrypto.x25519Ephemeral });
    for (const [missing, kept] of [
      ["X25519", false],
      ["Ed25519", true],
    ] as const)
      await within({ crypto: older(missing) }, async () => {
        const crypto = await sealingCrypto();
        expect(crypto.aes128gcmSeal).toBe(webCrypto.aes128gcmSeal);
        expect(crypto.x25519Ephemeral === webCrypto.x25519Ephemeral).toBe(kept);
        await agrees(crypto);
      });
    await within({ crypto: { getRandomValues } }, async () => await agrees(await sealingCrypto()));
  });

  test("does not make up for a page without https", async () => {
    await within({ isSecureContext: false, crypto: { getRandomValues } }, async () => {
      await expect(engineCrypto()).rejects.toMatchObject({ code: "unsupported" });
      await expect(sealingCrypto()).rejects.toMatchObject({ code: "unsupported" });
    });
  });
});
