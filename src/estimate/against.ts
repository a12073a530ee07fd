// A release compared with an earlier one: the numbers that both have of the same measure, their differences, and what they may show.
// Nothing is asked of anyone again.
import { formatDay } from "../base/calendar.ts";
import { fail } from "../base/errors.ts";
import { mechanismFrom } from "../privacy/mechanisms/from-event.ts";
import type { Answer } from "../task/answers.ts";
import type { Part } from "../task/encoders/kinds.ts";
import { groupCount, type ProductEncoder } from "../task/encoders/product.ts";
import { metricsIn } from "../task/expression.ts";
import type { ReleaseDocument } from "../task/release.ts";
import { measuresOf, type SourceValue } from "../task/values.ts";
import { cellsOf } from "./answers.ts";
import type { Cell, CellOptions } from "./cell.ts";
import { adjusted, type Comparison, type Comparisons, ofTwo, reading } from "./compare.ts";
import { differenceOf } from "./difference.ts";

/**
 * `release` less `earlier`, cell by cell where group and measure are the same.
 * @throws PacelineError invalid_argument where they are one release, count different units, or have no number of one measure
 */
export function compareReleases(
  release: ReleaseDocument,
  earlier: ReleaseDocument,
  options: CellOptions = {},
): Comparisons {
  if (release.task === earlier.task) fail("invalid_argument", "a release is not compared with itself");
  const [unit, other] = [release.privacy.unit, earlier.privacy.unit];
  if (unit !== other) fail("invalid_argument", `one release counts each ${unit}, the other each ${other}`);
  const [ours, theirs] = [identified(release, options), identified(earlier, options)];
  const together = mayShare(release, earlier);
  const laws = [release, earlier].map(({ noise, draws }) => mechanismFrom(noise).law(draws));
  const names = [windowOf(release), windowOf(earlier)] as const;
  const [first, second] = names[0] === names[1] ? [release.name, earlier.name] : names;
  const list: Comparison[] = [];
  const missing = new Set<string>();
  for (const [identity, cell] of ours) {
    const against = theirs.get(identity);
    if (against === undefined) missing.add(cell.key);
    else {
      const group = cell.group === null ? "" : `${cell.group}, `;
      const difference = differenceOf(cell.estimate, against.estimate, laws, together);
      list.push(ofTwo([cell, against], [`${group}${first}`, `${group}${second}`], "releases", difference));
    }
  }
  if (list.length === 0)
    return fail("invalid_argument", "the two releases have no number of the same measure", {
      hint: "Compared are numbers of one statistic of one metric, in the same unit, group, bounds and bins.",
    });
  const left =
    missing.size === 0 ? [] : [`Not in the other release, or with other bounds or bins: ${[...missing].join("; ")}.`];
  return { comparisons: adjusted(list), says: [reading(list.length), dependence(together), ...left] };
}

function dependence(together: boolean): string {
  return together
    ? "The same members may be in both: the intervals hold however their values go together, and are wider than they need be where these rise and fall alike. Noise is independent."
    : "No member is in both, by the conditions on their profiles: errors are independent.";
}

const windowOf = ({ window }: ReleaseDocument) => `${formatDay(window.start)} to ${formatDay(window.end - 1)}`;

/** Whether one member may have answered both: not where an attribute, in one window, has no value in common. */
function mayShare(a: ReleaseDocument, b: ReleaseDocument): boolean {
  if (a.window.start !== b.window.start || a.window.end !== b.window.end) return true;
  const lists = ({ source }: ReleaseDocument) => (source.kind === "statistics" ? source.where : []);
  return !lists(a).some(({ attribute, values }) =>
    lists(b).some((other) => other.attribute === attribute && !other.values.some((value) => values.includes(value))),
  );
}

/** Cells by what they are of: statistic, measure, bounds or bins, and group; not the days. */
function identified(release: ReleaseDocument, options: CellOptions): ReadonlyMap<string, Cell> {
  const { source, encoder } = release;
  if (source.kind !== "statistics" || encoder.kind !== "product") return new Map();
  const cells = cellsOf(release, options);
  const each = cells.length / groupCount(encoder);
  const names = source.answers.flatMap(({ part, ...answer }) => {
    const of = encoder.parts[part] as Part;
    const identity = JSON.stringify([answer, measureOf(of, source.values, release), boundsOf(of)]);
    const lines = linesOf({ part, ...answer }, of);
    return Array.from({ length: lines }, (_, line) => `${identity} ${line}`);
  });
  if (names.length !== each) return new Map();
  return new Map(
    cells.flatMap((cell, at): [string, Cell][] => {
      // Periods and ranked lists have no partner; a period's days are its own.
      if (cell.form === "period" || cell.form === "line") return [];
      return [[`${names[at % each]} ${groupsKey(encoder, cell)}`, cell]];
    }),
  );
}

/** Cells that an answer has in a group. */
function linesOf(answer: Answer, part: Part): number {
  if (answer.statistic === "quantile") return answer.levels.length;
  if (answer.statistic === "histogram" && part.kind === "histogram") return part.edges.length - 1;
  const listed = part.kind === "category" || part.kind === "events";
  return answer.statistic === "top" && listed ? Math.min(answer.limit, part.values.length) : 1;
}

const groupsKey = ({ groups }: ProductEncoder, { group }: Cell) =>
  JSON.stringify([groups.map(({ attribute }) => attribute), group]);

function measureOf(part: Part, values: readonly SourceValue[], { definitions = [] }: ReleaseDocument): unknown {
  const indices = part.kind === "moments" ? part.values : [part.value];
  return indices.map((index) => {
    const value = values[index] as SourceValue;
    const read = new Set(measuresOf(value).flatMap(({ expression }) => metricsIn(expression)));
    const own = definitions.filter(({ definition }) => read.has(definition.id)).map(({ hash }) => hash);
    if (value.kind === "change") return [{ ...value, since: 0, daysMin: 0 }, own];
    return "daysMin" in value ? [{ ...value, daysMin: 0 }, own] : [value, own];
  });
}

/** What a value was cut to, or sorted into: another estimand where it is another. */
function boundsOf(part: Part): unknown {
  switch (part.kind) {
    case "histogram":
      return part.edges;
    case "moments":
      return part.clip;
    default:
      return part.values;
  }
}
