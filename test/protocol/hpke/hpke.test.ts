// HPKE over every Crypto port against one contract, and against @hpke/core and each other.
import { Aes128Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "@hpke/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "../../../src/base/bytes.ts";
import { nobleCrypto } from "../../../src/platform/noble/crypto.ts";
import { nodeCrypto, nodeEntropy } from "../../../src/platform/node/index.ts";
import { webCrypto } from "../../../src/platform/web/index.ts";
import type { Crypto } from "../../../src/ports/crypto.ts";
import { open, seal } from "../../../src/protocol/hpke/hpke.ts";
import { hpkeContract, vector } from "./contract.ts";

/** node:crypto where it has no DHKEM of its own. */
const { dhkem: _, ...partsCrypto } = nodeCrypto;

const engines: [string, Crypto][] = [
  ["node", nodeCrypto],
  ["node, from parts", partsCrypto],
  ["web", webCrypto],
  ["noble", nobleCrypto(nodeEntropy)],
];

describe.each(engines)("%s", (_, crypto) => hpkeContract(crypto));

describe.each(engines)("%s against @hpke/core", (_, crypto) => {
  const suite = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes128Gcm() });
  const messages = fc.record({
    info: fc.uint8Array({ maxLength: 60 }),
    aad: fc.uint8Array({ maxLength: 300 }),
    plaintext: fc.uint8Array({ maxLength: 3000 }),
  });

  test("it opens what we seal", async () => {
    const pair = await suite.kem.generateKeyPair();
    const recipient = new Uint8Array(await suite.kem.serializePublicKey(pair.publicKey));
    await fc.assert(
      fc.asyncProperty(messages, async ({ info, aad, plaintext }) => {
        const { enc, ciphertext } = await seal({ crypto, recipient, info, aad, plaintext });
        const params = { recipientKey: pair.privateKey, enc: buffer(enc), info: buffer(info) };
        const opened = await suite.open(params, buffer(ciphertext), buffer(aad));
        expect(toHex(new Uint8Array(opened))).toBe(toHex(plaintext));
      }),
      { numRuns: 15 },
    );
  });

  test("we open what it seals", async () => {
    const recipient = await crypto.x25519Generate();
    const recipientPublicKey = await suite.kem.deserializePublicKey(buffer(recipient.public));
    await fc.assert(
      fc.asyncProperty(messages, async ({ info, aad, plaintext }) => {
        const theirs = await suite.seal({ recipientPublicKey, info: buffer(info) }, buffer(plaintext), buffer(aad));
        const [enc, ciphertext] = [new Uint8Array(theirs.enc), new Uint8Array(theirs.ct)];
        const opened = await open({ crypto, recipient, enc, info, aad, ciphertext });
        expect(toHex(opened)).toBe(toHex(plaintext));
      }),
      { numRuns: 15 },
    );
  });
});

test("a purpose seen before and one seen for the first time give the same keys", async () => {
  const { recipient, aad, plaintext } = vector;
  for (let round = 0; round < 3; round++)
    for (let i = 0; i < 20; i++) {
      const info = Uint8Array.of(i);
      const sealed = await seal({ crypto: nodeCrypto, recipient: recipient.public, info, aad, plaintext });
      info[0] = i ^ (round === 1 ? 0 : 64);
      const opened = open({ crypto: nodeCrypto, recipient, info, aad, ...sealed });
      if (round === 1) expect(toHex(await opened)).toBe(toHex(plaintext));
      else await expect(opened).rejects.toMatchObject({ code: "verification_failed" });
    }
});

test("a purpose in a Buffer that is written over is another purpose", async () => {
  const { recipient, aad, plaintext } = vector;
  const info = Buffer.from("first purpose");
  await seal({ crypto: nodeCrypto, recipient: recipient.public, info, aad, plaintext });
  info.write("other purpose");
  const sealed = await seal({ crypto: nodeCrypto, recipient: recipient.public, info, aad, plaintext });
  info.write("first purpose");
  const opened = await open({ crypto: nodeCrypto, recipient, info: Buffer.from("other purpose"), aad, ...sealed });
  expect(toHex(opened)).toBe(toHex(plaintext));
});

test("a failure that is not the sender's fault is not taken for a bad ciphertext", async () => {
  const broken = {
    ...partsCrypto,
    x25519: () => {
      throw new RangeError("out of memory");
    },
  };
  const request = { crypto: broken, recipient: vector.recipient, info: vector.info, aad: vector.aad };
  const sealed = { enc: vector.ephemeral.public, ciphertext: fromHex(vector.ciphertext) };
  await expect(open({ ...request, ...sealed })).rejects.toThrow(RangeError);
});

function buffer(bytes: Uint8Array): ArrayBuffer {
  return bytes.slice().buffer as ArrayBuffer;
}
