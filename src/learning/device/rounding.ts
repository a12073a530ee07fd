// Clip, scale, round: from a real update to integers whose squared norm never exceeds the encoder's bound (Kairouz,
// Liu, Steinke 2021, conditional stochastic rounding). Rounding is unbiased up to the condition; it is not the noise.
import type { AnyEntropy } from "../../ports/entropy.ts";
import type { VectorEncoder } from "../../task/encoder.ts";

const TRIES = 64;

/** Scales `update` to L2 norm at most `clip`; anything not finite becomes 0. */
export function clipToNorm(update: readonly number[], clip: number): number[] {
  const finite = update.map((x) => (Number.isFinite(x) ? x : 0));
  const norm = Math.hypot(...finite);
  return norm > clip ? finite.map((x) => (x / norm) * clip) : finite;
}

/** @param scaled real vector of norm at most clip·scale. @returns integers with ‖·‖² ≤ l2Squared and |·| ≤ bound */
export function roundWithin(encoder: VectorEncoder, scaled: readonly number[], entropy: AnyEntropy): number[] {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const bytes = entropy.bytes(4 * scaled.length);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const rounded = scaled.map((x, i) => Math.floor(x) + (view.getUint32(4 * i) / 2 ** 32 < x - Math.floor(x) ? 1 : 0));
    if (within(encoder, rounded)) return rounded;
  }
  // Towards zero never grows the norm, so it always fits.
  return scaled.map((x) => Math.trunc(x));
}

function within(encoder: VectorEncoder, vector: readonly number[]): boolean {
  let squared = 0;
  for (const x of vector) {
    if (Math.abs(x) > encoder.bound) return false;
    squared += x * x;
  }
  return squared <= encoder.l2Squared;
}
