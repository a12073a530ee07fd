// TurboSHAKE128 of both engines against @noble/hashes on all lengths around the block size, and against RFC 9861's first
// vector.
import { turboshake128 } from "@noble/hashes/sha3-addons.js";
import { describe, expect, test } from "vitest";
import { toHex } from "../../../src/base/bytes.ts";
import type { Sponge } from "../../../src/math/turboshake/sponge.ts";
import { TurboShake128 } from "../../../src/math/turboshake/turboshake.ts";
import { engines } from "../engines.ts";

const message = (length: number): Uint8Array => Uint8Array.from({ length }, (_, k) => (k * 37 + length) & 255);

function squeeze(sponge: Sponge, length: number): Uint8Array {
  const out = new Uint8Array(length);
  sponge.squeezeInto(out);
  return out;
}

const sponges = Object.entries(engines).flatMap(([name, { sponge, other }]) => [
  [name, sponge] as const,
  [`${name}, the other`, other] as const,
]);

describe.each(sponges)("%s", (_, sponge) => {
  test("RFC 9861 section 5: empty message, D = 1f", () => {
    expect(toHex(squeeze(sponge.reset(0x1f), 32))).toBe(
      "1e415f1c5983aff2169217277d17bb538cd945a397ddec541f1ce41af2c1b74c",
    );
  });

  test("every message length up to three blocks, in pieces of every kind", () => {
    for (let length = 0; length <= 510; length++) {
      const bytes = message(length);
      const wanted = turboshake128(bytes, { D: 0x01, dkLen: 64 });
      const cut = (length * 7) % (length + 1);
      sponge.reset(0x01).absorb(bytes.subarray(0, cut)).absorb(bytes.subarray(cut));
      expect(toHex(squeeze(sponge, 64)), `length ${length}`).toBe(toHex(wanted));
    }
  });

  test("long messages, whole and in pieces", () => {
    const bytes = message(5000);
    const wanted = toHex(turboshake128(bytes, { D: 0x02, dkLen: 32 }));
    expect(toHex(squeeze(sponge.reset(0x02).absorb(bytes), 32))).toBe(wanted);
    for (const piece of [1, 31, 168, 1025]) {
      sponge.reset(0x02);
      for (let at = 0; at < 5000; at += piece) sponge.absorb(bytes.subarray(at, at + piece));
      expect(toHex(squeeze(sponge, 32)), `pieces of ${piece}`).toBe(wanted);
    }
  });

  test("output read in pieces is the output read at once", () => {
    const wanted = turboshake128(message(99), { D: 0x07, dkLen: 1000 });
    for (const piece of [1, 7, 167, 168, 169, 400]) {
      sponge.reset(0x07).absorb(message(99));
      const got = new Uint8Array(1000);
      for (let at = 0; at < 1000; at += piece) sponge.squeezeInto(got.subarray(at, Math.min(at + piece, 1000)));
      expect(toHex(got), `pieces of ${piece}`).toBe(toHex(wanted));
    }
  });

  test("absorbing after squeezing and a domain out of range are refused", () => {
    squeeze(sponge.reset(0x01), 1);
    expect(() => sponge.absorb(message(1))).toThrow("absorb after squeeze");
    expect(() => sponge.absorb(message(100))).toThrow("absorb after squeeze");
    expect(() => sponge.reset(0)).toThrow("domain 0");
    expect(() => sponge.reset(0x80)).toThrow("domain 128");
  });
});

test("a sponge of its own", () => {
  expect(() => new TurboShake128(0x80)).toThrow("domain 128");
  expect(toHex(new TurboShake128(0x1f).squeeze(4))).toBe("1e415f1c");
});
