// The cells of a study: what each is called and in what unit, and its truth.
import type { Cell } from "../../estimate/cell.ts";
import { type Meaning, meaningsOf } from "../../figures/index.ts";
import type { Member } from "../../records/types.ts";
import { directValues } from "./direct.ts";
import { type Pool, type StudiedPlan, sumOfPool } from "./pool.ts";
import { everyLine, exactCells, exactValue } from "./runs.ts";
import type { Truth } from "./summary.ts";

export interface StudiedCell extends Pick<Meaning, "kind" | "title" | "unit"> {
  readonly key: string;
  readonly group: string | null;
  /** Over everybody there is to draw from: what the estimators estimate, and the plain statistic of the members' own values. */
  readonly estimated: number | null;
  readonly direct: number | null;
  /** The plain statistic of values clipped to the question's bounds: what is between it and `direct` is clipping, and between it and `estimated` bins and caps. */
  readonly clipped: number | null;
}

/** What a cohort of this size is expected to have; values that are no counts do not depend on it. */
export function truthsOf(plan: StudiedPlan, pool: Pool, members: number): readonly Truth[] {
  const sums = sumOfPool(pool).map((sum) => (sum * members) / pool.members);
  return exactCells(plan, sums).map((cell) => ({
    key: cell.key,
    value: exactValue(cell),
    about: cell.estimate.samplingSd === 0 ? "contributors" : "population",
  }));
}

export function studiedCells(members: readonly Member[], plan: StudiedPlan, pool: Pool): readonly StudiedCell[] {
  const { source, encoder } = plan;
  if (source.kind !== "statistics" || encoder.kind !== "product") return [];
  const cells = exactCells(plan, sumOfPool(pool));
  const meanings = meaningsOf({ ...plan, source: everyLine(source) }, cells);
  const known = (value: number | undefined) => (value === undefined || !Number.isFinite(value) ? null : value);
  const inOrder = (values: ReturnType<typeof directValues>) => {
    let next = 0;
    return values.flatMap((answers) =>
      answers.flatMap((lines, at): readonly (number | undefined)[] => {
        const own = cells.slice(next, next + lines.length);
        next += lines.length;
        const part = encoder.parts[source.answers[at]?.part ?? 0];
        return part?.kind === "category" || part?.kind === "events"
          ? own.map((cell) => lines[lineOf(cell, part.values)])
          : lines;
      }),
    );
  };
  const [direct, clipped] = [false, true].map((clip) => inOrder(directValues(members, plan, clip)));
  return cells.map((cell, at): StudiedCell => {
    const { kind, title, unit, list } = meanings[at] as Meaning;
    return {
      ...{ key: cell.key, group: cell.group, kind, unit, title: list === undefined ? title : `${list}: ${title}` },
      estimated: known(exactValue(cell)),
      direct: known(direct?.[at]),
      clipped: known(clipped?.[at]),
    };
  });
}

/** A list is told by size, each line by its value and what the list is of, which has no space in it. */
function lineOf({ statistic }: Cell, values: readonly string[]): number {
  return values.indexOf(statistic.slice(0, statistic.lastIndexOf(" ")));
}
