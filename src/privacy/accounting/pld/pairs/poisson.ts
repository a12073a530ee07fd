// Privacy amplification: pairs made of other pairs.
import { type CellMasses, edgeSize, type LossPair, once, profileFromCells, type Sketch } from "../loss-pair.ts";

const unit = 2 ** -53;

/** From here on logarithms take over from e^loss, which ends at 709. */
const steep = 36;

/** ln(1 - q + q·e^loss): the loss of the sample. */
function sampledLoss(loss: number, q: number): number {
  if (loss <= 700) return Math.log1p(q * Math.expm1(loss));
  const main = loss + Math.log(q);
  return main + Math.log1p((1 - q) * Math.exp(-main));
}

/** The loss whose sample has the loss `edge`; -∞ when none is that small. */
function unsampledLoss(edge: number, q: number): number {
  if (edge > steep) return edge - Math.log(q) + Math.log1p((q - 1) * Math.exp(-edge));
  const excess = Math.expm1(edge) + q;
  return excess <= 0 ? Number.NEGATIVE_INFINITY : Math.log(excess / q);
}

/**
 * ((1 - q)·Q + q·P, Q): what dominates the removal of a record that takes part with probability q, when (P, Q) dominates
 * it without sampling (Zhu, Dong, Wang 2022, Theorem 11). `reversed` gives the addition when (P, Q) is symmetric.
 * @param base symmetric, without infinite losses @param q strictly between 0 and 1
 */
export function poissonPair(base: LossPair, q: number): LossPair {
  const sampled = (loss: number) => sampledLoss(loss, q);
  const [lossMin, lossMax] = [sampled(base.lossMin), sampled(base.lossMax)];
  // The two ends of a law with atoms; inner atoms leave the lattice.
  const ends = base.spacing > 0 && Number.isFinite(lossMax) ? lossMax - lossMin : 0;
  const pair: LossPair = {
    symmetric: false,
    lossMin,
    lossMax,
    infinite: 0,
    anchor: ends > 0 ? lossMax : Math.max(lossMin, -1),
    spacing: ends,
    lattice: base.lattice && Math.abs(base.spacing - (base.lossMax - base.lossMin)) <= 1e-12 * base.spacing,
    ...(base.listed === undefined ? {} : { listed: base.listed }),
    sketch: once((): Sketch => {
      const inner = base.sketch();
      return {
        loss: inner.loss.map(sampled),
        p: inner.p.map((p, i) => (1 - q) * (inner.q[i] as number) + q * p),
        q: inner.q,
      };
    }),
    masses(edges): CellMasses {
      const floor = 1 - q;
      const unsampled = new Float64Array(edges.length);
      for (let i = 0; i < edges.length; i++) {
        const edge = edges[i] as number;
        unsampled[i] = edge <= lossMin ? Number.NEGATIVE_INFINITY : unsampledLoss(edge, q);
      }
      const inner = base.masses(unsampled);
      const { p, q: without } = inner;
      for (let i = 0; i < p.length; i++) p[i] = floor * (without[i] as number) + q * (p[i] as number);
      return {
        ...inner,
        ratioError: inner.ratioError + 4 * unit,
        coverError: inner.coverError + 4 * unit,
        // d(loss') ≤ d(loss), and the rounding of the inversion (PROOF.md, "Sampling").
        edgeError:
          inner.edgeError + unit * (64 + 4 * Math.exp(Math.min(700, -lossMin)) + 4 * (edgeSize(edges) - Math.log(q))),
      };
    },
  };
  if (base.delta === undefined) return pair;
  const baseDelta = base.delta;
  return {
    ...pair,
    // sup_S (1-q)·Q(S) + q·P(S) - e^ε·Q(S) = q·(sup_S P(S) - e^y·Q(S)), q·e^y = e^ε - 1 + q.
    delta(epsilon) {
      const y = unsampledLoss(epsilon, q);
      if (y === Number.NEGATIVE_INFINITY) return profileFromCells(pair, epsilon);
      const slope = epsilon > steep ? 1 : Math.abs(Math.expm1(epsilon)) / (Math.expm1(epsilon) + q);
      const shift = unit * (16 + 4 * (Math.abs(y) + Math.abs(epsilon) + Math.abs(Math.log(q)) + slope));
      return {
        lower: q * baseDelta(y + shift).lower * (1 - 2 * unit),
        upper: q * baseDelta(y - shift).upper * (1 + 2 * unit),
      };
    },
  };
}

/**
 * Pair a with probability `weight`, else pair b, and the outcome says which: the masses add up.
 * @param weightError relative error of both weights
 */
export function blendedPair(a: LossPair, b: LossPair, weight: number, weightError: number): LossPair {
  const mix = (x: Float64Array, y: Float64Array) => x.map((one, i) => weight * one + (1 - weight) * (y[i] as number));
  const pair: LossPair = {
    symmetric: a.symmetric && b.symmetric,
    lossMin: Math.min(a.lossMin, b.lossMin),
    lossMax: Math.max(a.lossMax, b.lossMax),
    infinite: weight * a.infinite + (1 - weight) * b.infinite,
    anchor: b.anchor,
    spacing: 0,
    lattice: false,
    sketch(): Sketch {
      const atoms = [a, b].flatMap((one, which) => {
        const { loss, p, q } = one.sketch();
        const share = which === 0 ? weight : 1 - weight;
        return Array.from(loss, (x, i) => [x, share * (p[i] as number), share * (q[i] as number)] as const);
      });
      atoms.sort((x, y) => x[0] - y[0]);
      const column = (k: 0 | 1 | 2) => Float64Array.from(atoms, (atom) => atom[k]);
      return { loss: column(0), p: column(1), q: column(2) };
    },
    masses(edges): CellMasses {
      const [x, y] = [a.masses(edges), b.masses(edges)];
      return {
        p: mix(x.p, y.p),
        q: mix(x.q, y.q),
        ratioError: Math.max(x.ratioError, y.ratioError) + weightError + 4 * unit,
        coverError: Math.max(x.coverError, y.coverError) + weightError + 4 * unit,
        edgeError: Math.max(x.edgeError, y.edgeError),
      };
    },
    delta: (epsilon) => profileFromCells(pair, epsilon),
  };
  return pair;
}
