// Integer noise on one integer that changes by a whole number.
import { type CellMasses, type LossPair, once, profileFromCells, type Sketch } from "../loss-pair.ts";
import { listedMax } from "../work.ts";
import { atomPair, profileAtomsMax } from "./atoms.ts";

const unit = 2 ** -53;

/**
 * Discrete Laplace noise, P(Z = x) ∝ e^(-h|x|), against itself shifted by `shift`: the losses are h·(2k - shift) for
 * k = 0 … shift. Dominates integer vectors with that L1 bound (PROOF.md).
 * @param step h, the inverse of the scale
 */
export function discreteLaplacePair(step: number, shift: number): LossPair {
  const top = step * shift;
  const ratio = Math.exp(-step);
  const share = 1 / (1 + ratio);
  // Mass of Z on from … to - 1 counted from the light end of a falling side: Σ c·r^(n), c = (1 - r)/(1 + r).
  const side = (from: number, to: number) =>
    to > from ? Math.exp(-step * from) * -Math.expm1(-step * (to - from)) * share : 0;
  // P-mass of the outcomes k = from … to - 1: a geometric tail at either end.
  const massP = (from: number, to: number) =>
    side(shift - Math.min(to, shift) + 1, shift - Math.max(from, 1) + 1) +
    (from <= 0 && to > 0 ? Math.exp(-top) * share : 0) +
    (from <= shift && to > shift ? share : 0);
  const massQ = (from: number, to: number) => massP(shift - to + 1, shift - from + 1);
  return {
    symmetric: true,
    lossMin: -top,
    lossMax: top,
    infinite: 0,
    anchor: top,
    spacing: 2 * step,
    lattice: true,
    sketch(): Sketch {
      const groups = Math.min(shift - 1, 300);
      const bounds = [
        0,
        ...Array.from({ length: groups + 1 }, (_, i) => 1 + Math.floor((i * (shift - 1)) / Math.max(1, groups))),
        shift + 1,
      ];
      const count = bounds.length - 1;
      const pick = (value: (from: number, to: number) => number) =>
        Float64Array.from({ length: count }, (_, i) => value(bounds[i] as number, bounds[i + 1] as number));
      return { loss: pick((from, to) => step * (from + to - 1 - shift)), p: pick(massP), q: pick(massQ) };
    },
    masses(edges): CellMasses {
      const cells = edges.length + 1;
      const [p, q] = [new Float64Array(cells), new Float64Array(cells)];
      let from = 0;
      for (let i = 0; i < cells; i++) {
        const edge = i < edges.length ? (edges[i] as number) : Number.POSITIVE_INFINITY;
        const to = Math.max(from, Math.min(shift + 1, Math.ceil((edge / step + shift) / 2)));
        if (to > from) {
          p[i] = massP(from, to);
          q[i] = massQ(from, to);
        }
        from = to;
      }
      const error = unit * (32 + 4 * top);
      return { p, q, ratioError: error, coverError: error, edgeError: 8 * unit * top };
    },
    delta(epsilon) {
      // The largest loss is a rounded number itself.
      if (epsilon >= top * (1 - 8 * unit))
        return { lower: 0, upper: epsilon >= top * (1 + 8 * unit) ? 0 : 16 * unit * top };
      if (epsilon < -top)
        return { lower: -Math.expm1(epsilon) * (1 - 4 * unit), upper: -Math.expm1(epsilon) * (1 + 4 * unit) };
      const k = Math.min(shift, Math.max(0, Math.floor((epsilon / step + shift) / 2) + 1));
      const gap = Math.max(0, step * (2 * k - shift) - epsilon);
      const value = -Math.expm1(-step * (shift - k) + Math.log1p(Math.expm1(-gap) * share));
      const slack = unit * (16 * value + 8 * (top + Math.abs(epsilon)));
      return { lower: Math.max(0, value - slack), upper: Math.min(1, value + slack) };
    },
  };
}

/**
 * Discrete Gaussian noise, P(Z = x) ∝ e^(-x²/2σ²), against itself shifted by `shift`: the losses are
 * shift·(2x - shift)/2σ². For one integer; a vector's loss lies on other lattices.
 */
export function discreteGaussianPair(sigmaSquared: number, shift: number): LossPair | undefined {
  const reach = Math.ceil(38 * Math.sqrt(sigmaSquared) + 1);
  const count = shift + 2 * reach + 1;
  if (!(count <= listedMax)) return undefined;
  const listed = once(() => listedGaussian(sigmaSquared, shift, reach));
  const pair: LossPair = {
    symmetric: true,
    lossMin: Number.NEGATIVE_INFINITY,
    lossMax: Number.POSITIVE_INFINITY,
    infinite: 0,
    anchor: (shift * shift) / (2 * sigmaSquared),
    spacing: shift / sigmaSquared,
    lattice: true,
    listed: count,
    sketch: () => listed().sketch(),
    masses: (edges) => listed().masses(edges),
  };
  if (count > profileAtomsMax) return pair;
  return { ...pair, delta: (epsilon) => listed().delta?.(epsilon) ?? profileFromCells(pair, epsilon) };
}

function listedGaussian(sigmaSquared: number, shift: number, reach: number): LossPair {
  const count = shift + 2 * reach + 1;
  const [loss, p, q] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)];
  const total = normaliser(sigmaSquared, reach);
  for (let i = 0; i < count; i++) {
    const x = i - reach;
    loss[i] = (shift * (2 * x - shift)) / (2 * sigmaSquared);
    p[i] = Math.exp(-((x - shift) * (x - shift)) / (2 * sigmaSquared)) / total;
    q[i] = Math.exp((-x * x) / (2 * sigmaSquared)) / total;
  }
  // Outcomes with a mass that is no normal double under P are left out: below 1e-300 together.
  const [from, to] = [p.findIndex((one) => one > 1e-305), 1 + p.findLastIndex((one) => one > 1e-305)];
  return atomPair({
    loss: loss.slice(from, to),
    p: p.slice(from, to),
    q: q.slice(from, to),
    spacing: shift / sigmaSquared,
    symmetric: true,
    unlisted: 1e-300,
    errorUnits: 3200,
  });
}

/** Σ e^(-x²/2σ²) over the integers. */
function normaliser(sigmaSquared: number, reach: number): number {
  // Poisson summation: the other terms are below 2e^(-2π²σ²).
  if (sigmaSquared > 4) return Math.sqrt(2 * Math.PI * sigmaSquared);
  let sum = 0;
  for (let x = reach; x >= 1; x--) sum += 2 * Math.exp((-x * x) / (2 * sigmaSquared));
  return sum + 1;
}
