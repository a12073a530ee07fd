// A release as a file: for spreadsheets, programs, notebooks and slides. The same cells, meanings and numbers in each.
import { fail } from "../base/errors.ts";
import { cellsOf } from "../estimate/answers.ts";
import type { Cell } from "../estimate/cell.ts";
import { type CompareOptions, type Comparison, comparisonsOf } from "../estimate/compare.ts";
import { estimand } from "../estimate/estimate.ts";
import { cellsToCsv, cellsToJson } from "../estimate/exports.ts";
import type { ReleaseDocument } from "../task/release.ts";
import { cellFigures } from "./cells.ts";
import { comparisonFigures } from "./differences.ts";
import { svgDocument } from "./document-svg.ts";
import type { Figure } from "./figure.ts";
import { meaningsOf } from "./meanings.ts";
import { notebook } from "./notebook.ts";
import { significant } from "./numbers.ts";
import { vegaLite } from "./vega-lite.ts";

export const exportFormats = ["csv", "json", "vega-lite", "ipynb", "svg"] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** The figures of a release: what a page, a terminal and every export show; what differs, after the numbers themselves. */
export function releaseFigures(
  release: ReleaseDocument,
  options: CompareOptions & { readonly cells?: readonly Cell[]; readonly comparisons?: readonly Comparison[] } = {},
): readonly Figure[] {
  const cells = options.cells ?? cellsOf(release, options);
  const comparisons = options.comparisons ?? comparisonsOf(release, options).comparisons;
  const prefix = `release-${release.name}`;
  return [...cellFigures(prefix, cells, meaningsOf(release, cells)), ...differenceFigures(release, cells, comparisons)];
}

/** Of a release's own comparisons, or of those with another release. */
export function differenceFigures(
  release: ReleaseDocument,
  cells: readonly Cell[],
  comparisons: readonly Comparison[],
): readonly Figure[] {
  const meanings = meaningsOf(release, cells);
  const byStatistic = new Map(cells.map(({ statistic }, at) => [statistic, meanings[at]]));
  return comparisonFigures(`release-${release.name}-differences`, comparisons, (statistic) =>
    byStatistic.get(statistic),
  );
}

/**
 * A text file in UTF-8, with a final line end.
 * @param options floor: groups that may have fewer contributors keep their names, not their numbers
 * @throws PacelineError invalid_argument on an unknown format, or a release whose cells cannot be read
 */
export function exportRelease(release: ReleaseDocument, format: ExportFormat, options: CompareOptions = {}): string {
  const cells = cellsOf(release, options);
  const compared = comparisonsOf(release, options);
  const { comparisons } = compared;
  const title = release.question;
  switch (format) {
    case "csv":
      return cellsToCsv(cells, comparisons);
    case "json":
      return cellsToJson(cells, release, compared);
    case "svg":
      return svgDocument(title, releaseFigures(release, { cells, comparisons }));
    case "vega-lite":
      return `${JSON.stringify(vegaLite(title, releaseFigures(release, { cells, comparisons })), undefined, 2)}\n`;
    case "ipynb": {
      const figures = releaseFigures(release, { cells, comparisons });
      const about = [...aboutOf(release), ...compared.says];
      return notebook({
        title,
        about,
        json: cellsToJson(cells, release, compared),
        figures,
        vegaLite: vegaLite(title, figures),
      });
    }
    default:
      return fail("invalid_argument", `"${String(format)}" is no format of an export`, {
        hint: `Formats: ${exportFormats.join(", ")}.`,
      });
  }
}

function aboutOf({ privacy, name, queryHash }: ReleaseDocument): readonly string[] {
  const { epsilon, delta, rho, unit, mechanism } = privacy;
  const promise = `${epsilon === 0 ? "" : `ε = ${significant(epsilon)}${delta === 0 ? "" : ` at δ = ${significant(delta)}`}, `}ρ = ${significant(rho)}`;
  return [
    `Release "${name}" of the question with hash ${queryHash}. Differentially private: ${promise} for each ${unit}, by ${mechanism} noise.`,
    estimand,
    "Intervals are 95 % intervals in two tones: from privacy noise alone, for the members who contributed; and with sampling as well, for the population they were drawn from.",
  ];
}
