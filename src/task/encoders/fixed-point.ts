// Values as integers from 0 to a resolution.

/** @returns round(clip(x, low, high) scaled to [0, resolution]); undefined when x is no number */
export function quantise(
  x: number | undefined,
  [low, high]: readonly [number, number],
  resolution: number,
): number | undefined {
  if (x === undefined || Number.isNaN(x)) return undefined;
  // Differences of clipped numbers: an infinity never meets another.
  const clipped = Math.min(high, Math.max(low, x));
  return Math.min(resolution, Math.max(0, Math.round(((clipped - low) / (high - low)) * resolution)));
}
