// Elements out of and into the sponge: both engines against the byte stream, and rejection where it really happens.
import { turboshake128 } from "@noble/hashes/sha3-addons.js";
import { describe, expect, test } from "vitest";
import { toHex } from "../../../src/base/bytes.ts";
import type { Engine } from "../../../src/math/engine.ts";
import type { Field } from "../../../src/math/field/field.ts";
import { fromBigInts, toBigInts } from "../../../src/math/field/modular.ts";
import type { Sponge } from "../../../src/math/turboshake/sponge.ts";
import { wasmEngine } from "../../../src/math/wasm/engine.ts";
import { nodeWasm } from "../../../src/platform/node/wasm.ts";
import { edges, engines } from "../engines.ts";

const seed = Uint8Array.from({ length: 61 }, (_, k) => k);

/** The elements a stream of bytes gives, by the book. */
function bookSample(field: Field, stream: Uint8Array, count: number): bigint[] {
  const found: bigint[] = [];
  for (let at = 0; found.length < count; at += field.encodedSize) {
    const value = BigInt(`0x${toHex(stream.slice(at, at + field.encodedSize).reverse())}`);
    if (value < field.modulus) found.push(value);
  }
  return found;
}

const both = Object.values(engines).flatMap((engine) =>
  [engine.field64, engine.field128].map((field): [string, Engine, Field] => [
    `${engine.name}, ${field.name}`,
    engine,
    field,
  ]),
);

describe.each(both)("%s", (_, engine, field) => {
  const size = field.encodedSize;

  test("elements are the stream's, in pieces and off the block's grid", () => {
    const stream = turboshake128(seed, { D: 0x01, dkLen: 16000 });
    const v = field.newVector(700);
    for (const skip of [0, 5, 168]) {
      engine.sponge.reset(0x01).absorb(seed);
      engine.sponge.squeezeInto(new Uint8Array(skip));
      field.sample(engine.sponge, v, 0, 1);
      field.sample(engine.sponge, v, 1, 0);
      field.sample(engine.sponge, v, 1, 699);
      expect(toBigInts(field, v)).toEqual(bookSample(field, stream.subarray(skip), 700));
    }
  });

  test("sampling while another sponge absorbs is sampling and then absorbing", () => {
    for (const [count, head, skip] of [
      [0, 5, 0],
      [1, 0, 0],
      [31, 160, 8],
      [400, 61, 0],
      [399, 167, 1],
    ] as const) {
      const message = turboshake128(seed, { D: 0x01, dkLen: 168 }).subarray(0, head);
      engine.sponge.reset(0x01).absorb(seed);
      engine.sponge.squeezeInto(new Uint8Array(skip));
      engine.other.reset(0x02).absorb(message);
      const v = field.newVector(count + 1);
      field.sampleAndAbsorb(engine.sponge, engine.other, v, 1, count);
      const stream = turboshake128(seed, { D: 0x01, dkLen: skip + (count + 9) * size });
      const wanted = bookSample(field, stream.subarray(skip), count);
      expect(toBigInts(field, v).slice(1)).toEqual(wanted);
      const encoded = new Uint8Array(count * size);
      field.encodeInto(encoded, 0, fromBigInts(field, wanted), 0, count);
      const digest = turboshake128(Uint8Array.from([...message, ...encoded, ...seed]), { D: 0x02, dkLen: 32 });
      const got = new Uint8Array(32);
      engine.other.absorb(seed).squeezeInto(got);
      expect(toHex(got), `${count} elements`).toBe(toHex(digest));
      // The source goes on where it was.
      const rest = new Uint8Array(9 * size);
      engine.sponge.squeezeInto(rest);
      expect(toHex(rest)).toBe(toHex(stream.subarray(skip + count * size)));
    }
  });

  test("vectors are absorbed in their encoding, whatever they look like inside", () => {
    const values = Array.from({ length: 300 }, (_, k) => edges(field)[k % edges(field).length] as bigint);
    const v = fromBigInts(field, values);
    // p - 1 + 1 and the like: sums that an engine may hold unreduced.
    field.add(300, v, 0, 1, v, 0, 1, v, 0, 0);
    field.sub(300, v, 0, 1, v, 0, 1, fromBigInts(field, [1n]), 0, 0);
    const bytes = new Uint8Array(300 * size);
    field.encodeInto(bytes, 0, fromBigInts(field, toBigInts(field, v)), 0, 300);
    for (const [i, count] of [
      [0, 300],
      [7, 1],
      [299, 1],
      [3, 0],
      [13, 41],
    ] as const) {
      const got = new Uint8Array(32);
      engine.sponge.reset(0x01).absorb(seed);
      field.absorbInto(engine.sponge, v, i, count);
      engine.sponge.absorb(seed).squeezeInto(got);
      const message = [...seed, ...bytes.subarray(i * size, (i + count) * size), ...seed];
      expect(toHex(got)).toBe(toHex(turboshake128(Uint8Array.from(message), { D: 0x01, dkLen: 32 })));
    }
  });
});

/** What a sponge says that has absorbed these elements. */
function digestOf(field: Field, values: readonly bigint[]): string {
  const encoded = new Uint8Array(values.length * field.encodedSize);
  field.encodeInto(encoded, 0, fromBigInts(field, values), 0, values.length);
  return toHex(turboshake128(encoded, { D: 0x02, dkLen: 32 }));
}

function digest(sponge: Sponge): string {
  const out = new Uint8Array(32);
  sponge.squeezeInto(out);
  return toHex(out);
}

/** Bytes in which candidates at or above the modulus lie first, last, in a row and across the end of a block. */
function hardStream(field: Field, blocks: number): Uint8Array {
  const stream = turboshake128(seed, { D: 0x01, dkLen: 168 * blocks });
  for (const candidate of [0, 3, 4, 5, 10, 20, 21, 22])
    stream.fill(255, candidate * field.encodedSize, (candidate + 1) * field.encodedSize);
  return stream;
}

describe("rejection", () => {
  test.each([engines.typescript.field64, engines.typescript.field128])("typescript, $name", (field) => {
    const stream = hardStream(field, 40);
    let at = 0;
    const sponge = {
      squeezeInto: (out: Uint8Array) => {
        out.set(stream.subarray(at, at + out.length));
        at += out.length;
      },
    } as unknown as Sponge;
    for (const count of [1, 3, 2, 20, 300]) {
      at = 0;
      const wanted = bookSample(field, stream, count);
      const v = field.newVector(count);
      field.sample(sponge, v, 0, count);
      expect(toBigInts(field, v)).toEqual(wanted);
      at = 0;
      const { other } = engines.typescript;
      field.sampleAndAbsorb(sponge, other.reset(0x02), v, 0, count);
      expect(toBigInts(field, v)).toEqual(wanted);
      expect(digest(other)).toBe(digestOf(field, wanted));
    }
  });

  test.each(["field64", "field128"] as const)("wasm, %s", (name) => {
    // Blocks of output cannot be chosen, but the state at the start can: its first 168 bytes are the first block.
    let memory: Uint8Array | undefined;
    const engine = wasmEngine({
      instantiate: (bytes) => {
        const exports = nodeWasm.instantiate(bytes);
        memory = exports && new Uint8Array(exports.memory.buffer);
        return exports;
      },
    }) as Engine;
    const field = engine[name];
    const first = hardStream(field, 1);
    const plant = () => {
      engine.sponge.reset(0x01).squeezeInto(new Uint8Array(0));
      memory?.set(first, 0);
    };
    plant();
    const stream = new Uint8Array(168 * 40);
    engine.sponge.squeezeInto(stream);
    expect(stream.subarray(0, 168)).toEqual(first);
    for (const count of [1, 3, 2, 20, 300]) {
      plant();
      const wanted = bookSample(field, stream, count);
      const v = field.newVector(count);
      field.sample(engine.sponge, v, 0, count);
      expect(toBigInts(field, v)).toEqual(wanted);
      plant();
      field.sampleAndAbsorb(engine.sponge, engine.other.reset(0x02), v, 0, count);
      expect(toBigInts(field, v)).toEqual(wanted);
      expect(digest(engine.other)).toBe(digestOf(field, wanted));
    }
  });
});
