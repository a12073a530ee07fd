// How much each number of a row has to do with what a model says of it: parts that add up to the difference between the row and a
// baseline. Exact for linear models; for others integrated gradients (Sundararajan, Taly, Yan 2017, arXiv 1703.01365), the integral
// of the gradient along the straight line from the baseline to the row, whose parts add up as exactly as it is integrated.
import { fail } from "../../../base/errors.ts";
import type { Architecture, Trainer } from "../../../ports/training-engine.ts";
import { layoutOf } from "../../plan/architecture.ts";

export interface Explained {
  /** Of each number of the row, in units of the score. */
  readonly contributions: Float64Array;
  /** Score of the row less that of the baseline: what the contributions add up to. */
  readonly difference: number;
  /** The difference less the sum of the contributions: 0 but for rounding where they are exact. */
  readonly gap: number;
  readonly exact: boolean;
  /** Gradients that it took. */
  readonly gradients: number;
}

export interface Explaining {
  readonly trainer: Trainer;
  readonly architecture: Architecture;
  readonly weights: Float32Array;
  readonly row: Float32Array;
  /** Default: all 0, the public centre of standardised features. */
  readonly baseline?: Float32Array;
  /** Of the outputs, which is explained. Default 0. */
  readonly output?: number;
  /** Of the gap, in units of the score; the default is a thousandth of the difference and 0.001. */
  readonly tolerance?: number;
}

/**
 * The score is the output's sum before it becomes a probability: log-odds, a value, or of a class by how much its logarithm is above
 * the average class's.
 * @throws PacelineError invalid_argument for shapes that do not fit and numbers that are not finite
 */
export function explainRow(explaining: Explaining): Explained {
  const { trainer, architecture, row, baseline = new Float32Array(trainer.inputs) } = explaining;
  if (row.length !== trainer.inputs || baseline.length !== trainer.inputs)
    fail("invalid_argument", `a row and a baseline of ${trainer.inputs} numbers belong here`);
  const direction = directionOf(architecture, explaining.output ?? 0);
  const path: Path = { ...explaining, baseline, direction };
  return isLinear(architecture) ? linear(path) : integrated(path, explaining.tolerance);
}

interface Path extends Explaining {
  readonly baseline: Float32Array;
  /** The score is this, times the outputs' sums. */
  readonly direction: Float64Array;
}

function directionOf({ output: { kind, units } }: Architecture, output: number): Float64Array {
  if (!(Number.isInteger(output) && output >= 0 && output < units))
    fail("invalid_argument", `output ${output} of a model with ${units}`);
  return Float64Array.from({ length: units }, (_, u) => (u === output ? 1 : 0) - (kind === "softmax" ? 1 / units : 0));
}

/** Whether scores are a linear function of the row: then the gradient is the same everywhere. */
function isLinear({ layers }: Architecture): boolean {
  return layers.every((layer) => {
    if ("activation" in layer) return layer.activation === "linear";
    return layer.kind !== "max-pool1d";
  });
}

function linear(path: Path): Explained {
  const { trainer, architecture, weights, row, baseline, direction } = path;
  const slopes = slopesOf(path);
  const contributions = Float64Array.from(slopes, (slope, j) => slope * ((row[j] as number) - (baseline[j] as number)));
  const sum = total(contributions);
  if (architecture.layers.length === 0) {
    // Also refuses what a trainer refuses.
    trainer.scores(weights, Float32Array.from([...row, ...baseline]));
    return { contributions, difference: sum, gap: 0, exact: true, gradients: 0 };
  }
  const [from, to] = scoresAt({ ...path, direction }, [0, 1]) as [number, number];
  return { contributions, difference: to - from, gap: to - from - sum, exact: true, gradients: 1 };
}

/** In double precision where the model is one layer: its weights, in the direction of the output. */
function slopesOf({ trainer, architecture, weights, row, direction }: Path): ArrayLike<number> & Iterable<number> {
  if (architecture.layers.length > 0) return trainer.inputGradient(weights, row, Float32Array.from(direction));
  const { inputs, parameters } = layoutOf(architecture);
  if (weights.length !== parameters) fail("invalid_argument", `${weights.length} weights, the model has ${parameters}`);
  return Float64Array.from({ length: inputs }, (_, j) =>
    direction.reduce((sum, along, u) => sum + along * (weights[j * direction.length + u] as number), 0),
  );
}

const total = (values: ArrayLike<number>) => Array.from(values).reduce((sum, x) => sum + x, 0);

/** Segments to begin with, so that no two errors of opposite signs hide each other in one. */
const SEGMENTS = 16;
const GRADIENTS_MAX = 2 ** 14;
/** Two points of Gauss and Legendre in a segment of length 1. */
const POINTS = [0.5 - Math.sqrt(1 / 12), 0.5 + Math.sqrt(1 / 12)] as const;

interface Segment {
  readonly from: number;
  readonly to: number;
  /** Scores at its ends. */
  readonly low: number;
  readonly high: number;
}

/**
 * Halves the segments whose parts do not add up to the difference of their ends' scores, until what is missing is within the
 * tolerance or gradients run out; it is the gap. Half of the tolerance is for segments in proportion to their length, the other half
 * for those with a bend in them, whose error shrinks no faster than they do.
 */
function integrated(path: Path, wanted: number | undefined): Explained {
  const marks = Array.from({ length: SEGMENTS + 1 }, (_, i) => i / SEGMENTS);
  let pending = segmentsOf(marks, scoresAt(path, marks));
  const difference = (pending.at(-1) as Segment).high - (pending[0] as Segment).low;
  const tolerance = wanted ?? 1e-3 * Math.abs(difference) + 1e-3;
  const contributions = new Float64Array(path.row.length);
  let gradients = 0;
  while (pending.length > 0) {
    const parts = partsOf(path, pending);
    gradients += POINTS.length * pending.length;
    const off = pending.map(({ low, high }, i) => Math.abs(high - low - total(parts[i] as Float64Array)));
    const straight = pending.map(({ from, to }, i) => (off[i] as number) <= (tolerance / 2) * (to - from));
    const bent = pending.filter((_, i) => !straight[i]);
    const missing = off.reduce((sum, x, i) => (straight[i] ? sum : sum + x), 0);
    const enough = missing <= tolerance / 2 || gradients + 2 * POINTS.length * bent.length > GRADIENTS_MAX;
    parts.forEach((part, i) => {
      if (straight[i] || enough)
        for (const [j, x] of part.entries()) contributions[j] = (contributions[j] as number) + x;
    });
    pending = enough ? [] : halvesOf(path, bent);
  }
  return { contributions, difference, gap: difference - total(contributions), exact: false, gradients };
}

function halvesOf(path: Path, segments: readonly Segment[]): Segment[] {
  const middles = segments.map(({ from, to }) => (from + to) / 2);
  const scores = scoresAt(path, middles);
  return segments.flatMap(({ from, to, low, high }, i) =>
    segmentsOf([from, middles[i] as number, to], [low, scores[i] as number, high]),
  );
}

function segmentsOf(marks: readonly number[], scores: readonly number[]): Segment[] {
  return marks.slice(1).map((to, i) => ({
    ...{ from: marks[i] as number, to },
    ...{ low: scores[i] as number, high: scores[i + 1] as number },
  }));
}

/** Rows at shares of the way from the baseline to the row. */
function rowsAt({ row, baseline }: Path, shares: readonly number[]): Float32Array {
  const rows = new Float32Array(shares.length * row.length);
  shares.forEach((share, i) => {
    for (let j = 0; j < row.length; j++)
      rows[i * row.length + j] = (baseline[j] as number) + share * ((row[j] as number) - (baseline[j] as number));
  });
  return rows;
}

function scoresAt(path: Path, shares: readonly number[]): number[] {
  const { trainer, weights, direction } = path;
  const scores = trainer.scores(weights, rowsAt(path, shares));
  return shares.map((_, i) =>
    direction.reduce((sum, along, u) => sum + along * (scores[i * direction.length + u] as number), 0),
  );
}

/** Of each segment, the contributions along it. */
function partsOf(path: Path, segments: readonly Segment[]): Float64Array[] {
  const { trainer, weights, row, baseline, direction } = path;
  const shares = segments.flatMap(({ from, to }) => POINTS.map((point) => from + point * (to - from)));
  const slopes = trainer.inputGradient(weights, rowsAt(path, shares), Float32Array.from(direction));
  return segments.map(({ from, to }, i) => {
    const at = POINTS.length * i * row.length;
    return Float64Array.from({ length: row.length }, (_, j) => {
      const mean = ((slopes[at + j] as number) + (slopes[at + row.length + j] as number)) / POINTS.length;
      return mean * (to - from) * ((row[j] as number) - (baseline[j] as number));
    });
  });
}
