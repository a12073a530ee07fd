// Shares against the polynomial computed plainly, a vector worked out apart, and what must not rebuild.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "../../../src/base/bytes.ts";
import { nodeEntropy } from "../../../src/platform/node/index.ts";
import type { SeededEntropy } from "../../../src/ports/entropy.ts";
import { join, SHARE_BYTES, split } from "../../../src/protocol/secagg/shamir.ts";

const P = 2n ** 64n - 2n ** 32n + 1n;

/** Gives the bytes it was made with, then fails. */
function given(hex: string): SeededEntropy {
  const all = fromHex(hex);
  let at = 0;
  return {
    kind: "seeded",
    bytes(length) {
      if (at + length > all.length) throw new Error("no more bytes");
      at += length;
      return all.slice(at - length, at);
    },
  };
}

const little = (bytes: Uint8Array) => bytes.reduceRight((value, byte) => value * 256n + BigInt(byte), 0n);
const elementsOf = (bytes: Uint8Array) =>
  Array.from({ length: bytes.length / 8 }, (_, i) => little(bytes.subarray(8 * i, 8 * i + 8)));
const pieces = (secret: Uint8Array) => [0, 7, 14, 21, 28].map((from) => little(secret.subarray(from, from + 7)));

test("a share is the polynomial's value: pieces of 7 bytes, and coefficients as drawn", () => {
  const secret = Uint8Array.from({ length: 32 }, (_, i) => 255 - i);
  const coefficients = Array.from({ length: 10 }, (_, i) => (BigInt(i + 1) * 0x1234_5678_9abc_def1n) % P);
  const drawn = coefficients.map((c) =>
    toHex(Uint8Array.from({ length: 8 }, (_, i) => Number((c >> BigInt(8 * i)) & 255n))),
  );
  const points = [1, 2, 77, 65536];
  const shares = split([secret], 3, points, given(drawn.join("")));
  for (const [p, point] of points.entries()) {
    const x = BigInt(point);
    const values = pieces(secret).map(
      (piece, i) => (piece + (coefficients[i] as bigint) * x + (coefficients[5 + i] as bigint) * x * x) % P,
    );
    expect(elementsOf(shares[p] as Uint8Array)).toEqual(values);
  }
});

test("a vector: threshold 2, all coefficients 1", () => {
  const [share] = split([fromHex(`${"00".repeat(31)}ff`)], 2, [3, 4], given("0100000000000000".repeat(5)));
  expect(toHex(share as Uint8Array)).toBe(`${"0300000000000000".repeat(4)}030000ff00000000`);
});

test("coefficients at or above p are drawn again, the others kept", () => {
  const high = "ffffffffffffffff";
  const one = "0100000000000000";
  // The second of five is p - 1 + 2^32 - 1, above p; its replacement comes after them, and is first p itself.
  const entropy = given(`${one}${high}${one.repeat(3)}01000000ffffffff0200000000000000`);
  const [share] = split([new Uint8Array(32)], 2, [1, 2], entropy);
  expect(elementsOf(share as Uint8Array)).toEqual([1n, 2n, 1n, 1n, 1n]);
});

const cases = fc.integer({ min: 1, max: 40 }).chain((holders) =>
  fc.record({
    threshold: fc.integer({ min: 1, max: holders }),
    points: fc.uniqueArray(fc.integer({ min: 1, max: 65536 }), { minLength: holders, maxLength: holders }),
    secrets: fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { minLength: 1, maxLength: 3 }),
    order: fc.infiniteStream(fc.nat()),
  }),
);

test("any threshold of the shares rebuild every secret, wherever they stand", () => {
  fc.assert(
    fc.property(cases, ({ threshold, points, secrets, order }) => {
      const shares = split(secrets, threshold, points, nodeEntropy);
      const chosen = points
        .map((point, i) => ({ point, share: shares[i] as Uint8Array, key: order.next().value as number }))
        .sort((a, b) => a.key - b.key)
        .slice(0, threshold);
      for (const [s, secret] of secrets.entries()) {
        const own = chosen.map(({ share }) => share.subarray(s * SHARE_BYTES, (s + 1) * SHARE_BYTES));
        expect(
          join(
            chosen.map(({ point }) => point),
            own,
          ),
        ).toEqual(Uint8Array.from(secret));
      }
    }),
    { numRuns: 60 },
  );
});

describe("too few or wrong shares", () => {
  const secret = nodeEntropy.bytes(32);
  const points = [4, 9, 12, 30, 31];
  const shares = split([secret], 3, points, nodeEntropy);

  test("two of three fit every secret: there is a polynomial through them and any other", () => {
    const other = nodeEntropy.bytes(32);
    const [x1, x2] = [4n, 9n];
    for (const wanted of [secret, other]) {
      // With the value at 0 free, two points and the wanted secret make a polynomial: it gives some share at the third point.
      const third = pieces(wanted).map((piece, i) => {
        const y = [
          piece,
          elementsOf(shares[0] as Uint8Array)[i] as bigint,
          elementsOf(shares[1] as Uint8Array)[i] as bigint,
        ];
        const xs = [0n, x1, x2];
        return xs.reduce((sum, xi, a) => {
          let [num, den] = [1n, 1n];
          for (const [b, xj] of xs.entries()) if (a !== b) [num, den] = [(num * (12n - xj)) % P, (den * (xi - xj)) % P];
          return (((sum + (y[a] as bigint) * num * power(den, P - 2n)) % P) + P) % P;
        }, 0n);
      });
      const share = Uint8Array.from(
        third.flatMap((v) => Array.from({ length: 8 }, (_, k) => Number((v >> BigInt(8 * k)) & 255n))),
      );
      expect(join([4, 9, 12], [shares[0] as Uint8Array, shares[1] as Uint8Array, share])).toEqual(
        Uint8Array.from(wanted),
      );
    }
  });

  test("one bit changed is another secret or none", () => {
    for (let bit = 0; bit < 8 * SHARE_BYTES; bit += 5) {
      const changed = Uint8Array.from(shares[1] as Uint8Array);
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
      const rebuilt = join([4, 9, 12], [shares[0] as Uint8Array, changed, shares[2] as Uint8Array]);
      expect(rebuilt === undefined || toHex(rebuilt) !== toHex(secret)).toBe(true);
    }
  });

  test("no element at or above p, no other length", () => {
    const high = Uint8Array.from(shares[0] as Uint8Array).fill(255, 0, 8);
    expect(join([4, 9, 12], [high, shares[1] as Uint8Array, shares[2] as Uint8Array])).toBeUndefined();
    expect(join([4], [new Uint8Array(SHARE_BYTES - 1)])).toBeUndefined();
    expect(join([4], [new Uint8Array(SHARE_BYTES + 1)])).toBeUndefined();
  });

  test.each([
    ["a threshold of 0", 0, [1, 2]],
    ["a threshold above the shares", 3, [1, 2]],
    ["half a threshold", 1.5, [1, 2]],
    ["nobody", 1, []],
    ["the secret's own point", 1, [0]],
    ["a point twice", 1, [5, 5]],
    ["a point too large", 1, [65537]],
    ["half a point", 1, [1.5]],
  ])("%s is refused", (_, threshold, points) => {
    expect(() => split([secret], threshold, points, nodeEntropy)).toThrowError(
      expect.objectContaining({ code: "invalid_argument" }),
    );
  });

  test("secrets have 32 bytes", () => {
    for (const length of [0, 31, 33])
      expect(() => split([new Uint8Array(length)], 1, [1], nodeEntropy)).toThrowError(
        expect.objectContaining({ code: "invalid_argument" }),
      );
  });
});

function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, ((base % P) + P) % P];
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % P;
    square = (square * square) % P;
  }
  return result;
}

test("points at both ends of their range, so that differences are as large as they can be and of either sign", () => {
  const points = Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? 1 + i / 2 : 65536 - (i - 1) / 2));
  const secret = nodeEntropy.bytes(32);
  // With a remainder of 0, 1 and 2 factors after those that are multiplied three at a time.
  for (const threshold of [198, 199, 200]) {
    const shares = split([secret], threshold, points, nodeEntropy);
    const order = points.map((_, i) => i).reverse();
    const chosen = order.slice(0, threshold);
    const rebuilt = join(
      chosen.map((i) => points[i] as number),
      chosen.map((i) => shares[i] as Uint8Array),
    );
    expect(toHex(rebuilt as Uint8Array)).toBe(toHex(secret));
  }
});
