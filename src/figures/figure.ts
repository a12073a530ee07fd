// The one grammar: a figure is rows of plain data, marks over them, axes, a table twin and words. Everything that shows one
// (svg.ts, html.ts, terminal.ts, vega-lite.ts, notebook.ts) reads the same rows and formats, so they show the same numbers.

/** null where there is no number to show. */
export type Value = number | string | null;
export type Row = Readonly<Record<string, Value>>;

export type Format =
  | { readonly kind: "words" }
  | { readonly kind: "number"; readonly decimals: number }
  | { readonly kind: "significant"; readonly digits?: number }
  /** Of a share between 0 and 1. */
  | { readonly kind: "percent"; readonly decimals: number }
  | { readonly kind: "signed"; readonly decimals: number }
  | { readonly kind: "bytes" };

export interface Column {
  readonly title: string;
  /** One field, or the low and the high end of an interval. */
  readonly fields: readonly [string] | readonly [low: string, high: string];
  readonly format: Format;
}

export interface Axis {
  /** Unit or quantity, in words. */
  readonly title: string;
  readonly scale: "linear" | "log";
  /** What lies beyond is drawn at the end. */
  readonly low: number;
  readonly high: number;
}

/** The first tone is what is told first: privacy noise, spent budget. The second is what surrounds or is compared with it. */
export type Tone = "strong" | "soft";

export type StripMark =
  /** A horizontal line between two fields. */
  | {
      readonly mark: "interval";
      readonly from: string;
      readonly to: string;
      readonly tone: Tone;
      readonly means: string;
    }
  | { readonly mark: "dot"; readonly at: string; readonly means: string }
  /** A short upright line; only a demo or a simulation knows a truth. */
  | { readonly mark: "truth"; readonly at: string; readonly means: string }
  /** A bar from 0; `tone` names a field that holds "soft" where a row is told second, and "bad" where it is what must not be. */
  | { readonly mark: "bar"; readonly to: string; readonly tone?: string; readonly means: string };

/** One strip a row: its label and its reading in words, and marks along one axis. */
export interface Strips {
  readonly kind: "strips";
  readonly label: string;
  readonly reading: string;
  /** Said after the marks where they cannot be measured by eye: in a terminal. */
  readonly aside?: string;
  readonly axis: Axis;
  /** What the two sides mean, where numbers on the axis would say nothing. */
  readonly ends?: readonly [low: string, high: string];
  /** No ticks and no numbers: the readings say it. */
  readonly bare?: true;
  readonly marks: readonly StripMark[];
}

/** y over x, a line and a band for each series. */
export interface Curves {
  readonly kind: "curves";
  readonly x: Axis & { readonly field: string };
  readonly y: Axis & { readonly field: string };
  /** Field that tells series apart, or none. */
  readonly series?: string;
  readonly band?: { readonly low: string; readonly high: string; readonly means: string };
}

/** Numbers as shades: a picture a panel, a line of cells a row. What lies beyond the ends is drawn as the end. */
export interface Grid {
  readonly kind: "grid";
  /** Field that says which picture a row belongs to. */
  readonly panel: string;
  /** Field that names the row. */
  readonly label: string;
  /** Of the cells, from left to right. */
  readonly fields: readonly string[];
  /** What a shade means, in words. */
  readonly title: string;
  readonly low: number;
  readonly high: number;
}

export interface Figure {
  /** Unique in its document. */
  readonly id: string;
  readonly title: string;
  /** What the figure says to those who do not see it: sentences with its numbers. */
  readonly words: string;
  readonly rows: readonly Row[];
  /** The table twin; the first column is each row's header. */
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly chart: Strips | Curves | Grid;
}

/** A field as a number: NaN where it holds none. */
export function numberIn(row: Row, field: string): number {
  const value = row[field];
  return typeof value === "number" ? value : Number.NaN;
}

export function textIn(row: Row, field: string): string {
  const value = row[field] ?? "";
  return typeof value === "string" ? value : `${value}`;
}
