// TurboSHAKE128 against @noble/hashes on all lengths around the block size, and against RFC 9861's first vector.
import { turboshake128 } from "@noble/hashes/sha3-addons.js";
import { expect, test } from "vitest";
import { toHex } from "../../../src/base/bytes.ts";
import { TurboShake128 } from "../../../src/math/turboshake/turboshake.ts";

const message = (length: number): Uint8Array => Uint8Array.from({ length }, (_, k) => (k * 37 + length) & 255);

test("RFC 9861 section 5: empty message, D = 1f", () => {
  expect(toHex(new TurboShake128(0x1f).squeeze(32))).toBe(
    "1e415f1c5983aff2169217277d17bb538cd945a397ddec541f1ce41af2c1b74c",
  );
});

test("every message length up to three blocks, in pieces of every kind", () => {
  const reused = new TurboShake128(0x01);
  for (let length = 0; length <= 510; length++) {
    const bytes = message(length);
    const wanted = turboshake128(bytes, { D: 0x01, dkLen: 64 });
    const cut = (length * 7) % (length + 1);
    reused.reset().absorb(bytes.subarray(0, cut)).absorb(bytes.subarray(cut));
    expect(toHex(reused.squeeze(64)), `length ${length}`).toBe(toHex(wanted));
  }
});

test("output read in pieces is the output read at once", () => {
  const wanted = turboshake128(message(99), { D: 0x07, dkLen: 1000 });
  for (const piece of [1, 7, 167, 168, 169, 400]) {
    const sponge = new TurboShake128(0x07).absorb(message(99));
    const got = new Uint8Array(1000);
    for (let at = 0; at < 1000; at += piece) sponge.squeezeInto(got.subarray(at, Math.min(at + piece, 1000)));
    expect(toHex(got), `pieces of ${piece}`).toBe(toHex(wanted));
  }
});

test("absorbing after squeezing and a domain out of range are refused", () => {
  const sponge = new TurboShake128(0x01);
  sponge.squeeze(1);
  expect(() => sponge.absorb(message(1))).toThrow("absorb after squeeze");
  expect(() => new TurboShake128(0)).toThrow("domain 0");
  expect(() => new TurboShake128(0x80)).toThrow("domain 128");
});
