// Laws whose loss has exponential density: Laplace noise, and what dominates the exponential mechanism.
import { type CellMasses, type LossPair, profileFromCells, type Sketch } from "../loss-pair.ts";

const unit = 2 ** -53;
/** A handful of operations on either side, each within u or one unit of exp and expm1. */
const exponentialRatioError = 24 * unit;

/**
 * Laplace noise of scale 1/epsilon on a number that changes by 1. The loss has atoms of P-mass ½ and ½·e^(-epsilon) at
 * ±epsilon and the density ¼·e^((loss - epsilon)/2) between. Dominates vectors with that L1 bound (PROOF.md).
 */
export function laplacePair(epsilon: number): LossPair {
  const light = Math.exp(-epsilon) / 2;
  return pairWithDensity(epsilon, 0.5, { top: [0.5, light], bottom: [light, 0.5], spacing: 2 * epsilon });
}

/**
 * Logistic noise that shifts by epsilon: what dominates every mechanism of bounded range epsilon, so the exponential
 * mechanism (PROOF.md; Durfee and Rogers 2019). The loss has the density ½·e^((loss - epsilon)/2)/(1 - e^(-epsilon)).
 */
export function boundedRangePair(epsilon: number): LossPair {
  return pairWithDensity(epsilon, -1 / Math.expm1(-epsilon), { top: [0, 0], bottom: [0, 0], spacing: 0 });
}

interface Ends {
  /** P and Q mass of the atoms at +epsilon and -epsilon. */
  readonly top: readonly [number, number];
  readonly bottom: readonly [number, number];
  readonly spacing: number;
}

/** P has d(scale·e^((loss - epsilon)/2)) between -epsilon and epsilon, and Q its mirror image. */
function pairWithDensity(epsilon: number, scale: number, ends: Ends): LossPair {
  const between = (a: number, b: number, sign: number) =>
    scale * Math.exp(((sign > 0 ? b : -a) - epsilon) / 2) * -Math.expm1((a - b) / 2);
  const pair: LossPair = {
    symmetric: true,
    lossMin: -epsilon,
    lossMax: epsilon,
    infinite: 0,
    anchor: epsilon,
    spacing: ends.spacing,
    lattice: false,
    sketch(): Sketch {
      const count = 200;
      const [loss, p, q] = [new Float64Array(count + 2), new Float64Array(count + 2), new Float64Array(count + 2)];
      [loss[0], p[0], q[0]] = [-epsilon, ...ends.bottom];
      [loss[count + 1], p[count + 1], q[count + 1]] = [epsilon, ...ends.top];
      for (let i = 0; i < count; i++) {
        const [a, b] = [(2 * i) / count - 1, (2 * i + 2) / count - 1].map((part) => part * epsilon) as [number, number];
        const masses = [between(a, b, 1), between(a, b, -1)] as const;
        [loss[i + 1], p[i + 1], q[i + 1]] = [(a + b) / 2, ...masses];
      }
      return { loss, p, q };
    },
    masses(edges): CellMasses {
      const cells = edges.length + 1;
      const [p, q] = [new Float64Array(cells), new Float64Array(cells)];
      let narrowest = 2 * epsilon;
      let from = Number.NEGATIVE_INFINITY;
      for (let i = 0; i < cells; i++) {
        const to = i < edges.length ? (edges[i] as number) : Number.POSITIVE_INFINITY;
        const [a, b] = [Math.max(from, -epsilon), Math.min(to, epsilon)];
        if (b > a) {
          p[i] = between(a, b, 1);
          q[i] = between(a, b, -1);
          if (i > 0 && i < edges.length) narrowest = Math.min(narrowest, to - from);
        }
        const [top, bottom] = [from <= epsilon && epsilon < to, from <= -epsilon && -epsilon < to];
        p[i] = (p[i] as number) + (top ? ends.top[0] : 0) + (bottom ? ends.bottom[0] : 0);
        q[i] = (q[i] as number) + (top ? ends.top[1] : 0) + (bottom ? ends.bottom[1] : 0);
        from = to;
      }
      const coverError = exponentialRatioError + (8 * unit * epsilon) / narrowest;
      return { p, q, ratioError: exponentialRatioError * (1 + epsilon), coverError, edgeError: 0 };
    },
    delta: (at) => closedProfile(pair, at, scale, ends.spacing > 0),
  };
  return pair;
}

/** 1 - e^((ε' - ε)/2) with atoms (Laplace), and its square over 1 - e^(-ε) without: for |ε'| ≤ ε. */
function closedProfile(pair: LossPair, at: number, scale: number, atoms: boolean): { lower: number; upper: number } {
  const epsilon = pair.lossMax;
  // The largest loss is a rounded number itself.
  if (at >= epsilon * (1 - 8 * unit))
    return { lower: 0, upper: at >= epsilon * (1 + 8 * unit) ? 0 : 16 * unit * epsilon };
  if (at <= -epsilon) return profileFromCells(pair, at);
  const missing = -Math.expm1((at - epsilon) / 2);
  const value = atoms ? missing : missing * missing * scale;
  const slack = 16 * unit * (1 + (epsilon + Math.abs(at)) / (epsilon - at));
  return { lower: value * (1 - slack), upper: Math.min(1, value * (1 + slack)) };
}
