// Pairs of laws on finitely many outcomes.
import type { Bounds } from "../../../numeric/bounds.ts";
import type { CellMasses, LossPair, Sketch } from "../loss-pair.ts";

const unit = 2 ** -53;

/** Beyond this many outcomes the profile of one use is left to the grid. */
export const profileAtomsMax = 20_000;

export interface Atoms {
  /** Ascending, finite. */
  readonly loss: Float64Array;
  readonly p: Float64Array;
  readonly q: Float64Array;
  /** P's mass where Q has none. */
  readonly infinite?: number;
  /** Bounds P's mass of further outcomes beyond the last, of any finite loss. */
  readonly unlisted?: number;
  /** Losses lie at loss[0] + k·spacing. */
  readonly spacing?: number;
  readonly symmetric: boolean;
  /** Relative error of p, of q and of e^loss as the ratio p/q, in units of 2^-53. */
  readonly errorUnits: number;
}

export function atomPair(atoms: Atoms): LossPair {
  const { loss, p, q, spacing } = atoms;
  const last = loss.length - 1;
  const error = atoms.errorUnits * unit;
  const { infinite = 0, unlisted = 0 } = atoms;
  const pair: LossPair = {
    symmetric: atoms.symmetric,
    lossMin: unlisted > 0 ? Number.NEGATIVE_INFINITY : (loss[0] as number),
    lossMax: unlisted > 0 ? Number.POSITIVE_INFINITY : (loss[last] as number),
    infinite,
    anchor: loss[0] as number,
    spacing: spacing ?? 0,
    lattice: spacing !== undefined,
    sketch: () => grouped(atoms),
    masses(edges): CellMasses {
      const cells = edges.length + 1;
      const [sumP, sumQ] = [new Float64Array(cells), new Float64Array(cells)];
      let cell = 0;
      let most = 1;
      for (let i = 0, inCell = 0; i <= last; i++) {
        while (cell < edges.length && (edges[cell] as number) <= (loss[i] as number)) {
          cell++;
          inCell = 0;
        }
        most = Math.max(most, ++inCell);
        sumP[cell] = (sumP[cell] as number) + (p[i] as number);
        sumQ[cell] = (sumQ[cell] as number) + (q[i] as number);
      }
      const sumError = error + most * unit;
      return { p: sumP, q: sumQ, ratioError: sumError, coverError: sumError, edgeError: error };
    },
  };
  if (loss.length > profileAtomsMax) return pair;
  return { ...pair, delta: (epsilon) => atomProfile(atoms, error, epsilon) };
}

/** At most a thousand atoms that look like the law. */
function grouped({ loss, p, q }: Atoms): Sketch {
  const size = Math.ceil(loss.length / 1000);
  if (size === 1) return { loss, p, q };
  const count = Math.ceil(loss.length / size);
  const sum = (values: Float64Array) =>
    Float64Array.from({ length: count }, (_, i) =>
      values.subarray(i * size, (i + 1) * size).reduce((total, one) => total + one, 0),
    );
  const middle = (i: number) => loss[Math.min(loss.length - 1, i * size + (size >> 1))] as number;
  return { loss: Float64Array.from({ length: count }, (_, i) => middle(i)), p: sum(p), q: sum(q) };
}

/** Σ p·(1 - e^(ε - loss)) over the losses above ε: nothing cancels. */
function atomProfile({ loss, p, infinite = 0, unlisted = 0 }: Atoms, error: number, epsilon: number): Bounds {
  let [sum, slack] = [0, 0];
  for (let i = loss.length - 1; i >= 0; i--) {
    const gap = (loss[i] as number) - epsilon;
    if (gap <= -error) break;
    sum += (p[i] as number) * Math.max(0, -Math.expm1(-gap));
    // The loss itself is known to `error`.
    slack += (p[i] as number) * error;
  }
  const rounding = sum * (error + (loss.length + 8) * unit) + slack;
  return {
    lower: Math.max(0, sum - rounding) + infinite * (1 - error),
    upper: Math.min(1, sum + rounding + infinite * (1 + error) + unlisted),
  };
}

/** The tightest pair of an (epsilon, delta)-DP mechanism (Kairouz, Oh, Viswanath 2015, Theorem 3.1's randomised response). */
export function epsilonDeltaPair(epsilon: number, delta: number): LossPair {
  const heavy = (1 - delta) / (1 + Math.exp(-epsilon));
  const light = ((1 - delta) * Math.exp(-epsilon)) / (1 + Math.exp(-epsilon));
  return atomPair({
    loss: Float64Array.of(-epsilon, epsilon),
    p: Float64Array.of(light, heavy),
    q: Float64Array.of(heavy, light),
    infinite: delta,
    spacing: 2 * epsilon,
    symmetric: true,
    errorUnits: 12 + 2 * epsilon,
  });
}

/** k-ary randomised response, one report replaced by another: only the two buckets concerned tell them apart. */
export function replacedResponsePair(probability: number, buckets: number): LossPair {
  const other = probability / buckets;
  const own = 1 - probability + other;
  const loss = Math.log1p((1 - probability) / other);
  const rest = (buckets - 2) * other;
  return atomPair({
    loss: rest > 0 ? Float64Array.of(-loss, 0, loss) : Float64Array.of(-loss, loss),
    p: rest > 0 ? Float64Array.of(other, rest, own) : Float64Array.of(other, own),
    q: rest > 0 ? Float64Array.of(own, rest, other) : Float64Array.of(own, other),
    spacing: rest > 0 ? loss : 2 * loss,
    symmetric: true,
    errorUnits: 16 + 2 * loss,
  });
}

/** k-ary randomised response, a report against one that is uniform whatever the input: the null contribution. */
export function nulledResponsePair(probability: number, buckets: number): LossPair {
  const other = probability / buckets;
  const own = 1 - probability + other;
  const [low, high] = [Math.log(probability), Math.log1p((1 - probability) * (buckets - 1))];
  return atomPair({
    loss: Float64Array.of(low, high),
    p: Float64Array.of((buckets - 1) * other, own),
    q: Float64Array.of((buckets - 1) / buckets, 1 / buckets),
    spacing: high - low,
    symmetric: false,
    errorUnits: 16 + high - low,
  });
}
