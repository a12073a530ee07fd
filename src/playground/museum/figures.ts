// Promises and audited bounds: of one exhibit and Paceline's own, and of the whole museum.
import type { Figure } from "../../figures/index.ts";
import { type Bounded, boundsFigure } from "../../simulate/index.ts";
import { abouts } from "./abouts.ts";
import type { ExhibitResult, Judged } from "./audit.ts";

const named = (name: string, short: string, { claim, audited, crossed, exact }: Judged): Bounded => ({
  ...{ name, short, claim, audited, crossed },
  ...(exact === undefined ? {} : { exact }),
});

export function exhibitFigure({ options, defect, ours }: ExhibitResult): Figure {
  return boundsFigure(
    "exhibit",
    "What was promised, the least there is, and what there is",
    [named("As it was", "as it was", defect), named("Paceline", "Paceline", ours)],
    options.confidence,
  );
}

export function allFigure(results: readonly ExhibitResult[]): Figure {
  const [first] = results;
  return boundsFigure(
    "museum-all",
    "The whole museum: each promise as it was, and Paceline's",
    results.flatMap(({ options: { exhibit }, defect, ours }) => [
      named(abouts[exhibit].title, abouts[exhibit].short, defect),
      named(`${abouts[exhibit].title}: Paceline`, "· Paceline", ours),
    ]),
    first?.options.confidence ?? Number.NaN,
  );
}
