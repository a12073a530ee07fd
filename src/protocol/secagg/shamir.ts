// Shamir's sharing of 32-byte secrets over Field64 (p = 2^64 - 2^32 + 1), piece by piece of 7 bytes. Field arithmetic takes no
// branch and no address from a secret; public points are BigInt where weights are made of them.
import { fail, invariant } from "../../base/errors.ts";
import type { FieldVector } from "../../math/field/field.ts";
import { field64 as field } from "../../math/field/field64.ts";
import { fromBigInts, inverse } from "../../math/field/modular.ts";
import type { AnyEntropy } from "../../ports/entropy.ts";

export const SECRET_BYTES = 32;
const PIECE_BYTES = 7;
const PIECES = 5;
const ELEMENT_BYTES = 8;
/** Five elements. */
export const SHARE_BYTES = PIECES * ELEMENT_BYTES;
/** Points are members' indices and one. */
export const POINT_MAX = 2 ** 16;
const SHARES_MAX = 1024;

/**
 * Shares of `secrets`, one after the other, for each point: any `threshold` points rebuild them, fewer know nothing.
 * @param points distinct, 1 to 2^16
 * @returns for each point the secrets' shares, SHARE_BYTES each
 * @throws PacelineError invalid_argument
 */
export function split(
  secrets: readonly Uint8Array[],
  threshold: number,
  points: readonly number[],
  entropy: AnyEntropy,
): Uint8Array<ArrayBuffer>[] {
  checkPoints(points);
  if (!(Number.isInteger(threshold) && threshold >= 1 && threshold <= points.length))
    fail("invalid_argument", `a threshold of ${threshold} for ${points.length} shares`);
  const columns = PIECES * secrets.length;
  // Row j holds the coefficients of x^j; the secrets are those of x^0.
  const rows = field.newVector(threshold * columns);
  const constant = new Uint8Array(columns * ELEMENT_BYTES);
  for (const [s, secret] of secrets.entries()) writePieces(constant, s * SHARE_BYTES, secret);
  invariant(field.decodeInto(rows, 0, constant, 0, columns), "pieces of 7 bytes are below p");
  drawElements(rows, columns, (threshold - 1) * columns, entropy);
  const x = fromBigInts(
    field,
    points.map((point) => BigInt(point)),
  );
  const value = field.newVector(columns);
  return points.map((_, p) => {
    field.copy(columns, value, 0, 1, rows, (threshold - 1) * columns, 1);
    for (let j = threshold - 2; j >= 0; j--) {
      field.mul(columns, value, 0, 1, value, 0, 1, x, p, 0);
      field.add(columns, value, 0, 1, value, 0, 1, rows, j * columns, 1);
    }
    const share = new Uint8Array(columns * ELEMENT_BYTES);
    field.encodeInto(share, 0, value, 0, columns);
    return share;
  });
}

/**
 * The secret behind as many shares as its threshold, or undefined when they are not shares of one.
 * @param shares SHARE_BYTES each
 * @throws PacelineError invalid_argument for points that are not distinct or out of range
 */
export function join(points: readonly number[], shares: readonly Uint8Array[]): Uint8Array<ArrayBuffer> | undefined {
  checkPoints(points);
  invariant(points.length === shares.length, "a point for each share");
  const matrix = field.newVector(points.length * PIECES);
  for (const [i, share] of shares.entries()) {
    if (share.length !== SHARE_BYTES) return undefined;
    if (!field.decodeInto(matrix, i * PIECES, share, 0, PIECES)) return undefined;
  }
  const pieces = field.newVector(PIECES);
  field.combineRows(points.length, PIECES, pieces, 0, weightsAtZero(points), 0, matrix, 0);
  const encoded = new Uint8Array(SHARE_BYTES);
  field.encodeInto(encoded, 0, pieces, 0, PIECES);
  return readPieces(encoded);
}

/** Lagrange's weights: Π x_j / (x_j - x_i), all inverted at once. */
function weightsAtZero(points: readonly number[]): FieldVector {
  const { modulus } = field;
  const numerator = productOf(points, modulus);
  const denominators = points.map((x, j) => {
    const factors = points.map((other, i) => (i === j ? x : other - x));
    return productOf(factors, modulus);
  });
  // Products up to each denominator, then their inverses taken apart from the end.
  const products = [1n];
  for (const each of denominators) products.push(((products.at(-1) as bigint) * each) % modulus);
  let inverted = inverse(products.at(-1) as bigint, modulus);
  const weights = new Array<bigint>(points.length);
  for (let i = points.length - 1; i >= 0; i--) {
    weights[i] = (((numerator * inverted) % modulus) * (products[i] as bigint)) % modulus;
    inverted = (inverted * (denominators[i] as bigint)) % modulus;
  }
  return fromBigInts(field, weights);
}

/** Of whole numbers within ±2^16, none of which is 0: as many at a time as are exact in a double, so that few BigInts are made. */
function productOf(factors: readonly number[], modulus: bigint): bigint {
  let product = 1n;
  let some = 1;
  for (const factor of factors) {
    const more = some * factor;
    if (Number.isSafeInteger(more)) some = more;
    else {
      product = (product * BigInt(some)) % modulus;
      some = factor;
    }
  }
  product = (product * BigInt(some)) % modulus;
  return product < 0n ? product + modulus : product;
}

/** Uniform elements: bytes at or above p, one in 2^32, are drawn again. */
function drawElements(out: FieldVector, o: number, count: number, entropy: AnyEntropy): void {
  const bytes = entropy.bytes(count * ELEMENT_BYTES);
  if (field.decodeInto(out, o, bytes, 0, count)) return;
  for (let i = 0; i < count; i++)
    for (let piece = bytes.subarray(i * ELEMENT_BYTES); !field.decodeInto(out, o + i, piece, 0, 1); )
      piece = entropy.bytes(ELEMENT_BYTES);
}

function writePieces(out: Uint8Array, at: number, secret: Uint8Array): void {
  if (secret.length !== SECRET_BYTES) fail("invalid_argument", `a secret of ${secret.length} bytes, not 32`);
  for (let i = 0; i < SECRET_BYTES; i++) {
    const piece = Math.floor(i / PIECE_BYTES);
    out[at + piece * ELEMENT_BYTES + (i - piece * PIECE_BYTES)] = secret[i] as number;
  }
}

/** What is left over above the pieces' bytes is 0, or the shares were not of one secret. */
function readPieces(encoded: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  const secret = new Uint8Array(SECRET_BYTES);
  let rest = 0;
  for (let i = 0; i < SHARE_BYTES; i++) {
    const piece = Math.floor(i / ELEMENT_BYTES);
    const at = piece * PIECE_BYTES + (i % ELEMENT_BYTES);
    if (i % ELEMENT_BYTES < PIECE_BYTES && at < SECRET_BYTES) secret[at] = encoded[i] as number;
    else rest |= encoded[i] as number;
  }
  return rest === 0 ? secret : undefined;
}

function checkPoints(points: readonly number[]): void {
  if (points.length < 1 || points.length > SHARES_MAX)
    fail("invalid_argument", `${points.length} points, between 1 and ${SHARES_MAX} are allowed`);
  if (!points.every((point) => Number.isInteger(point) && point >= 1 && point <= POINT_MAX))
    fail("invalid_argument", `points are whole numbers between 1 and ${POINT_MAX}`);
  if (new Set(points).size !== points.length) fail("invalid_argument", "a point stands there twice");
}
