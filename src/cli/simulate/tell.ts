// A study in a terminal: for each number a table and a chart, and what the numbers contain.
import { type Figure, figureText, textTable } from "../../figures/index.ts";
import { type StudyResult, studyFigures } from "../../simulate/index.ts";

/** Cells told in full: more is for a file. */
const CELLS = 6;

export function tellStudy(study: StudyResult, columns: number): string {
  const { question, title, window, runs, seed, cells } = study;
  const figures = studyFigures(study);
  const shown = figures.slice(0, 2 * CELLS);
  const left = cells.length - CELLS;
  return [
    title,
    `Days ${window.start} to ${window.end}, ${runs.toLocaleString("en-US")} runs a point, seed ${JSON.stringify(seed)}; groups that may have fewer than ${study.floor} contributors would be hidden.`,
    ...shown.map((figure) =>
      `\n${figure.chart.kind === "curves" ? `${textTable(figure)}\n${drawn(figure, columns)}` : figureText(figure, columns)}`.trimEnd(),
    ),
    ...(left > 0 ? [`\n${left} more ${left === 1 ? "number" : "numbers"}: --json has them, --svg draws them.`] : []),
    ...binsAndBounds(study),
    "\nWhat the numbers contain",
    ...study.says.map((line) => `  - ${line}`),
    ...(question.where.length > 0
      ? ["  - Members who do not pass the filter answer with a null report, and are among the members of a run."]
      : []),
    "",
  ].join("\n");
}

/** Without the title, which its table has. */
function drawn(figure: Figure, columns: number): string {
  const text = figureText(figure, columns);
  return text.slice(text.indexOf("\n") + 1);
}

/** Where the statistic as estimated and the plain one differ by a thousandth or more. */
function binsAndBounds({ cells }: StudyResult): readonly string[] {
  const moved = cells.filter(
    ({ direct, estimated }) =>
      direct !== null && estimated !== null && Math.abs(estimated - direct) >= 1e-3 * Math.abs(direct),
  );
  if (moved.length === 0) return [];
  const said = (value: number | null, share: boolean) =>
    ((value ?? 0) * (share ? 100 : 1)).toLocaleString("en-US", { maximumSignificantDigits: 4 });
  return [
    "\nWhat bins and bounds change, without any noise",
    ...moved
      .slice(0, CELLS)
      .map(
        ({ key, kind, unit, direct, estimated }) =>
          `  ${key}: ${said(direct, kind === "share")} of the members' own values, ${said(estimated, kind === "share")} as estimated (${unit})`,
      ),
  ];
}
