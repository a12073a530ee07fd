// Field elements from a stream: candidates at or above the modulus are skipped, order kept.
import { expect, test } from "vitest";
import { concat, toHex } from "../../../src/base/bytes.ts";
import { field64 } from "../../../src/math/field/field64.ts";
import { field128 } from "../../../src/math/field/field128.ts";
import { toBigInts } from "../../../src/math/field/modular.ts";
import { deriveSeed, domainSeparation, expandVector, sampleVector, Usage } from "../../../src/protocol/vdaf/xof.ts";

test.each([field64, field128])("$name: rejected candidates leave no trace", (field) => {
  const size = field.encodedSize;
  const good = (value: number): Uint8Array => Uint8Array.from({ length: size }, (_, k) => (k === 0 ? value : 0));
  const bad = new Uint8Array(size).fill(0xff);
  const source = concat(bad, good(1), bad, bad, good(2), good(3), bad, good(4), good(5));
  let at = 0;
  const stream = {
    squeezeInto: (out: Uint8Array) => {
      out.set(source.subarray(at, at + out.length));
      at += out.length;
    },
  };
  const { vector, encoded } = sampleVector(field, 4, stream);
  expect(toBigInts(field, vector)).toEqual([1n, 2n, 3n, 4n]);
  expect(toHex(encoded)).toBe(toHex(concat(good(1), good(2), good(3), good(4))));
  expect(at).toBe(8 * size);
});

test("streams differ in seed, algorithm, usage, context and binder; equal inputs give equal bytes", () => {
  const seed = new Uint8Array(32);
  const ctx = Uint8Array.of(1, 2, 3);
  const tag = domainSeparation(4, Usage.proveRandomness, ctx);
  expect(toHex(tag)).toBe("1200000000040004010203");
  const streams = [
    deriveSeed(seed, tag),
    deriveSeed(new Uint8Array(32).fill(1), tag),
    deriveSeed(seed, domainSeparation(3, Usage.proveRandomness, ctx)),
    deriveSeed(seed, domainSeparation(4, Usage.queryRandomness, ctx)),
    deriveSeed(seed, domainSeparation(4, Usage.proveRandomness, ctx.subarray(1))),
    deriveSeed(seed, tag, Uint8Array.of(0)),
  ].map(toHex);
  expect(new Set(streams).size).toBe(streams.length);
  expect(toHex(deriveSeed(seed, tag))).toBe(streams[0]);
  expect(toHex(expandVector(field64, 4, seed, tag).encoded)).toBe(streams[0]);
});
