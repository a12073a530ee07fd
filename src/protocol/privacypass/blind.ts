// RSABSSA-SHA384-PSS-Deterministic (RFC 9474): what a device does to have a message signed that the signer never sees, and
// what anyone does to check it. The arithmetic is BigInt's, not constant in time: `r` blinds one message once, and whoever
// could time a device's exponentiation by 65537 is on that device. The signer's half needs the private key and is the
// platform's (platform/node/issuer-key.ts).
import { fail } from "../../base/errors.ts";
import type { AnyEntropy } from "../../ports/entropy.ts";
import { EXPONENT, type IssuerKey, MODULUS_BYTES, toBytes, toInteger } from "./key.ts";
import { pssEncode, pssVerify, SALT_BYTES, type Sha384 } from "./pss.ts";

/** What was sent, and what takes the blinding off the answer. */
export interface Blinded {
  /** 256 bytes, for the issuer: uniform below n whatever the message. */
  readonly message: Uint8Array;
  /** 256 bytes, secret: the inverse of the blinding factor. */
  readonly inverse: Uint8Array;
}

/** A draw below n fails at most every second time: this many in a row have a chance of 2^-128. */
const TRIES_MAX = 128;

export async function blind(
  sha384: Sha384,
  entropy: AnyEntropy,
  { n }: Pick<IssuerKey, "n">,
  message: Uint8Array,
): Promise<Blinded> {
  const encoded = toInteger(await pssEncode(sha384, message, entropy.bytes(SALT_BYTES)));
  const r = uniform(entropy, n);
  const inverse = inverseMod(r, n);
  // A message or factor that shares a factor with n would have found the private key.
  if (inverse === undefined || inverseMod(encoded, n) === undefined) fail("internal", "blinding met a factor of n");
  return { message: toBytes((encoded * power(r, n)) % n), inverse: toBytes(inverse) };
}

/** @returns the signature, 256 bytes. @throws PacelineError verification_failed when the issuer's answer is none */
export async function finalize(
  sha384: Sha384,
  key: Pick<IssuerKey, "n">,
  message: Uint8Array,
  answer: Uint8Array,
  inverse: Uint8Array,
): Promise<Uint8Array> {
  const z = toInteger(answer);
  if (answer.length !== MODULUS_BYTES || inverse.length !== MODULUS_BYTES || z >= key.n)
    fail("verification_failed", "the issuer's answer is no blind signature");
  const signature = toBytes((z * toInteger(inverse)) % key.n);
  if (!(await verifySignature(sha384, key, message, signature)))
    fail("verification_failed", "the issuer's answer is no signature of what was asked");
  return signature;
}

/** RSASSA-PSS-VERIFY (RFC 8017 section 8.1.2). */
export async function verifySignature(
  sha384: Sha384,
  { n }: Pick<IssuerKey, "n">,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const s = toInteger(signature);
  if (signature.length !== MODULUS_BYTES || s >= n) return false;
  return await pssVerify(sha384, message, toBytes(power(s, n)));
}

/** 1 ≤ r < n, each alike. */
function uniform(entropy: AnyEntropy, n: bigint): bigint {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const r = toInteger(entropy.bytes(MODULUS_BYTES));
    if (r > 0n && r < n) return r;
  }
  return fail("internal", "the entropy source never gave a number below n");
}

/** base^65537 mod n, by 16 squarings. */
function power(base: bigint, n: bigint): bigint {
  let square = base;
  for (let bits = EXPONENT >> 1n; bits > 0n; bits >>= 1n) square = (square * square) % n;
  return (square * base) % n;
}

/** Extended Euclid: fewer than 1.5 steps a bit of n. @returns undefined when x and n share a factor */
function inverseMod(x: bigint, n: bigint): bigint | undefined {
  let [rest, next] = [n, x % n];
  let [factor, nextFactor] = [0n, 1n];
  while (next !== 0n) {
    const quotient = rest / next;
    [rest, next] = [next, rest - quotient * next];
    [factor, nextFactor] = [nextFactor, factor - quotient * nextFactor];
  }
  return rest === 1n ? (factor + n) % n : undefined;
}
