// What every Crypto port must do: the RFCs' vectors, and what it must refuse.
import { expect, test } from "vitest";
import { fromHex, toHex, utf8 } from "../../src/base/bytes.ts";
import type { Crypto } from "../../src/ports/crypto.ts";

/** @param crypto of the engine under test, in Node or in a browser */
export function cryptoContract(crypto: Crypto): void {
  test("SHA-256 (FIPS 180-4) and HMAC-SHA-256 (RFC 4231)", async () => {
    // FIPS 180-4, as the examples of NIST's page give it
    expect(toHex(await crypto.sha384(utf8("abc")))).toBe(
      "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded163" + "1a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
    );
    expect(toHex(await crypto.sha256(utf8("abc")))).toBe(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
    expect(toHex(await crypto.hmacSha256(utf8("Jefe"), utf8("what do ya want for nothing?")))).toBe(
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    );
    // an empty key, as HKDF without salt has
    expect(toHex(await crypto.hmacSha256(new Uint8Array(0), new Uint8Array(0)))).toBe(
      "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad",
    );
    // RFC 4231, test case 7: a key and data that are longer than a block
    const long =
      "This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.";
    expect(toHex(await crypto.hmacSha256(new Uint8Array(131).fill(0xaa), utf8(long)))).toBe(
      "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
    );
  });

  test("X25519 (RFC 7748 sections 5.2 and 6.1)", async () => {
    const shared = await crypto.x25519(
      fromHex("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4"),
      fromHex("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c"),
    );
    expect(toHex(shared)).toBe("c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552");
    const basePoint = new Uint8Array(32);
    basePoint[0] = 9;
    const bob = fromHex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
    expect(toHex(await crypto.x25519(bob, basePoint))).toBe(
      "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
    );
  });

  test("X25519 refuses a result of zero and keys of another length", async () => {
    const { secret } = await crypto.x25519Generate();
    const zero = async () => await crypto.x25519(secret, new Uint8Array(32));
    await expect(zero()).rejects.toMatchObject({ code: "verification_failed" });
    const short = async () => await crypto.x25519(secret, new Uint8Array(31).fill(9));
    await expect(short()).rejects.toMatchObject({ code: "invalid_argument" });
  });

  test("X25519 with an ephemeral pair: another one each time, and the same refusals", async () => {
    const pair = await crypto.x25519Generate();
    const [one, two] = [await crypto.x25519Ephemeral(pair.public), await crypto.x25519Ephemeral(pair.public)];
    for (const { public: enc, shared } of [one, two]) expect(await crypto.x25519(pair.secret, enc)).toEqual(shared);
    expect(one.public).not.toEqual(two.public);
    const zero = async () => await crypto.x25519Ephemeral(new Uint8Array(32));
    await expect(zero()).rejects.toMatchObject({ code: "verification_failed" });
    const short = async () => await crypto.x25519Ephemeral(new Uint8Array(31).fill(9));
    await expect(short()).rejects.toMatchObject({ code: "invalid_argument" });
  });

  // RFC 8032 section 7.1, tests 1 to 3: seed, public key, message, signature
  test.each([
    [
      "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
      "",
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ],
    [
      "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
      "72",
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ],
    [
      "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
      "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
      "af82",
      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ],
  ])("Ed25519 (RFC 8032) %#", async (seed, publicKey, message, signature) => {
    expect(toHex(await crypto.ed25519Sign(fromHex(seed), fromHex(message)))).toBe(signature);
    expect(await crypto.ed25519Verify(fromHex(publicKey), fromHex(message), fromHex(signature))).toBe(true);
    const changed = fromHex(signature);
    changed[5] = (changed[5] as number) ^ 1;
    expect(await crypto.ed25519Verify(fromHex(publicKey), fromHex(message), changed)).toBe(false);
    expect(await crypto.ed25519Verify(fromHex(publicKey), utf8("another"), fromHex(signature))).toBe(false);
  });

  test("Ed25519 answers no, and throws nothing, for what is no key or no signature", async () => {
    const pair = await crypto.ed25519Generate();
    const message = utf8("m");
    const signature = await crypto.ed25519Sign(pair.secret, message);
    expect(await crypto.ed25519Verify(pair.public, message, signature)).toBe(true);
    expect(await crypto.ed25519Verify(pair.public.subarray(1), message, signature)).toBe(false);
    expect(await crypto.ed25519Verify(pair.public, message, signature.subarray(1))).toBe(false);
    // y = 2 is not on the curve
    const offCurve = new Uint8Array(32);
    offCurve[0] = 2;
    expect(await crypto.ed25519Verify(offCurve, message, signature)).toBe(false);
  });

  test("AES-128-GCM (SP 800-38D test case 4)", async () => {
    const key = fromHex("feffe9928665731c6d6a8f9467308308");
    const nonce = fromHex("cafebabefacedbaddecaf888");
    const aad = fromHex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
    const plain = fromHex(
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
    );
    const sealed = await crypto.aes128gcmSeal(key, nonce, aad, plain);
    expect(toHex(sealed)).toBe(
      "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091" +
        "5bc94fbc3221a5db94fae95ae7121a47",
    );
    expect(toHex((await crypto.aes128gcmOpen(key, nonce, aad, sealed)) as Uint8Array)).toBe(toHex(plain));
    for (const at of [0, plain.length, sealed.length - 1]) {
      const changed = sealed.slice();
      changed[at] = (changed[at] as number) ^ 0x80;
      expect(await crypto.aes128gcmOpen(key, nonce, aad, changed)).toBeUndefined();
    }
    for (const length of [0, 15, 16, sealed.length - 1])
      expect(await crypto.aes128gcmOpen(key, nonce, aad, sealed.subarray(0, length))).toBeUndefined();
    expect(await crypto.aes128gcmOpen(key, nonce, new Uint8Array(0), sealed)).toBeUndefined();
  });

  test("an empty plaintext is a tag, and a tag is no empty plaintext", async () => {
    const [key, nonce, aad] = [new Uint8Array(16), new Uint8Array(12), new Uint8Array(0)];
    const sealed = await crypto.aes128gcmSeal(key, nonce, aad, new Uint8Array(0));
    expect(sealed.length).toBe(16);
    expect(await crypto.aes128gcmOpen(key, nonce, aad, sealed)).toEqual(new Uint8Array(0));
    expect(await crypto.aes128gcmOpen(key, nonce, aad, new Uint8Array(16))).toBeUndefined();
  });

  test("answers are plain byte arrays of their own", async () => {
    const pair = await crypto.x25519Generate();
    const sealed = await crypto.aes128gcmSeal(new Uint8Array(16), new Uint8Array(12), pair.public, pair.secret);
    const answers = [pair.secret, pair.public, sealed, await crypto.sha256(sealed)];
    answers.push(await crypto.hmacSha256(sealed, sealed), await crypto.x25519(pair.secret, pair.public));
    for (const answer of answers) {
      expect(answer.constructor).toBe(Uint8Array);
      expect(answer.buffer.byteLength).toBe(answer.length);
    }
  });
}
