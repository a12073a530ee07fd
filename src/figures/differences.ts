// What differs, as figures: a strip a difference with 0 on its axis and its p-values in words; tests of whole tables as a list of p.
import type { Comparison } from "../estimate/compare.ts";
import { P_LEAST } from "../estimate/difference.ts";
import type { Figure, Row, StripMark } from "./figure.ts";
import { groupTitle, type Meaning, sizeOf } from "./meanings.ts";
import { number, range, significant } from "./numbers.ts";
import { endsOf, stepsOf } from "./scale.ts";

const marks: readonly StripMark[] = [
  { mark: "interval", from: "low", to: "high", tone: "soft", means: "95 % interval of the difference" },
  {
    mark: "interval",
    from: "privacyLow",
    to: "privacyHigh",
    tone: "strong",
    means: "95 % interval from privacy noise alone",
  },
  { mark: "dot", at: "estimate", means: "difference" },
  { mark: "truth", at: "zero", means: "no difference" },
];

/**
 * @param prefix of the figures' ids
 * @param meaningOf what the cells of a statistic are; undefined where it is not known
 */
export function comparisonFigures(
  prefix: string,
  comparisons: readonly Comparison[],
  meaningOf: (statistic: string) => Meaning | undefined,
): readonly Figure[] {
  const numbers = comparisons.filter(({ kind }) => kind !== "table");
  const panels = [...Map.groupBy(numbers, ({ kind, statistic }) => `${kind === "zero"} ${statistic}`).values()];
  const tables = comparisons.filter(({ kind }) => kind === "table");
  return [
    ...panels.map((alike, at) => panel(`${prefix}-${at + 1}`, alike, meaningOf)),
    ...(tables.length === 0 ? [] : [tableFigure(`${prefix}-tables`, tables)]),
  ];
}

/** "p = 0.012 (adjusted 0.036)" */
export function pInWords({ p, adjusted }: Pick<Comparison, "p" | "adjusted">): string {
  if (p === null) return "not shown";
  // Below, nothing is told apart.
  const own = p <= P_LEAST ? "p ≤ 0.000001" : `p = ${digits(p)}`;
  return adjusted === null || adjusted === p ? own : `${own} (adjusted ${digits(adjusted)})`;
}

const digits = (p: number) => (p < 0.001 ? number(p, 6) : significant(p, 2));

function panel(
  id: string,
  comparisons: readonly Comparison[],
  meaningOf: (statistic: string) => Meaning | undefined,
): Figure {
  const [{ kind, statistic }] = comparisons as readonly [Comparison];
  const meaning = meaningOf(statistic) ?? { kind: "value", unit: "value", title: statistic };
  const unit = meaning.kind === "share" ? "percentage points" : meaning.unit;
  const factor = sizeOf(meaning.kind);
  const [low, high] = endsOf([
    0,
    ...comparisons.flatMap(({ difference }) => difference?.interval95 ?? []).map((end) => end * factor),
  ]);
  const { decimals } = stepsOf({ scale: "linear", low, high });
  const rows = comparisons.map((one) => rowOf(one, factor, decimals));
  const title = kind === "zero" ? `${meaning.title}, against none` : `Difference: ${meaning.title}`;
  const format = { kind: "number", decimals } as const;
  const words = { kind: "words" } as const;
  return {
    id,
    title,
    words: `Differences with 95 % intervals in ${unit}; p-values, adjusted for all that are told in brackets. ${rows.map(({ label, reading }) => `${label}: ${reading}.`).join(" ")}`,
    rows,
    caption: `${title}, in ${unit}`,
    columns: [
      { title: "Between", fields: ["label"], format: words },
      { title: "Difference", fields: ["estimate"], format: { kind: "signed", decimals } },
      { title: "95 % interval", fields: ["low", "high"], format },
      { title: "From privacy noise alone", fields: ["privacyLow", "privacyHigh"], format },
      { title: "p (adjusted)", fields: ["p"], format: words },
    ],
    chart: {
      kind: "strips",
      label: "label",
      reading: "reading",
      axis: { title: unit, scale: "linear", low, high },
      marks,
    },
  };
}

function rowOf(
  one: Comparison,
  factor: number,
  decimals: number,
): Row & { readonly label: string; readonly reading: string } {
  const [first, second] = (one.between ?? ["", ""]).map((group) => groupTitle(group === "all" ? null : group));
  const label = one.kind === "zero" ? `${first}` : `${first} − ${second}`;
  const p = pInWords(one);
  const { difference } = one;
  if (difference === null) {
    const none = { estimate: null, low: null, high: null, privacyLow: null, privacyHigh: null, zero: null };
    return { label, ...none, p: one.suppressed ?? p, reading: "not shown" };
  }
  const [value, low, high, privacyLow, privacyHigh] = [
    difference.estimate,
    ...difference.interval95,
    ...difference.privacyInterval95,
  ].map((each) => each * factor) as [number, number, number, number, number];
  const reading = `${number(value, decimals)} (${range(low, high, decimals)}), ${p}`;
  return { label, estimate: value, low, high, privacyLow, privacyHigh, zero: 0, p, reading };
}

function tableFigure(id: string, tables: readonly Comparison[]): Figure {
  const title = "Whether groups are distributed alike";
  const rows = tables.map((one) => ({ label: one.key, p: one.p, reading: pInWords(one) }));
  return {
    id,
    title,
    words: rows.map(({ label, reading }) => `${label}: ${reading}.`).join(" "),
    rows,
    caption: title,
    columns: [
      { title: "Groups and list", fields: ["label"], format: { kind: "words" } },
      { title: "p (adjusted)", fields: ["reading"], format: { kind: "words" } },
    ],
    chart: {
      kind: "strips",
      label: "label",
      reading: "reading",
      axis: { title: "p", scale: "linear", low: 0, high: 1 },
      bare: true,
      marks: [{ mark: "bar", to: "p", means: "p-value of no difference" }],
    },
  };
}
