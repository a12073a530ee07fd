// The vectors of RFC 9578 Appendix B.2, whole: request, answer and token, byte for byte; and every one of them spoiled.
import { constants, createPrivateKey, privateDecrypt } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { concat, fromHex, toHex } from "../../../src/base/bytes.ts";
import { nodeCrypto } from "../../../src/platform/node/crypto.ts";
import type { SeededEntropy } from "../../../src/ports/entropy.ts";
import { blind, finalize } from "../../../src/protocol/privacypass/blind.ts";
import { issuerKey, spkiOf } from "../../../src/protocol/privacypass/key.ts";
import {
  challengeDigest,
  encodeChallenge,
  shortKeyId,
  TokenRequest,
  tokenInput,
  verifyToken,
} from "../../../src/protocol/privacypass/token.ts";

interface Vector {
  readonly token_challenge: string;
  readonly nonce: string;
  readonly blind: string;
  readonly salt: string;
  readonly token_request: string;
  readonly token_response: string;
  readonly token: string;
}
const { skS, pkS, vectors } = JSON.parse(readFileSync(new URL("rfc9578.json", import.meta.url), "utf8")) as {
  skS: string;
  pkS: string;
  vectors: readonly Vector[];
};
const { sha384 } = nodeCrypto;
const key = await issuerKey(nodeCrypto, fromHex(pkS));

/** Gives what the vector drew: salt first, then the blinding factor. */
function drawn({ salt, blind: factor }: Vector): SeededEntropy {
  const draws = [fromHex(salt), fromHex(factor)];
  return {
    kind: "seeded",
    bytes: (length) => {
      const next = draws.shift();
      if (next?.length !== length) throw new Error(`the vector has no draw of ${length} bytes here`);
      return next;
    },
  };
}

test("there are vectors", () => expect(vectors.length).toBeGreaterThanOrEqual(5));

describe.each(vectors.map((vector, number) => ({ number, vector })))("vector $number", ({ vector }) => {
  const nonce = fromHex(vector.nonce);
  const digest = nodeCrypto.sha256(fromHex(vector.token_challenge));
  const input = tokenInput(nonce, digest, key);
  const token = fromHex(vector.token);
  const authenticator = token.subarray(98);

  test("request", async () => {
    const { message } = await blind(sha384, drawn(vector), key, input);
    expect(toHex(TokenRequest.encode({ keyId: shortKeyId(key), blinded: message }))).toBe(vector.token_request);
    expect(TokenRequest.decode(fromHex(vector.token_request)).keyId).toBe(shortKeyId(key));
  });

  test("the issuer's answer", () => {
    const pem = Buffer.from(skS, "hex").toString("utf8");
    const { blinded } = TokenRequest.decode(fromHex(vector.token_request));
    const answer = privateDecrypt({ key: createPrivateKey(pem), padding: constants.RSA_NO_PADDING }, blinded);
    expect(toHex(answer)).toBe(vector.token_response);
  });

  test("token", async () => {
    const { inverse } = await blind(sha384, drawn(vector), key, input);
    const signature = await finalize(sha384, key, input, fromHex(vector.token_response), inverse);
    expect(toHex(concat(input, signature))).toBe(vector.token);
    expect(await verifyToken(sha384, key, digest, { nonce, authenticator })).toBe(true);
  });

  test("any changed byte is refused", async () => {
    for (let at = 0; at < authenticator.length; at += 5) {
      const spoiled = authenticator.slice();
      spoiled[at] = (spoiled[at] as number) ^ 0x10;
      expect(await verifyToken(sha384, key, digest, { nonce, authenticator: spoiled })).toBe(false);
    }
    const other = nonce.slice();
    other[31] = (other[31] as number) ^ 1;
    expect(await verifyToken(sha384, key, digest, { nonce: other, authenticator })).toBe(false);
    const otherDigest = nodeCrypto.sha256(digest);
    expect(await verifyToken(sha384, key, otherDigest, { nonce, authenticator })).toBe(false);
    expect(await verifyToken(sha384, key, digest, { nonce, authenticator: authenticator.subarray(1) })).toBe(false);
    const above = fromHex((BigInt(`0x${toHex(authenticator)}`) + key.n).toString(16).padStart(514, "0"));
    expect(await verifyToken(sha384, key, digest, { nonce, authenticator: above.subarray(-256) })).toBe(false);
  });

  test("a spoiled answer gives no token", async () => {
    const { inverse } = await blind(sha384, drawn(vector), key, input);
    const answer = fromHex(vector.token_response);
    answer[100] = (answer[100] as number) ^ 1;
    await expect(finalize(sha384, key, input, answer, inverse)).rejects.toMatchObject({ code: "verification_failed" });
    for (const wrong of [new Uint8Array(0), new Uint8Array(255), new Uint8Array(256).fill(255)])
      await expect(finalize(sha384, key, input, wrong, inverse)).rejects.toMatchObject({ code: "verification_failed" });
  });
});

test("the challenge's encoding is the vectors'", async () => {
  const context = fromHex("8e7acc900e393381e8810b7c9e4a68b5163f1f880ab6688a6ffe780923609e88");
  expect(toHex(encodeChallenge("issuer.example", context, "origin.example"))).toBe(vectors[0]?.token_challenge);
  const bare = { issuer: "issuer.example", origin: "origin.example" };
  expect(await challengeDigest(nodeCrypto, bare)).toEqual(
    nodeCrypto.sha256(fromHex(vectors[1]?.token_challenge ?? "")),
  );
  await expect(challengeDigest(nodeCrypto, { issuer: "", origin: "" })).rejects.toMatchObject({
    code: "invalid_argument",
  });
});

test("keys of another shape, size or exponent are refused", async () => {
  const good = fromHex(pkS);
  expect(spkiOf(good.subarray(-261, -5))).toEqual(good);
  const changed = (at: number, to: number) => {
    const bytes = good.slice();
    bytes[at] = to;
    return bytes;
  };
  const modulus = good.length - 261;
  for (const bad of [
    ...[good.subarray(1), concat(good, Uint8Array.of(0)), new Uint8Array(0)],
    ...[changed(5, 9), changed(good.length - 1, 3), changed(modulus, 0x4b), changed(modulus + 255, 0x10)],
  ])
    await expect(issuerKey(nodeCrypto, bad)).rejects.toMatchObject({ code: "invalid_message" });
});

test("what an issuer sees is uniform: any blinded message could be any token's", async () => {
  // For one token and any other's request there is a blinding factor that makes one from the other: r = (z/m)^(1/e), which
  // the private key computes. Here it is computed.
  const [one, two] = vectors as [Vector, Vector];
  const pem = createPrivateKey(Buffer.from(skS, "hex").toString("utf8"));
  const raw = (value: bigint) =>
    BigInt(
      `0x${toHex(privateDecrypt({ key: pem, padding: constants.RSA_NO_PADDING }, fromHex(value.toString(16).padStart(512, "0"))))}`,
    );
  const z = BigInt(`0x${toHex(TokenRequest.decode(fromHex(two.token_request)).blinded)}`);
  const signature = BigInt(`0x${one.token.slice(196)}`);
  // raw(z) = r · s for the r that explains it, so r = raw(z) / s; s is invertible.
  let [a, b, x, y] = [key.n, signature, 0n, 1n];
  while (b !== 0n) [a, b, x, y] = [b, a % b, y, x - (a / b) * y];
  const r = (((raw(z) * ((x + key.n) % key.n)) % key.n) + key.n) % key.n;
  const toTheE = (base: bigint) => {
    let square = base;
    for (let i = 0; i < 16; i++) square = (square * square) % key.n;
    return (square * base) % key.n;
  };
  expect((toTheE(r) * toTheE(signature)) % key.n).toBe(z);
});
