// Cells of a release as figures: one for each statistic, its rows the groups; where there is one group only, one for each
// unit, its rows the statistics; a list (a histogram, top categories) is a figure of its own, and periods are a line. Two tones:
// privacy noise alone, and with sampling.
import type { Figure, Row, StripMark } from "./figure.ts";
import { groupTitle, type Meaning, sizeOf } from "./meanings.ts";
import { number, range } from "./numbers.ts";
import { type PeriodEntry, periodFigure } from "./periods.ts";
import { endsOf, stepsOf } from "./scale.ts";
import type { ShownCell } from "./shown-cell.ts";

interface Entry {
  readonly cell: ShownCell;
  readonly meaning: Meaning;
}

const KINDS = ["value", "share", "count"] as const;

/**
 * @param prefix of the figures' ids
 * @param meanings of each cell, in the cells' order
 */
export function cellFigures(
  prefix: string,
  cells: readonly ShownCell[],
  meanings: readonly Meaning[],
): readonly Figure[] {
  const all = cells.map((cell, at): Entry => ({ cell, meaning: meanings[at] ?? UNKNOWN }));
  const entries = all.filter(({ meaning }) => meaning.period === undefined);
  const split = new Set(cells.map(({ group }) => group)).size > 1;
  const panels = KINDS.flatMap((kind) => {
    const units = Map.groupBy(
      entries.filter(({ meaning }) => meaning.kind === kind),
      ({ meaning }) => meaning.unit,
    );
    return [...units.values()].flatMap((alike) => {
      // Figures in one unit share one axis, to be compared by eye; a list's bars are of another size.
      const [lists, single] = [
        alike.filter(({ meaning }) => meaning.list),
        alike.filter(({ meaning }) => !meaning.list),
      ];
      const axis = endsOf(single.flatMap(({ cell }) => numbersOf(cell, kind)));
      const listed = [...Map.groupBy(lists, ({ cell, meaning }) => `${meaning.list}\n${cell.group}`).values()];
      const told = [...Map.groupBy(single, ({ meaning }) => (split ? meaning.title : kind)).values()];
      return [
        ...told.map((rows) => ({ rows, ends: axis })),
        ...listed.map((rows) => ({ rows, ends: endsOf([0, ...rows.flatMap(({ cell }) => numbersOf(cell, kind))]) })),
      ];
    });
  });
  const periods = Map.groupBy(all.filter(isPeriod), ({ meaning }) => `${meaning.title}\n${meaning.unit}`);
  return [
    ...[...periods.values()].map((own, at) => periodFigure(`${prefix}-over-time-${at + 1}`, own)),
    ...panels.map(({ rows, ends }, at) => panel(`${prefix}-${at + 1}`, rows, ends, split)),
  ];
}

const isPeriod = (entry: Entry): entry is PeriodEntry => entry.meaning.period !== undefined;

const UNKNOWN: Meaning = { kind: "value", unit: "value", title: "Value" };

function panel(id: string, entries: readonly Entry[], [low, high]: readonly [number, number], split: boolean): Figure {
  const { cell: first, meaning } = entries[0] as Entry;
  const { kind, unit, list } = meaning;
  const byGroup = list === undefined && (split || entries.length === 1);
  const ofGroup = split && list !== undefined ? `, ${groupTitle(first.group)}` : "";
  const title = list !== undefined ? `${list}${ofGroup}` : byGroup ? meaning.title : "All members";
  const { decimals: fine } = stepsOf({ scale: "linear", low, high });
  const decimals = kind === "count" ? 0 : fine;
  const truth = entries.some(({ cell }) => Number.isFinite(cell.truth));
  const rows = entries.map((entry) =>
    rowOf(entry, byGroup ? groupTitle(entry.cell.group) : entry.meaning.title, decimals),
  );
  const said = rows.map(({ label, said: sentence }) => `${label}: ${sentence}.`).join(" ");
  const numbers = { kind: "number", decimals } as const;
  return {
    id,
    title,
    words: `Estimates with 95 % intervals in ${unit}. ${said}`,
    rows: rows.map(({ said: _, ...row }) => row),
    caption: `${title}, in ${unit}`,
    columns: [
      { title: byGroup ? "Group" : "Statistic", fields: ["label"], format: { kind: "words" } },
      { title: "Estimate", fields: ["estimate"], format: numbers },
      { title: "95 % interval", fields: ["low", "high"], format: numbers },
      { title: "From privacy noise alone", fields: ["privacyLow", "privacyHigh"], format: numbers },
      { title: "Noise (sd)", fields: ["noiseSd"], format: numbers },
      ...(truth ? [{ title: "Truth (demo only)", fields: ["truth"] as const, format: numbers }] : []),
      ...(rows.some(({ note }) => note !== "")
        ? [{ title: "Note", fields: ["note"] as const, format: { kind: "words" } as const }]
        : []),
    ],
    chart: {
      kind: "strips",
      label: "label",
      reading: "reading",
      ...(truth ? { aside: "aside" } : {}),
      axis: { title: unit, scale: "linear", low, high },
      marks: truth ? [...marks, { mark: "truth", at: "truth", means: TRUTH }] : marks,
    },
  };
}

const TRUTH = "the true answer, which only a demo can know";
const marks: readonly StripMark[] = [
  { mark: "interval", from: "low", to: "high", tone: "soft", means: "with sampling as well: the full 95 % interval" },
  {
    mark: "interval",
    from: "privacyLow",
    to: "privacyHigh",
    tone: "strong",
    means: "95 % interval from privacy noise alone",
  },
  { mark: "dot", at: "estimate", means: "estimate" },
];

/** The marks of these figures, for a legend. */
export const cellMarks: readonly StripMark[] = [...marks, { mark: "truth", at: "truth", means: TRUTH }];

/** A suppressed cell keeps its name and its reason, not its numbers. */
function rowOf({ cell, meaning }: Entry, label: string, decimals: number): Row & { readonly said: string } {
  if (cell.suppressed !== undefined) {
    const none = {
      estimate: null,
      low: null,
      high: null,
      privacyLow: null,
      privacyHigh: null,
      noiseSd: null,
      truth: null,
    };
    return {
      label,
      ...none,
      reading: "not shown",
      aside: "",
      note: cell.suppressed,
      said: `not shown: ${cell.suppressed}`,
    };
  }
  const factor = sizeOf(meaning.kind);
  const [estimate, low, high, privacyLow, privacyHigh] = numbersOf(cell, meaning.kind) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const truth = cell.truth === undefined || !Number.isFinite(cell.truth) ? null : cell.truth * factor;
  const between = range(low, high, decimals);
  const caution = cell.caution === undefined ? "" : `, ${cell.caution}`;
  return {
    label,
    ...{ estimate, low, high, privacyLow, privacyHigh },
    noiseSd: cell.estimate.privacyNoiseSd * factor,
    truth,
    aside: truth === null ? "no member, no truth" : `truth ${number(truth, decimals)}`,
    reading: `${number(estimate, decimals)} (${between})`,
    note: cell.caution ?? "",
    said: `${number(estimate, decimals)}, between ${between}${caution}`,
  };
}

/** Estimate, both intervals, and the truth where it is known. */
function numbersOf({ estimate: told, truth, suppressed }: ShownCell, kind: Meaning["kind"]): readonly number[] {
  if (suppressed !== undefined) return [];
  const { estimate, interval95, privacyInterval95 } = told;
  return [estimate, ...interval95, ...privacyInterval95, truth ?? Number.NaN].map((value) => value * sizeOf(kind));
}
