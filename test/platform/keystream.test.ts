// All keystreams against NIST SP 800-38A, F.5.5 (CTR-AES256.Encrypt), and against each other.
import { describe, expect, test } from "vitest";
import { fromHex, toHex, xorInto } from "../../src/base/bytes.ts";
import { nobleKeystream } from "../../src/platform/noble/keystream.ts";
import { nodeEntropy, nodeKeystream } from "../../src/platform/node/index.ts";
import { webKeystream } from "../../src/platform/web/index.ts";
import type { Keystream } from "../../src/ports/keystream.ts";

const key = fromHex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");
const counter = fromHex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
const plain =
  "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51" +
  "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710";
const cipher =
  "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5" +
  "2b0930daa23de94ce87017ba2d84988ddfc9c58db67aada613c2dd08457941a6";

describe.each([
  ["node", nodeKeystream],
  ["web", webKeystream],
  ["noble", nobleKeystream],
] as [string, Keystream][])("%s", (_, keystream) => {
  test("the published vector", async () => {
    const stream = Uint8Array.from(await keystream(key, counter, 64));
    xorInto(stream, fromHex(plain));
    expect(toHex(stream)).toBe(cipher);
  });

  test.each([0, 1, 15, 16, 17, 100_003])("%i bytes, alike everywhere", async (length) => {
    const fresh = nodeEntropy.bytes(32);
    const start = fromHex("000000000000000000000000fffffff0");
    const stream = await keystream(fresh, start, length);
    expect(stream).toHaveLength(length);
    expect(toHex(await nobleKeystream(fresh, start, length))).toBe(toHex(stream));
  });

  test("a later counter is a later part", async () => {
    const whole = await keystream(key, new Uint8Array(16), 4096);
    const start = new Uint8Array(16);
    start[15] = 100;
    expect(toHex(await keystream(key, start, 256))).toBe(toHex(whole.subarray(1600, 1856)));
  });
});

test("a call longer than any before", async () => {
  const stream = await nodeKeystream(key, counter, 2 ** 18 + 5);
  expect(toHex(stream.subarray(0, 64))).toBe(toHex((await nodeKeystream(key, counter, 64)).subarray(0, 64)));
  expect(stream.subarray(-64).some((byte) => byte !== 0)).toBe(true);
});
