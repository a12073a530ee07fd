// The small parts: words modulo 2^width, masks, keys, the ring.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { equalBytes, fromHex, toHex } from "../../../src/base/bytes.ts";
import { accumulate, addIntegers, fromWords, toWords, type Width, widths } from "../../../src/math/words.ts";
import { nodeCrypto, nodeEntropy, nodeKeystream } from "../../../src/platform/node/index.ts";
import type { Keystream } from "../../../src/ports/keystream.ts";
import { applyMasks, sumsInPlace } from "../../../src/protocol/masks.ts";
import { neighboursOn, ringOrder } from "../../../src/protocol/secagg/graph.ts";
import { channelKey, hkdf, maskScope, pairMaskKey, selfMaskKey } from "../../../src/protocol/secagg/keys.ts";

const centred = (width: Width, value: bigint) => BigInt.asIntN(width, value);

describe.each(widths)("words modulo 2^%i", (width) => {
  const words = fc.array(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }), { minLength: 1, maxLength: 40 });
  const encoded = (values: readonly bigint[]) => {
    const out = new Uint8Array((values.length * width) / 8);
    addIntegers(width, out, values);
    return out;
  };

  test("sums and differences are those of integers", () => {
    fc.assert(
      fc.property(
        words,
        words,
        fc.constantFrom(1 as const, -1 as const),
        fc.integer({ min: 0, max: 7 }),
        (a, b, sign, shift) => {
          const length = Math.min(a.length, b.length);
          const to = encoded(a.slice(0, length));
          // Parts of messages start anywhere.
          const shifted = new Uint8Array(to.length + shift);
          shifted.set(encoded(b.slice(0, length)), shift);
          accumulate(width, to, shifted.subarray(shift), sign);
          const expected = a.slice(0, length).map((x, i) => centred(width, x + BigInt(sign) * (b[i] as bigint)));
          expect(fromWords(to, width)).toEqual(expected);
        },
      ),
    );
  });

  test("carries and borrows at every edge", () => {
    const edges = [
      0n,
      1n,
      -1n,
      2n ** 31n - 1n,
      2n ** 31n,
      2n ** 32n - 1n,
      2n ** 32n,
      2n ** 63n - 1n,
      2n ** 63n,
      2n ** 64n - 1n,
    ];
    for (const a of edges)
      for (const b of edges)
        for (const sign of [1, -1] as const) {
          const to = encoded([a]);
          accumulate(width, to, encoded([b]), sign);
          expect(fromWords(to, width)).toEqual([centred(width, a + BigInt(sign) * b)]);
        }
  });

  test("whole numbers within 2^53 become words, others are refused", () => {
    fc.assert(
      fc.property(fc.array(fc.maxSafeInteger()), (values) => {
        expect(fromWords(toWords(values, width), width)).toEqual(values.map((value) => centred(width, BigInt(value))));
      }),
    );
    for (const value of [Number.NaN, 0.5, Infinity, 2 ** 53])
      expect(() => toWords([value], width)).toThrowError(expect.objectContaining({ code: "invalid_argument" }));
  });

  test("what is masked is the keystream's words, and comes back", async () => {
    // Longer than one piece, and no whole number of blocks.
    const length = (2 ** 18 + 40) / (width / 8);
    const words = toWords(new Array<number>(length).fill(-3), width);
    const masks = [1, -1, 1].map((sign) => ({ key: nodeEntropy.bytes(32), sign: sign as 1 | -1 }));
    await applyMasks(nodeKeystream, width, words, masks.slice(0, 1));
    const stream = await nodeKeystream(masks[0]?.key as Uint8Array, new Uint8Array(16), words.length);
    const plain = toWords(new Array<number>(length).fill(-3), width);
    const expected = Uint8Array.from(plain);
    accumulate(width, expected, stream);
    expect(equalBytes(words, expected)).toBe(true);
    await applyMasks(nodeKeystream, width, words, masks.slice(1));
    await applyMasks(
      nodeKeystream,
      width,
      words,
      masks.map(({ key, sign }) => ({ key, sign: -sign as 1 | -1 })),
    );
    expect(equalBytes(words, plain)).toBe(true);
  });
});

test("masks' memory is given back once they are added, but for a part of what others may hold", async () => {
  const made: Uint8Array[] = [];
  const around: Keystream = async (key, counter, length) => {
    const stream = await nodeKeystream(key, counter, length);
    // The second of them lies in a larger buffer.
    const whole = new Uint8Array(length + (made.length === 1 ? 8 : 0));
    whole.set(stream);
    made.push(whole.subarray(0, length));
    return whole.subarray(0, length);
  };
  const keys = [nodeEntropy.bytes(32), nodeEntropy.bytes(32)];
  const sum = await sumsInPlace(around)(32, 1000, keys);
  expect(made.map(({ length }) => length)).toEqual([0, 4000]);
  expect(sum).toEqual(await sumsInPlace(nodeKeystream)(32, 1000, keys));
  await applyMasks(
    around,
    32,
    sum,
    keys.map((key) => ({ key, sign: -1 })),
  );
  expect(made.map(({ length }) => length)).toEqual([0, 4000, 0, 0]);
  expect(sum.every((byte) => byte === 0)).toBe(true);
});

test("a masked vector's bytes are uniform, whatever was in it", async () => {
  const words = new Uint8Array(2 ** 18);
  await applyMasks(nodeKeystream, 32, words, [{ key: nodeEntropy.bytes(32), sign: -1 }]);
  const counts = new Array<number>(256).fill(0);
  for (const byte of words) counts[byte] = (counts[byte] as number) + 1;
  const chiSquare = counts.reduce((sum, n) => sum + (n - 1024) ** 2 / 1024, 0);
  // 255 degrees of freedom: above 391 once in ten million times.
  expect(chiSquare).toBeLessThan(391);
});

describe("keys", () => {
  test("HKDF-SHA256, RFC 5869 A.1, its first block", async () => {
    const info = fromHex("f0f1f2f3f4f5f6f7f8f9");
    const okm = await hkdf(nodeCrypto, fromHex("000102030405060708090a0b0c"), fromHex("0b".repeat(22)), info);
    expect(toHex(okm)).toBe("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf");
  });

  test("vectors: one key for one use", async () => {
    const graph = new Uint8Array(32).fill(1);
    const agreed = new Uint8Array(32).fill(2);
    const [a, b] = [3, 5].map((index) => ({ index, key: new Uint8Array(32).fill(index) })) as [
      { index: number; key: Uint8Array },
      { index: number; key: Uint8Array },
    ];
    const scope = await maskScope(nodeCrypto, graph, Uint8Array.of(0xff, 1));
    const keys = [
      await pairMaskKey(nodeCrypto, scope, agreed, a, b),
      await selfMaskKey(nodeCrypto, scope, agreed, 3),
      await channelKey(nodeCrypto, graph, agreed, a, b),
      await channelKey(nodeCrypto, graph, agreed, b, a),
    ].map(toHex);
    expect(keys).toMatchInlineSnapshot(`
      [
        "2cb3de34eda5d8bb42101d54ac1ab8af3fb418055b3183114633ba2f23d9a415",
        "3c73f4fc132945e8e0ebdd0a61a4a88217f8d6669fcb2239320e18011f23729d",
        "39cdf0d98f20a30ae04309555d2a0100",
        "0412cc396fa4f3c0b4cc1208382538e9",
      ]
    `);
    expect(toHex(await pairMaskKey(nodeCrypto, scope, agreed, b, a))).toBe(keys[0]);
    const others = [
      await maskScope(nodeCrypto, new Uint8Array(32).fill(9), Uint8Array.of(0xff, 1)),
      await maskScope(nodeCrypto, graph, Uint8Array.of(0xfd, 1)),
    ];
    for (const other of others) {
      expect(toHex(await pairMaskKey(nodeCrypto, other, agreed, a, b))).not.toBe(keys[0]);
      expect(toHex(await selfMaskKey(nodeCrypto, other, agreed, 3))).not.toBe(keys[1]);
    }
  });
});

describe("the ring", () => {
  test("a vector", () => {
    expect([...ringOrder(new Uint8Array(32), 12)]).toMatchInlineSnapshot(`
      [
        9,
        10,
        8,
        6,
        0,
        11,
        2,
        3,
        1,
        5,
        4,
        7,
      ]
    `);
  });

  test("an order is a permutation, and each of six comes as often", () => {
    const seen = new Map<string, number>();
    const runs = 6000;
    for (let i = 0; i < runs; i++) {
      const order = ringOrder(Uint8Array.of(i, i >> 8), 3);
      seen.set(order.join(), (seen.get(order.join()) ?? 0) + 1);
    }
    expect(seen.size).toBe(6);
    const chiSquare = [...seen.values()].reduce((sum, n) => sum + (n - runs / 6) ** 2 / (runs / 6), 0);
    // The seeds are fixed, so this is one number; a uniform order exceeds 20.5 once in a thousand times.
    expect(chiSquare).toBeLessThan(20.5);
  });

  test("neighbours are mutual, as many as the degree, and nobody's own", () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 60 }), fc.nat(), fc.boolean(), (members, pick, complete) => {
        const degrees = Array.from({ length: Math.ceil((members - 1) / 2) - 1 }, (_, i) => 2 * (i + 1));
        const degree = complete || degrees.length === 0 ? members - 1 : (degrees[pick % degrees.length] as number);
        const order = ringOrder(Uint8Array.of(pick), members);
        const of = Array.from({ length: members }, (_, i) => new Set(neighboursOn(order, degree, i)));
        for (const [i, neighbours] of of.entries()) {
          expect(neighbours.size).toBe(degree);
          expect(neighbours.has(i)).toBe(false);
          for (const other of neighbours) expect(of[other]?.has(i)).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });
});
