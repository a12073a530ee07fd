// What every additive noise mechanism offers, and how its noise meets the data: drawn in one batch beforehand, added
// modulo, never clamped.
import { fail } from "../../base/errors.ts";
import type { AnyEntropy } from "../../ports/entropy.ts";
import type { NanoRho } from "../accounting/nano-rho.ts";
import type { NoiseLaw } from "../distributions/noise-law.ts";
import { BitSource } from "../samplers/bit-source.ts";

export interface NoiseMechanism<E> {
  /** Canonical description: store it beside the debit. */
  readonly event: E;
  /** Needs no true value: each aggregator adds it to its own share. */
  readonly trust: "distributed";
  /** What one use costs, from one aggregator's noise. */
  readonly rho: NanoRho;
  /** The law of a released cell's noise: 2 draws when both aggregators add theirs. For intervals only. */
  law(draws: 1 | 2): NoiseLaw;
  /** Independent noise for `length` cells. Call it before the data is touched: its running time depends on the noise. */
  drawNoise(entropy: AnyEntropy, length: number): bigint[];
}

/** Cells drawn at once; a vector longer than this is drawn in parts. */
const lengthMax = 2 ** 24;

export function drawWith(sample: (bits: BitSource) => bigint, entropy: AnyEntropy, length: number): bigint[] {
  if (!(Number.isInteger(length) && length >= 0 && length <= lengthMax))
    fail("invalid_argument", `noise is drawn for 0 to ${lengthMax} cells at once`);
  const bits = new BitSource(entropy, Math.min(65536, 64 + 16 * length));
  return Array.from({ length }, () => sample(bits));
}

/**
 * `values` plus `noise`, cell by cell, modulo `modulus`. Values above half the modulus decode as negative later.
 * @throws PacelineError invalid_argument on unequal lengths, a modulus below 2 or a value outside 0 … modulus-1.
 */
export function addNoise(values: readonly bigint[], noise: readonly bigint[], modulus: bigint): bigint[] {
  if (modulus < 2n) fail("invalid_argument", "the modulus must be at least 2");
  if (values.length !== noise.length)
    fail("invalid_argument", `${noise.length} cells of noise do not fit ${values.length} cells of values`);
  return values.map((value, i) => {
    if (value < 0n || value >= modulus) fail("invalid_argument", `cell ${i} lies outside 0 … modulus - 1`);
    const sum = (value + (noise[i] as bigint)) % modulus;
    return sum < 0n ? sum + modulus : sum;
  });
}
