// What differs in a release: groups from each other, changes and trends from 0, and how groups are distributed over a list. All of it
// follows from what was released and costs nothing. What is compared is public; the more is compared, the more each has to show.
import { fail } from "../base/errors.ts";
import type { NoiseLaw } from "../privacy/distributions/noise-law.ts";
import { mechanismFrom } from "../privacy/mechanisms/from-event.ts";
import type { Answer } from "../task/answers.ts";
import { groupRows } from "../task/encoders/decode.ts";
import type { Part } from "../task/encoders/kinds.ts";
import { groupCount, groupValues, type ProductEncoder } from "../task/encoders/product.ts";
import { registryOf } from "../task/metrics/definition.ts";
import { cellsOf, type Released } from "./answers.ts";
import type { Cell, CellOptions } from "./cell.ts";
import { againstZero, type Difference, differenceOf } from "./difference.ts";
import { holm } from "./holm.ts";
import { valueName } from "./labels.ts";
import { cellNoiseOf } from "./noise.ts";
import { tableTest } from "./table-test.ts";

export interface Comparison {
  /** "north vs harbour/mean rhr", "all/mean change of mvpa since 2026-10-05", "site/distribution of visits" */
  readonly key: string;
  readonly kind: "groups" | "zero" | "table" | "releases";
  /** Of the cells that are compared. */
  readonly statistic: string;
  /** What the difference is of, and from what: groups, or releases; null for a table. */
  readonly between: readonly [string, string] | null;
  /** The first less the second; null for tables, which have no one number, and where a number must not be shown. */
  readonly difference: Omit<Difference, "p"> | null;
  /** Of no difference, two-sided; null where it must not be shown. */
  readonly p: number | null;
  /** Adjusted by Holm's method over all that are told together. */
  readonly adjusted: number | null;
  readonly suppressed?: string;
}

export interface Comparisons {
  readonly comparisons: readonly Comparison[];
  /** How to read them; and what was not compared, and why. */
  readonly says: readonly string[];
}

export interface CompareOptions extends CellOptions {
  /** Every other value of the attribute with this one; without it, all pairs that differ in one key. */
  readonly against?: { readonly attribute: string; readonly value: string };
}

/** Pairs of groups that are compared unasked. */
const PAIRS_MAX = 45;

/** @throws PacelineError invalid_argument when `against` names no group */
export function comparisonsOf(release: Released, options: CompareOptions = {}): Comparisons {
  const { source, encoder } = release;
  if (source.kind !== "statistics" || encoder.kind !== "product") return { comparisons: [], says: [] };
  const cells = cellsOf(release, options);
  const pairs = pairsOf(encoder, options.against);
  const law = mechanismFrom(release.noise).law(release.draws);
  const zero = cells
    .filter(({ form }) => form === "change")
    .map((cell) => ofOne(cell, againstZero(cell.estimate, law)));
  const asked = options.against !== undefined || pairs.length <= PAIRS_MAX;
  const between = asked ? pairs.flatMap((pair) => ofPair(pair, byGroup(cells, encoder), law)) : [];
  const list = adjusted([...zero, ...between, ...tablesOf(release, encoder, source.answers)]);
  return { comparisons: list, says: said(list, asked ? 0 : pairs.length) };
}

/** @param left pairs that were not compared */
function said(list: readonly Comparison[], left: number): readonly string[] {
  const more =
    left === 0
      ? []
      : [
          `${left} pairs of groups are not compared unasked, as each needs more to show: name a group to compare the others with.`,
        ];
  return list.length === 0 ? more : [reading(list.length), ...more];
}

export function reading(count: number): string {
  const several = count === 1 ? "" : `; adjusted for all ${count} told here (Holm)`;
  return `p: how often a difference at least as large would be seen by chance, from sampling and noise, where there is none${several}.`;
}

export function adjusted(list: readonly Comparison[]): Comparison[] {
  const known = list.flatMap(({ p }, at) => (p === null ? [] : [{ p, at }]));
  const values = holm(known.map(({ p }) => p));
  const byPlace = new Map(known.map(({ at }, i) => [at, values[i] as number]));
  return list.map((one, at) => ({ ...one, adjusted: byPlace.get(at) ?? null }));
}

/** Numbers of one group, in the order of the answers; lists are ranked and told apart by tables. */
function byGroup(cells: readonly Cell[], encoder: ProductEncoder): readonly (readonly Cell[])[] {
  const each = cells.length / groupCount(encoder);
  return Array.from({ length: groupCount(encoder) }, (_, i) => cells.slice(i * each, (i + 1) * each));
}

interface Pair {
  readonly first: number;
  readonly second: number;
}

function pairsOf(encoder: ProductEncoder, against: CompareOptions["against"]): readonly Pair[] {
  const { groups } = encoder;
  const all = Array.from({ length: groupCount(encoder) }, (_, group) => groupValues(encoder, group));
  const place = groups.findIndex(({ attribute }) => attribute === against?.attribute);
  if (against !== undefined && groups[place]?.values.includes(against.value) !== true)
    fail("invalid_argument", `the release has no group ${against.attribute} = "${against.value}"`, {
      hint: groupsInWords(encoder),
    });
  const pairs: Pair[] = [];
  for (const [first, one] of all.entries())
    for (const [second, other] of all.entries()) {
      const differ = one.flatMap((value, key) => (value === other[key] ? [] : [key]));
      if (differ.length !== 1) continue;
      if (against === undefined ? first < second : differ[0] === place && other[place] === against.value)
        pairs.push({ first, second });
    }
  return pairs;
}

function groupsInWords({ groups }: ProductEncoder): string {
  const keys = groups.map(({ attribute, values }) => `${attribute}: ${values.join(", ")}`);
  return keys.length === 0 ? "It is not split into groups." : `Its groups are of ${keys.join("; ")}.`;
}

/** Members are in one group each: what differs between two groups has independent errors. */
function ofPair({ first, second }: Pair, groups: readonly (readonly Cell[])[], law: NoiseLaw): readonly Comparison[] {
  const [ours = [], theirs = []] = [groups[first], groups[second]];
  const told = ours.map(({ form }) => form === undefined || form === "change");
  const counted = ours.every(({ statistic, form }) => form !== undefined || isCount(statistic));
  return ours.flatMap((one, at): Comparison[] => {
    const other = theirs[at];
    if (other === undefined || !told[at] || (isCount(one.statistic) && !counted)) return [];
    return [
      ofTwo(
        [one, other],
        [one.group ?? "", other.group ?? ""],
        "groups",
        differenceOf(one.estimate, other.estimate, [law], false),
      ),
    ];
  });
}

/** How many there are in a group is compared where nothing else is. */
const isCount = (statistic: string) => /^(count|sum)\b/.test(statistic);

function ofOne({ key, statistic, group, suppressed }: Cell, { p, ...difference }: Difference): Comparison {
  const own = { key, kind: "zero", statistic, between: [group ?? "all", "0"], adjusted: null } as const;
  return suppressed === undefined ? { ...own, difference, p } : { ...own, difference: null, p: null, suppressed };
}

export function ofTwo(
  [one, other]: readonly [Cell, Cell],
  names: readonly [string, string],
  kind: "groups" | "releases",
  { p, ...difference }: Difference,
): Comparison {
  const { statistic } = one;
  const own = { key: `${names.join(" vs ")}/${statistic}`, kind, statistic, between: names, adjusted: null } as const;
  const suppressed = one.suppressed ?? other.suppressed;
  return suppressed === undefined ? { ...own, difference, p } : { ...own, difference: null, p: null, suppressed };
}

/** Of histograms and lists that are split: whether the groups are distributed alike. */
function tablesOf(release: Released, encoder: ProductEncoder, answers: readonly Answer[]): readonly Comparison[] {
  if (groupCount(encoder) < 2 || release.source.kind !== "statistics") return [];
  const { values } = release.source;
  const law = mechanismFrom(release.noise).law(release.draws);
  const groups = groupRows(encoder, release.values);
  const keys = encoder.groups.map(({ attribute }) => attribute).join(" × ");
  return answers.flatMap((answer): Comparison[] => {
    const part = encoder.parts[answer.part] as Part;
    if (
      (answer.statistic !== "histogram" && answer.statistic !== "top") ||
      (part.kind !== "histogram" && part.kind !== "category")
    )
      return [];
    // The first rows of a tree are its leaves, just as they were released: their noises are independent.
    const lines = part.kind === "histogram" ? part.edges.length - 1 : part.values.length;
    const counts = groups.map(({ parts }) =>
      (parts[answer.part]?.values ?? []).slice(0, lines).map((value) => value / part.weight),
    );
    const test = tableTest(counts, cellNoiseOf(law, 1 / part.weight));
    if (test === undefined) return [];
    const statistic = `distribution of ${valueName(values[part.value], registryOf(release))}`;
    return [
      {
        key: `${keys}/${statistic}`,
        kind: "table",
        statistic,
        between: null,
        difference: null,
        p: test.p,
        adjusted: null,
      },
    ];
  });
}
