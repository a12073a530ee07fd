// What HPKE must do over every Crypto port: the vectors of RFC 9180 appendix A.1.1, and what it must refuse.
import { beforeAll, describe, expect, test } from "vitest";
import { fromHex, toHex, utf8 } from "../../../src/base/bytes.ts";
import type { Crypto, KeyPair } from "../../../src/ports/crypto.ts";
import { open, seal } from "../../../src/protocol/hpke/hpke.ts";
import { messageKey, sharedSecret } from "../../../src/protocol/hpke/key-schedule.ts";

export const vector = {
  info: fromHex("4f6465206f6e2061204772656369616e2055726e"),
  ephemeral: {
    public: fromHex("37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431"),
    secret: fromHex("52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736"),
  },
  recipient: {
    public: fromHex("3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d"),
    secret: fromHex("4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8"),
  },
  sharedSecret: "fe0e18c9f024ce43799ae393c7e8fe8fce9d218875e8227b0187c04e7d2ea1fc",
  key: "4531685d41d65f03dc48f6b8302c05b0",
  nonce: "56d890e5accaaf011cff4b7d",
  plaintext: fromHex("4265617574792069732074727574682c20747275746820626561757479"),
  aad: fromHex("436f756e742d30"),
  ciphertext: "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a",
};

/** A port whose ephemeral pair is the vector's. */
function withPair({ dhkem: _, ...crypto }: Crypto, pair: KeyPair): Crypto {
  const x25519Ephemeral = async (peer: Uint8Array) => ({
    public: pair.public,
    shared: await crypto.x25519(pair.secret, peer),
  });
  return { ...crypto, x25519Ephemeral };
}

/** @param crypto of the engine under test, in Node or in a browser */
export function hpkeContract(crypto: Crypto): void {
  describe("RFC 9180 A.1.1", () => {
    test("the key schedule", async () => {
      const { ephemeral, recipient, info } = vector;
      const dh = await crypto.x25519(ephemeral.secret, recipient.public);
      const shared = await sharedSecret(crypto, dh, ephemeral.public, recipient.public);
      expect(toHex(shared)).toBe(vector.sharedSecret);
      const { key, nonce } = await messageKey(crypto, shared, info);
      expect(toHex(key)).toBe(vector.key);
      expect(toHex(nonce)).toBe(vector.nonce);
    });

    test("seal with the vector's ephemeral key, and open", async () => {
      const { ephemeral, recipient, info, aad, plaintext } = vector;
      const sealed = await seal({
        crypto: withPair(crypto, ephemeral),
        recipient: recipient.public,
        info,
        aad,
        plaintext,
      });
      expect(toHex(sealed.enc)).toBe(toHex(ephemeral.public));
      expect(toHex(sealed.ciphertext)).toBe(vector.ciphertext);
      expect(toHex(await open({ crypto, recipient, info, aad, ...sealed }))).toBe(toHex(plaintext));
    });
  });

  describe("refusals", () => {
    let recipient: KeyPair;
    beforeAll(async () => {
      recipient = await crypto.x25519Generate();
    });
    const [info, aad, plaintext] = [utf8("input share"), utf8("task"), utf8("a share of a measurement")];
    const sealed = () => seal({ crypto, recipient: recipient.public, info, aad, plaintext });
    const refused = { code: "verification_failed", message: "HPKE: the ciphertext does not open" };

    test("any flipped bit of the ciphertext, its tag or the encapsulated key", async () => {
      const { enc, ciphertext } = await sealed();
      for (let bit = 0; bit < 8 * ciphertext.length; bit += 7) {
        const request = { crypto, recipient, enc, info, aad, ciphertext: flip(ciphertext, bit) };
        await expect(open(request)).rejects.toMatchObject(refused);
      }
      for (let bit = 0; bit < 8 * enc.length; bit++) {
        const request = { crypto, recipient, enc: flip(enc, bit), info, aad, ciphertext };
        await expect(open(request)).rejects.toMatchObject(refused);
      }
    });

    test("another info, aad or recipient", async () => {
      const request = { crypto, recipient, info, aad, ...(await sealed()) };
      await expect(open({ ...request, info: flip(info, 3) })).rejects.toMatchObject(refused);
      await expect(open({ ...request, info: new Uint8Array(0) })).rejects.toMatchObject(refused);
      await expect(open({ ...request, aad: flip(aad, 31) })).rejects.toMatchObject(refused);
      await expect(open({ ...request, aad: new Uint8Array(0) })).rejects.toMatchObject(refused);
      await expect(open({ ...request, recipient: await crypto.x25519Generate() })).rejects.toMatchObject(refused);
      const mixed = { secret: recipient.secret, public: (await crypto.x25519Generate()).public };
      await expect(open({ ...request, recipient: mixed })).rejects.toMatchObject(refused);
    });

    test("every truncation", async () => {
      const { enc, ciphertext } = await sealed();
      const request = { crypto, recipient, info, aad };
      for (let length = 0; length < ciphertext.length; length++)
        await expect(open({ ...request, enc, ciphertext: ciphertext.subarray(0, length) })).rejects.toMatchObject(
          refused,
        );
      for (const length of [0, 1, 31])
        await expect(open({ ...request, ciphertext, enc: enc.subarray(0, length) })).rejects.toMatchObject(refused);
      await expect(open({ ...request, ciphertext, enc: new Uint8Array(33) })).rejects.toMatchObject(refused);
    });

    // Points of order 1, 2, 4 and 8 (RFC 7748 section 7)
    const lowOrder = [
      "0000000000000000000000000000000000000000000000000000000000000000",
      "0100000000000000000000000000000000000000000000000000000000000000",
      "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
      "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
      "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ].map(fromHex);

    test("points of low order, on both sides", async () => {
      const { ciphertext } = await sealed();
      for (const point of lowOrder) {
        await expect(open({ crypto, recipient, enc: point, info, aad, ciphertext })).rejects.toMatchObject(refused);
        await expect(seal({ crypto, recipient: point, info, aad, plaintext })).rejects.toMatchObject({
          code: "invalid_argument",
        });
      }
    });

    test("a recipient's key of another length", async () => {
      for (const length of [0, 31, 33, 65])
        await expect(
          seal({ crypto, recipient: new Uint8Array(length).fill(9), info, aad, plaintext }),
        ).rejects.toMatchObject({ code: "invalid_argument" });
    });

    test("two seals of one message have nothing in common", async () => {
      const [first, second] = [await sealed(), await sealed()];
      expect(toHex(first.enc)).not.toBe(toHex(second.enc));
      expect(toHex(first.ciphertext)).not.toBe(toHex(second.ciphertext));
    });
  });
}

function flip(bytes: Uint8Array, bit: number): Uint8Array {
  const out = bytes.slice();
  out[bit >> 3] = (out[bit >> 3] as number) ^ (1 << (bit & 7));
  return out;
}
