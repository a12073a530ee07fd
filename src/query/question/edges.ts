// Bins a person would choose: round steps, exactly over the public range.

const STEPS = [1, 2, 2.5, 5];

/**
 * Ascending edges from low to high with round steps inside.
 * @param about how many bins to come near to, at least 1
 */
export function niceEdges(low: number, high: number, about: number): number[] {
  const wanted = (high - low) / Math.max(1, about);
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = (STEPS.find((nice) => nice * power >= wanted * 0.999) ?? 10) * power;
  const edges = [low];
  // Multiples of the step by index, so that no error adds up; rounded to the step's own digits.
  const digits = Math.max(0, 2 - Math.floor(Math.log10(step)));
  for (let i = Math.floor(low / step) + 1; ; i++) {
    const edge = Number((i * step).toFixed(Math.min(20, digits)));
    if (edge >= high - step * 1e-6) break;
    if (edge > low + step * 1e-6) edges.push(edge);
  }
  edges.push(high);
  return edges;
}
