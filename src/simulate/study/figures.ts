// A study as figures: for each cell its error against the budget, and its answers around the truth in two tones, noise alone inside
// noise and sampling.
import { type Column, type Curve, curveFigure, type Figure, type Format, type Row } from "../../figures/index.ts";
import type { StudiedCell } from "./cells.ts";
import type { Budget } from "./options.ts";
import type { PointResult, StudyResult } from "./study.ts";
import type { Band, CellSummary } from "./summary.ts";

const WORDS: Format = { kind: "words" };
const NUMBER: Format = { kind: "significant", digits: 3 };
const PERCENT: Format = { kind: "percent", decimals: 1 };

const amountOf = (budget: Budget) => Number("epsilon" in budget ? budget.epsilon : budget.rho);
const symbolOf = (budget: Budget) => ("epsilon" in budget ? `ε ${budget.epsilon}` : `ρ ${budget.rho}`);

/** Two a cell, in the order of the cells: error over budget, answers around the truth. */
export function studyFigures(study: StudyResult): readonly Figure[] {
  return study.cells.flatMap((cell, at) => [errorFigure(study, cell, at), answerFigure(study, cell, at)]);
}

const titleOf = ({ group, title }: StudiedCell) => (group === null ? title : `${title}, ${group}`);
const factorOf = ({ kind }: StudiedCell) => (kind === "share" ? 100 : 1);

function errorFigure({ points }: StudyResult, cell: StudiedCell, at: number): Figure {
  const factor = factorOf(cell);
  const sizes = [...new Set(points.map(({ members }) => members))];
  const symbol = points.some(({ budget }) => "rho" in budget) ? "ρ" : "ε";
  const shown = sizes.flatMap((size) => points.filter(({ members }) => members === size).sort(byBudget));
  const curves = sizes.map(
    (size): Curve => ({
      name: size.toLocaleString("en-US"),
      points: shown
        .filter(({ members }) => members === size)
        .map(({ budget, cells }) => {
          const error = (cells[at] as CellSummary).error;
          return {
            x: amountOf(budget),
            y: error === null ? Number.NaN : error.rmse * factor,
            ...(error === null ? {} : { low: error.absolute.p5 * factor, high: error.absolute.p95 * factor }),
          };
        }),
    }),
  );
  const title = titleOf(cell);
  const figure = curveFigure(
    {
      id: `error-${at + 1}`,
      title: `Error of ${title}`,
      x: { title: symbol, scale: "log" },
      y: { title: `RMS error, ${cell.unit}`, scale: "log" },
      each: "Members",
      band: "5–95 %",
    },
    curves,
  );
  const beside = shown.map(({ cells }): Row => besideOf(cells[at] as CellSummary, factor));
  return {
    ...figure,
    rows: figure.rows.map((row, index) => ({ ...row, ...beside[index] })),
    columns: [...figure.columns, ...besideColumns],
    words: `${figure.words} The band holds nine in ten absolute errors; the budget is that of one aggregator's noise.`,
  };
}

const byBudget = (a: PointResult, b: PointResult) => amountOf(a.budget) - amountOf(b.budget);

const besideColumns: readonly Column[] = [
  { title: "Noise alone", fields: ["noise"], format: NUMBER },
  { title: "In interval", fields: ["covered"], format: PERCENT },
  { title: "Hidden", fields: ["hidden"], format: PERCENT },
];

function besideOf({ noiseError, coverage, suppressed }: CellSummary, factor: number): Row {
  return {
    noise: noiseError === null ? null : noiseError.rmse * factor,
    covered: coverage.interval95,
    hidden: suppressed,
  };
}

function answerFigure({ points }: StudyResult, cell: StudiedCell, at: number): Figure {
  const rows = points.map((point) => answerRow(point, point.cells[at] as CellSummary, cell));
  const numbers = rows.flatMap(({ low, high, noiseLow, noiseHigh, truth }) => [low, high, noiseLow, noiseHigh, truth]);
  const finite = numbers.filter((value) => typeof value === "number");
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const title = titleOf(cell);
  return {
    id: `answers-${at + 1}`,
    title: `Answers around the truth: ${title}`,
    words: rows
      .map(({ label, reading, truth }) => `${label}: ${reading}${truth === null ? "" : `, the truth ${said(truth)}`}.`)
      .join(" "),
    rows,
    caption: `${title}, in ${cell.unit}: nine in ten answers lie between`,
    columns: [
      { title: "Budget and members", fields: ["label"], format: WORDS },
      { title: "Truth", fields: ["truth"], format: NUMBER },
      { title: "Median answer", fields: ["median"], format: NUMBER },
      { title: "5 % lie below", fields: ["low"], format: NUMBER },
      { title: "5 % lie above", fields: ["high"], format: NUMBER },
      { title: "Noise alone: 5 % below", fields: ["noiseLow"], format: NUMBER },
      { title: "Noise alone: 5 % above", fields: ["noiseHigh"], format: NUMBER },
    ],
    chart: {
      kind: "strips",
      label: "label",
      reading: "reading",
      axis: {
        title: cell.unit,
        scale: "linear",
        low: finite.length === 0 ? 0 : low,
        high: high > low ? high : low + 1,
      },
      marks: [
        { mark: "interval", from: "low", to: "high", tone: "soft", means: "nine in ten answers: noise and sampling" },
        { mark: "interval", from: "noiseLow", to: "noiseHigh", tone: "strong", means: "nine in ten, from noise alone" },
        { mark: "dot", at: "median", means: "the median answer" },
        { mark: "truth", at: "truth", means: "the truth among whom cohorts were drawn from" },
      ],
    },
  };
}

function answerRow({ budget, members }: PointResult, { truth, answers, noiseSpread }: CellSummary, cell: StudiedCell) {
  const [factor, { kind }] = [factorOf(cell), cell];
  const of = (band: Band | null, key: keyof Band) => (band === null ? null : band[key] * factor);
  const exact = truth === null ? null : truth * factor;
  // Beside a truth near an end, noise would reach beyond what there can be.
  const [least, most] = kind === "share" ? [0, factor] : [kind === "count" ? 0 : -Infinity, Infinity];
  const around = (key: keyof Band) =>
    exact === null || noiseSpread === null
      ? null
      : Math.min(most, Math.max(least, exact + (of(noiseSpread, key) as number)));
  return {
    label: `${symbolOf(budget)}, ${members.toLocaleString("en-US")} members`,
    ...{ truth: exact, median: of(answers, "median"), low: of(answers, "p5"), high: of(answers, "p95") },
    ...{ noiseLow: around("p5"), noiseHigh: around("p95") },
    reading: `${said(answers.p5 * factor)} to ${said(answers.p95 * factor)}`,
  };
}

const said = (value: number) => value.toLocaleString("en-US", { maximumSignificantDigits: 3 });
