// Streams: what they depend on, and how elements come out of them. The official vectors are in test/spec.
import { describe, expect, test } from "vitest";
import { concat, toHex } from "../../../src/base/bytes.ts";
import { field64 } from "../../../src/math/field/field64.ts";
import { field128 } from "../../../src/math/field/field128.ts";
import { toBigInts } from "../../../src/math/field/modular.ts";
import { domainSeparation, SPONGE_DOMAIN, streamHead, Usage } from "../../../src/protocol/vdaf/xof.ts";
import { XofFixedKeyAes128 } from "../../../src/protocol/vdaf/xof-fixed-key-aes.ts";
import { engines } from "../../spec/engines.ts";
import { bytes } from "./support.ts";

const seed = bytes("seed", 32);
const ctx = Uint8Array.of(1, 2, 3);

describe.each(engines)("on the $name engine", ({ make }) => {
  const { sponge } = make();
  const first32 = (from: Uint8Array, tag: Uint8Array, binder = new Uint8Array(0)): string => {
    const out = new Uint8Array(32);
    sponge
      .reset(SPONGE_DOMAIN)
      .absorb(streamHead(from, tag, binder))
      .squeezeInto(out);
    return toHex(out);
  };

  test("streams differ in seed, algorithm, usage, context and binder; equal inputs give equal bytes", () => {
    const tag = domainSeparation(4, Usage.proveRandomness, ctx);
    expect(toHex(tag)).toBe("1200000000040004010203");
    const streams = [
      first32(seed, tag),
      first32(bytes("other", 32), tag),
      first32(seed.subarray(1), tag),
      first32(seed, domainSeparation(3, Usage.proveRandomness, ctx)),
      first32(seed, domainSeparation(4, Usage.queryRandomness, ctx)),
      first32(seed, domainSeparation(4, Usage.proveRandomness, ctx.subarray(1))),
      first32(seed, tag, Uint8Array.of(0)),
    ];
    expect(new Set(streams).size).toBe(streams.length);
    expect(first32(seed, tag)).toBe(streams[0]);
  });
});

test("a context that is too long is refused", () => {
  const code = expect.objectContaining({ code: "invalid_argument" });
  expect(() => domainSeparation(1, Usage.measurementShare, new Uint8Array(65528))).toThrow(code);
  expect(domainSeparation(1, Usage.measurementShare, new Uint8Array(65527))).toHaveLength(65535);
});

describe("XofFixedKeyAes128", () => {
  // A cipher that repeats its key over the block: what matters here is everything but AES.
  const cipher = (key: Uint8Array) => (block: Uint8Array) => block.map((byte, k) => byte ^ (key[k] as number));
  const start = (s = seed.subarray(0, 16), tag = ctx, binder = ctx) => new XofFixedKeyAes128(cipher, s, tag, binder);

  test("reading piece by piece gives the same bytes", () => {
    const stream = start();
    const pieces = [1, 15, 16, 0, 17, 51].map((length) => stream.next(length));
    expect(toHex(concat(...pieces))).toBe(toHex(start().next(100)));
  });

  test.each([field64, field128])("$name: candidates at or above the modulus are skipped, order kept", (field) => {
    const size = field.encodedSize;
    // The hash is sigma(s) xor E(sigma(s)), so E(x) = x xor wanted makes the output what the test wants.
    const good = (value: number) => Uint8Array.from({ length: size }, (_, k) => (k === 0 ? value : 0));
    const bad = new Uint8Array(size).fill(0xff);
    const wanted = concat(bad, good(1), bad, bad, good(2), good(3), bad, good(4), good(5), good(6));
    let block = 0;
    const rigged = () => (sigma: Uint8Array) => {
      const at = 16 * block++;
      return sigma.map((byte, k) => byte ^ (wanted[at + k] ?? 0));
    };
    const stream = new XofFixedKeyAes128(rigged, seed.subarray(0, 16), ctx, ctx);
    expect(toBigInts(field, stream.nextVector(field, 4))).toEqual([1n, 2n, 3n, 4n]);
    expect(toBigInts(field, stream.nextVector(field, 2))).toEqual([5n, 6n]);
  });

  test("a seed of another size is refused", () => {
    expect(() => start(seed)).toThrow(expect.objectContaining({ code: "invalid_argument" }));
    expect(() => start(undefined, new Uint8Array(65536))).toThrow(
      expect.objectContaining({ code: "invalid_argument" }),
    );
  });
});
