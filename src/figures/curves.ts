// Curves as a figure: y over x for one or several series, each with a band where there is one. Error against ε, mostly.
import type { Axis, Figure } from "./figure.ts";
import { significant } from "./numbers.ts";
import { endsOf, positiveEndsOf } from "./scale.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
  readonly low?: number;
  readonly high?: number;
}

export interface Curve {
  readonly name: string;
  readonly points: readonly Point[];
}

/** Apart by colour, dash and name: more could not be told apart. */
export const SERIES_MAX = 6;

interface AxisWords {
  readonly title: string;
  readonly scale: Axis["scale"];
  /** The axis goes as far as the values do; else a linear one goes to 0. */
  readonly free?: true;
}

export interface CurveWords {
  readonly id: string;
  readonly title: string;
  readonly x: AxisWords;
  readonly y: AxisWords;
  /** What a series is one of: "Members". */
  readonly each: string;
  /** What the band means, where points have one. */
  readonly band?: string;
}

/** The first six curves are drawn, the table has all. */
export function curveFigure({ id, title, x, y, each, band }: CurveWords, curves: readonly Curve[]): Figure {
  const rows = curves.flatMap(({ name, points }) =>
    points.map((point) => ({ series: name, x: point.x, y: point.y, low: point.low ?? null, high: point.high ?? null })),
  );
  const axis = ({ title: named, scale, free }: AxisWords, values: readonly number[]): Axis => {
    const [low, high] = scale === "log" ? positiveEndsOf(values) : endsOf(free ? values : [0, ...values]);
    return { title: named, scale, low, high };
  };
  const banded = band !== undefined && rows.some(({ low, high }) => low !== null && high !== null);
  const said = curves.map(({ name, points }) => {
    const [first, last] = [points[0], points.at(-1)];
    return first === undefined || last === undefined
      ? `${each} ${name}: no points.`
      : `${each} ${name}: from ${significant(first.y)} at ${significant(first.x)} to ${significant(last.y)} at ${significant(last.x)}.`;
  });
  const format = { kind: "significant" } as const;
  return {
    id,
    title,
    words: `${y.title} over ${x.title}. ${said.join(" ")}`,
    rows,
    caption: `${title}: ${y.title} by ${x.title}`,
    columns: [
      { title: each, fields: ["series"], format: { kind: "words" } },
      { title: x.title, fields: ["x"], format },
      { title: y.title, fields: ["y"], format },
      ...(banded
        ? [
            { title: `${band}, low`, fields: ["low"] as const, format },
            { title: `${band}, high`, fields: ["high"] as const, format },
          ]
        : []),
    ],
    chart: {
      kind: "curves",
      x: {
        ...axis(
          x,
          rows.map((row) => row.x),
        ),
        field: "x",
      },
      y: {
        ...axis(
          y,
          rows.flatMap((row) => [row.y, row.low ?? row.y, row.high ?? row.y]),
        ),
        field: "y",
      },
      series: "series",
      ...(banded ? { band: { low: "low", high: "high", means: band } } : {}),
    },
  };
}
