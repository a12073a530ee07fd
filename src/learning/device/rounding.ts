// Clip, scale, round: from a real update to integers whose squared norm never exceeds the encoder's bound (Kairouz,
// Liu, Steinke 2021, conditional stochastic rounding). Rounding is unbiased up to the condition; it is not the noise.
import type { AnyEntropy } from "../../ports/entropy.ts";
import type { RoundingBounds } from "../plan/rounding-bounds.ts";

const TRIES = 64;

/** Scales `update` to L2 norm at most `clip`; anything not finite becomes 0. */
export function clipToNorm(update: ArrayLike<number>, clip: number): Float64Array {
  const out = new Float64Array(update.length);
  clipInto(out, update, clip);
  return out;
}

/** The same, written to `out`, as long as the update. @returns the norm that it had */
export function clipInto(out: Float64Array, update: ArrayLike<number>, clip: number): number {
  for (let i = 0; i < out.length; i++) {
    const x = update[i] as number;
    out[i] = Number.isFinite(x) ? x : 0;
  }
  const norm = normOf(out);
  if (norm > clip) for (let i = 0; i < out.length; i++) out[i] = ((out[i] as number) / norm) * clip;
  return norm;
}

/** Math.hypot of as many numbers as there are: their squares neither overflow nor vanish. */
export function normOf(values: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i] as number));
  if (most === 0) return 0;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += ((values[i] as number) / most) ** 2;
  return most * Math.sqrt(sum);
}

/** @param scaled real vector of norm at most clip·scale. @returns integers with ‖·‖² ≤ l2Squared and |·| ≤ bound */
export function roundWithin(bounds: RoundingBounds, scaled: ArrayLike<number>, entropy: AnyEntropy): number[] {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const bytes = entropy.bytes(4 * scaled.length);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const rounded = Array.from(
      scaled,
      (x, i) => Math.floor(x) + (view.getUint32(4 * i) / 2 ** 32 < x - Math.floor(x) ? 1 : 0),
    );
    if (within(bounds, rounded)) return rounded;
  }
  // Towards zero never grows the norm, so it always fits.
  return Array.from(scaled, (x) => Math.trunc(x));
}

function within({ bound, l2Squared }: RoundingBounds, vector: readonly number[]): boolean {
  let squared = 0;
  for (const x of vector) {
    if (Math.abs(x) > bound) return false;
    squared += x * x;
  }
  return squared <= l2Squared;
}
