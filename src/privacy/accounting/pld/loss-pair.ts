// A pair (P, Q) of laws that dominates a mechanism in one direction, seen only through its privacy loss ln(P/Q): how much
// mass either law has where the loss lies between given edges. That is all that composition needs, whatever the noise.
import type { Bounds } from "../../numeric/bounds.ts";

/** Mass of the cells below edges[0], between consecutive edges, and from the last edge on: edges.length + 1 cells. */
export interface CellMasses {
  readonly p: Float64Array;
  readonly q: Float64Array;
  /**
   * Per cell, p and q are the true masses of one set of outcomes up to this relative error each (so that their ratio is
   * known to twice it), and the sets of all cells cover all outcomes once, up to `coverError` of each cell's mass.
   */
  readonly ratioError: number;
  readonly coverError: number;
  /** Outcomes of a cell have a loss within its edges widened by this. */
  readonly edgeError: number;
}

/** A rough picture of the loss as atoms, for choosing tilts, windows and cuts. Nothing certified rests on it. */
export interface Sketch {
  /** Ascending. */
  readonly loss: Float64Array;
  readonly p: Float64Array;
  readonly q: Float64Array;
}

export interface LossPair {
  /** (Q, P) has the same loss law as (P, Q). */
  readonly symmetric: boolean;
  /** Infimum and supremum of the finite losses; infinite when unbounded. */
  readonly lossMin: number;
  readonly lossMax: number;
  /** P's mass on outcomes that Q never has. */
  readonly infinite: number;
  /** A loss that grids should hit: where an atom or an end of the law lies. */
  readonly anchor: number;
  /** Heavy atoms lie at anchor + k·spacing; 0 without atoms. */
  readonly spacing: number;
  /** All finite losses lie at anchor + k·spacing. */
  readonly lattice: boolean;
  /** Outcomes that it lists one by one, once it is used; none without. */
  readonly listed?: number;
  sketch(): Sketch;
  /** @param edges ascending losses, not NaN; -∞ is allowed. */
  masses(edges: Float64Array): CellMasses;
  /** The privacy profile sup_S P(S) - e^ε·Q(S), certified; undefined when a grid finds it sooner. */
  delta?(epsilon: number): Bounds;
}

/** The largest finite edge in size: what rounding of a position is relative to. */
export function edgeSize(edges: Float64Array): number {
  let largest = 0;
  for (const edge of edges) if (Number.isFinite(edge)) largest = Math.max(largest, Math.abs(edge));
  return largest;
}

/** Made when it is first asked for: both directions of a plan look at the same sketches. */
export function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** The pair (Q, P): the other direction. */
export function reversed(pair: LossPair): LossPair {
  if (pair.symmetric) return pair;
  const reverse: LossPair = {
    symmetric: false,
    lossMin: -pair.lossMax,
    lossMax: -pair.lossMin,
    infinite: 0,
    anchor: -pair.anchor,
    spacing: pair.spacing,
    lattice: pair.lattice,
    sketch() {
      const { loss, p, q } = pair.sketch();
      return { loss: loss.map((x) => -x).reverse(), p: q.slice().reverse(), q: p.slice().reverse() };
    },
    masses(edges) {
      const mirrored = new Float64Array(edges.length);
      for (let i = 0; i < edges.length; i++) mirrored[i] = -(edges[edges.length - 1 - i] as number);
      const found = pair.masses(mirrored);
      return { ...found, p: found.q.reverse(), q: found.p.reverse() };
    },
  };
  if (pair.delta === undefined) return reverse;
  // 1 - e^ε + e^ε·delta(-ε) would cancel; two cells do not.
  return { ...reverse, delta: (epsilon) => profileFromCells(reverse, epsilon) };
}

/** The profile from two cells, for any pair: cancellation, and masses below 1e-299, cost what the slack says. */
export function profileFromCells(pair: LossPair, epsilon: number): Bounds {
  if (epsilon > 600) return profileOfTail(pair, epsilon);
  const { p, q, ratioError, coverError, edgeError } = pair.masses(Float64Array.of(epsilon));
  const [above, below] = [p[1] as number, (q[1] as number) * Math.exp(epsilon)];
  const slack =
    (above + below) * (ratioError + coverError + edgeError + 1e-15 * (1 + Math.abs(epsilon))) + Math.exp(epsilon - 690);
  const value = above - below;
  return {
    lower: Math.max(0, value - slack) + pair.infinite * (1 - 1e-15),
    upper: Math.min(1, Math.max(0, value + slack) + pair.infinite * (1 + 1e-15)),
  };
}

/** Where e^ε leaves the doubles: P(L ≥ ε + 40)·(1 - e^(-40)) ≤ delta ≤ P(L ≥ ε). */
function profileOfTail(pair: LossPair, epsilon: number): Bounds {
  if (epsilon === Number.POSITIVE_INFINITY) return { lower: pair.infinite * (1 - 1e-15), upper: pair.infinite };
  const { p, ratioError, coverError } = pair.masses(Float64Array.of(epsilon * (1 - 1e-9), (epsilon + 40) * (1 + 1e-9)));
  const [between, above] = [p[1] as number, p[2] as number];
  const slack = ratioError + coverError + 1e-15;
  return {
    lower: Math.max(0, above * (1 - slack - 1e-17) - 1e-300) + pair.infinite * (1 - 1e-15),
    upper: Math.min(1, (between + above) * (1 + slack) + 1e-300 + pair.infinite * (1 + 1e-15)),
  };
}
