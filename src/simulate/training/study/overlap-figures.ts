// A study of overlapping rounds as figures: accuracy over time, and how long each number of open rounds takes.
import { type Curve, curveFigure, type Figure } from "../../../figures/index.ts";
import type { OverlapMoment, OverlapPoint, OverlapStudy } from "./overlap.ts";

const DAY = 24;
/** Of a curve. */
const POINTS_MAX = 12;

/** One line for each number of open rounds. */
export const overlapLines = ({ points, target, majority }: OverlapStudy): readonly string[] => [
  target === null
    ? `One round after the other ends no better than always answering the commonest label (${majority.toFixed(3)}): there is no target.`
    : `The target is an accuracy of ${target.toFixed(3)}.`,
  ...points.map((point) => wordsOf(point, target)),
];

export function overlapFigures(study: OverlapStudy): readonly Figure[] {
  const curves = study.points.map(
    ({ overlap, moments }): Curve => ({
      name: `${overlap}`,
      points: thinned(moments).map(({ hours, accuracy }) => ({ x: hours / DAY, y: accuracy })),
    }),
  );
  const figure = curveFigure(
    {
      ...{ id: "overlap", title: "Accuracy on people who were held out, over time", each: "Rounds open" },
      x: { title: "Days", scale: "linear", free: true },
      y: { title: "Accuracy", scale: "linear", free: true },
    },
    curves,
  );
  return [{ ...figure, words: [figure.words, ...overlapLines(study)].join(" ") }];
}

function thinned(moments: readonly OverlapMoment[]): readonly OverlapMoment[] {
  const every = Math.ceil(moments.length / POINTS_MAX);
  return moments.filter((_, i) => (i + 1) % every === 0 || i === moments.length - 1);
}

const days = (hours: number) => (hours / DAY).toFixed(1);

function wordsOf({ overlap, moments, behind, short, hoursToTarget }: OverlapPoint, target: number | null): string {
  const last = moments.at(-1) as OverlapMoment;
  const when = hoursToTarget === null ? "not reached" : `after ${days(hoursToTarget)} days`;
  const reached = target === null ? "" : `target ${when}, `;
  const few = short === 0 ? "" : ` ${short.toFixed(1)} rounds closed at their deadline with too few reports.`;
  return `${overlap} open: ${reached}all ${last.releases} rounds after ${days(last.hours)} days with ${last.accuracy.toFixed(3)}, ${behind.toFixed(1)} steps behind on average.${few}`;
}
