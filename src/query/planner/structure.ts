// How a histogram whose bins are ours to choose is cut: few bins or many, each released by itself or also in sums of neighbours, level
// by level. What a way is worth follows from the variance of the noise in its answers, from the members behind them, and from
// what bins hide; each is known before anything is asked, so ways are compared without computing an interval.
import { dot } from "../../estimate/group.ts";
import { sharesBelow } from "../../estimate/quantile.ts";
import { midpoints } from "../../estimate/ratio.ts";
import { consistentTree } from "../../estimate/tree.ts";
import { normalQuantile } from "../../privacy/numeric/normal.ts";
import type { Answer } from "../../task/answers.ts";
import { levelsOf } from "../../task/encoders/histogram/part.ts";
import { ASSUMED_SD, bell } from "./bell.ts";
import type { Norm } from "./weights.ts";

export interface Structure {
  readonly edges: readonly number[];
  /** Bins that a row of the next level sums up; null for bins alone. */
  readonly fanout: number | null;
}

/** What a structure is judged by. */
export interface Judged {
  /** What is read off the histogram. */
  readonly answers: readonly Answer[];
  /** Of the noise of one row, in members, if bins alone were released. */
  readonly variance: number;
  /** In one group. */
  readonly members: number;
  /** By how much a row's noise variance grows with the number of levels: their square under L1, their number under L2. */
  readonly norm: Norm;
}

const FANOUTS = [2, 4, 8, 16] as const;
/** Where the bell's centre may lie, as a share of the range: a tree is good for some places by the luck of its nodes' ends. */
const CENTRES = [0.17, 0.36, 0.5, 0.61, 0.83] as const;
/** Cells that stand for all of a histogram. */
const CELLS = [0, 0.27, 0.5, 0.81] as const;

/** Of the given cuts the best as bins alone and the best as a tree; undefined where there is none, or nothing sums bins up. */
export function bestStructures(
  cuts: readonly (readonly number[])[],
  judged: Judged,
): { readonly flat: Structure; readonly tree: Structure | undefined } {
  const summed = judged.answers.some(({ statistic }) => statistic !== "histogram" && statistic !== "count");
  const ways = cuts.flatMap((edges) => {
    const errors = CENTRES.map((centre) => errorsAt(edges, judged, centre));
    const fanouts = summed ? FANOUTS.filter((fanout) => edges.length - 1 > fanout) : [];
    return [null, ...fanouts].map((fanout) => ({
      way: { edges, fanout },
      score: scoreOf({ edges, fanout }, judged, errors),
    }));
  });
  const best = (tree: boolean) =>
    ways.filter(({ way }) => (way.fanout !== null) === tree).sort((x, y) => x.score - y.score)[0]?.way;
  return { flat: best(false) as Structure, tree: best(true) };
}

/** By how much the logarithm of a structure's error in the middle of the range is below that over all of it. */
export function luckOf(structure: Structure, judged: Judged): number {
  const over = (centres: readonly number[]) =>
    scoreOf(
      structure,
      judged,
      centres.map((centre) => errorsAt(structure.edges, judged, centre)),
    );
  return over(CENTRES) - over([0.5]);
}

/** One answer's squared error: of the noise in a weighted sum of the bins, and of everything else. */
interface SquaredError {
  readonly weights: readonly number[];
  /** By what the sum's noise variance is divided. */
  readonly slope: number;
  readonly rest: number;
}

/** Mean logarithm of the answers' errors: the way that is better by a factor in more answers wins. */
function scoreOf({ edges, fanout }: Structure, { variance, norm }: Judged, errors: readonly SquaredError[][]): number {
  const levels = levelsOf({ edges: [...edges], fanout });
  const tree = fanout === null || levels.length === 1 ? undefined : consistentTree({ levels, fanout });
  const each = variance * (norm === "l1" ? levels.length ** 2 : levels.length);
  const noiseOf = (weights: readonly number[]) => each * (tree?.squaresOf(weights) ?? dot(weights, weights));
  const answers = errors[0]?.length ?? 0;
  let sum = 0;
  for (let i = 0; i < answers; i++) {
    const squares = errors
      .map((own) => own[i] as SquaredError)
      .map((one) => noiseOf(one.weights) / one.slope + one.rest);
    sum += Math.log(Math.max(1e-24, squares.reduce((x, y) => x + y, 0) / squares.length)) / 2;
  }
  return sum / Math.max(1, answers);
}

function errorsAt(edges: readonly number[], { answers, members }: Judged, centre: number): SquaredError[] {
  const range = (edges.at(-1) as number) - (edges[0] as number);
  const [middle, sd] = [(edges[0] as number) + range * centre, range * ASSUMED_SD];
  const shares = bell(edges, centre);
  return answers.flatMap((answer): SquaredError[] => {
    switch (answer.statistic) {
      case "quantile": {
        const bins = resolutionOf(edges) ** 2;
        return answer.levels.map((level) => {
          const z = normalQuantile(level);
          const slope = ((members * Math.exp((-z * z) / 2)) / (sd * Math.sqrt(2 * Math.PI))) ** 2;
          const weights = sharesBelow(edges, middle + z * sd).map((below) => below - level);
          return { weights, slope, rest: (members * level * (1 - level)) / slope + bins };
        });
      }
      case "share": {
        const above = edges.slice(0, -1).map((edge) => (edge >= answer.atLeast ? 1 : 0));
        const share = dot(above, shares);
        const rest = (share * (1 - share)) / members;
        return [{ weights: above.map((one) => one - share), slope: members ** 2, rest }];
      }
      case "mean":
      case "stddev": {
        const places = midpoints(edges).map((one) => one - middle);
        const weights = answer.statistic === "mean" ? places : places.map((place) => (place ** 2 - sd ** 2) / (2 * sd));
        return [{ weights, slope: members ** 2, rest: sd ** 2 / members }];
      }
      case "histogram":
        return CELLS.map((place) => Math.floor(place * shares.length)).map((cell) => ({
          weights: shares.map((_, i) => (i === cell ? 1 : 0)),
          slope: 1,
          rest: 0,
        }));
      default:
        return [{ weights: shares.map(() => 1), slope: 1, rest: 0 }];
    }
  });
}

/**
 * How far a quantile that is read by a straight line inside its bin lies from that of the members' own law, as of a bell over the
 * range: h²/12 times the slope of the density over the density, which is 0.8/sd in the mean, h the bins' width.
 */
export function resolutionOf(edges: readonly number[]): number {
  const range = (edges.at(-1) as number) - (edges[0] as number);
  return (squareWidth(edges) * 0.8) / (12 * range * ASSUMED_SD);
}

/** How far the mean of these members' midpoints is from that of their values, which lie anywhere in their bins: h/√12n. */
export function roundingOf(edges: readonly number[], members: number): number {
  return Math.sqrt(squareWidth(edges) / (12 * Math.max(1, members)));
}

/** Of the bins of members in a bell. */
function squareWidth(edges: readonly number[]): number {
  return bell(edges).reduce((sum, share, i) => sum + share * ((edges[i + 1] as number) - (edges[i] as number)) ** 2, 0);
}
