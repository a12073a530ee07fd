// Seeded randomness for simulations, and the distributions they draw from. It is a type of its own: nothing that needs
// the Entropy port accepts it, so it can never become noise.
import seedrandom from "seedrandom";

export class Random {
  readonly #next: () => number;
  #spare: number | undefined;

  /** Equal seeds give equal streams. */
  constructor(seed: string) {
    this.#next = seedrandom.alea(seed);
  }
  /** In [low, high). */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * this.#next();
  }
  /** An integer from 0 to below `count`. */
  below(count: number): number {
    return Math.floor(this.#next() * count);
  }
  chance(probability: number): boolean {
    return this.#next() < probability;
  }
  /** Marsaglia's polar method, which makes two at a time. */
  normal(mean = 0, sd = 1): number {
    const spare = this.#spare;
    if (spare !== undefined) {
      this.#spare = undefined;
      return mean + sd * spare;
    }
    let x: number;
    let y: number;
    let square: number;
    do {
      x = 2 * this.#next() - 1;
      y = 2 * this.#next() - 1;
      square = x * x + y * y;
    } while (square >= 1 || square === 0);
    const factor = Math.sqrt((-2 * Math.log(square)) / square);
    this.#spare = y * factor;
    return mean + sd * x * factor;
  }
  /** `sd` is that of the logarithm. */
  logNormal(median: number, sd: number): number {
    return median * Math.exp(this.normal(0, sd));
  }
  /** Gamma with this mean and a shape of at least 1 (Marsaglia and Tsang, 2000). */
  gamma(shape: number, mean: number): number {
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = this.normal();
      const v = (1 + c * x) ** 3;
      if (v > 0 && Math.log(1 - this.#next()) < 0.5 * x * x + d * (1 - v + Math.log(v))) return (mean * d * v) / shape;
    }
  }
  /** One of the keys, in proportion to its weight. */
  pick<K extends string>(weights: Readonly<Record<K, number>>): K {
    const entries = Object.entries(weights) as [K, number][];
    let left = this.#next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [key, weight] of entries) {
      left -= weight;
      if (left < 0) return key;
    }
    return (entries.at(-1) as [K, number])[0];
  }
}

/** Folds a value back at the bounds, so that none piles up there. */
export function fold(value: number, low: number, high: number): number {
  const folded = value < low ? 2 * low - value : value > high ? 2 * high - value : value;
  return Math.min(high, Math.max(low, folded));
}

/** Every order as likely as any other (Fisher and Yates). */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const out = [...items];
  for (let i = out.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [out[i], out[j]] = [out[j] as T, out[i] as T];
  }
  return out;
}
