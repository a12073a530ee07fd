// Figures as Vega-Lite, for notebooks, Observable, Altair and everything else that draws it. The rows travel as they are;
// fields have our own names, so nothing that a group is called is read as a path or an expression.
import type { Axis, Curves, Figure, Grid, Row, StripMark, Strips, Value } from "./figure.ts";
import { dashes, light } from "./palette.ts";

const SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json";
const WIDTH = 400;
const STEP = 28;

/** JSON. */
export type Spec = { readonly [key: string]: Json };
type Json = Value | boolean | readonly Json[] | Spec;

/** One specification, the figures one under the other. */
export function vegaLite(title: string, figures: readonly Figure[]): Spec {
  const views = figures.map(view);
  const [only] = views;
  return {
    $schema: SCHEMA,
    description: `${title}. ${figures.map(({ title: name, words }) => `${name}: ${words}`).join(" ")}`,
    background: light.card,
    ...(only !== undefined && views.length === 1 ? only : { title, vconcat: views }),
    config: { view: { stroke: null }, axis: { labelFontSize: 13, titleFontSize: 13 } },
  };
}

function view(figure: Figure): Spec {
  const { chart } = figure;
  return {
    title: figure.title,
    width: WIDTH,
    data: { values: figure.rows.map((row) => finite(row, chart)) },
    ...drawn(chart),
  };
}

function drawn(chart: Figure["chart"]): Spec {
  switch (chart.kind) {
    case "strips":
      return strips(chart);
    case "curves":
      return curves(chart);
    case "grid":
      return grid(chart);
  }
}

/** JSON has no infinity: an end that is open lies on the axis' end. */
function finite(row: Row, chart: Figure["chart"]): Spec {
  const { low, high } = chart.kind === "strips" ? chart.axis : chart.kind === "curves" ? chart.y : chart;
  const known = (value: Value): Value => {
    if (typeof value !== "number" || Number.isFinite(value)) return value;
    return Number.isNaN(value) ? null : value > 0 ? high : low;
  };
  return Object.fromEntries(Object.entries(row).map(([field, value]) => [field, known(value)]));
}

function scaled({ title, scale, low, high }: Axis, bare = false): Spec {
  return {
    type: "quantitative",
    scale: { type: scale, domain: [low, high], clamp: true, nice: false, zero: false },
    axis: bare ? null : { title },
  };
}

function strips({ label, reading, axis, bare, marks }: Strips): Spec {
  const y = { field: label, type: "nominal", sort: null, axis: { title: null, labelLimit: 260 } };
  return {
    height: { step: STEP },
    encoding: { y, tooltip: [{ field: label }, { field: reading }] },
    layer: marks.map((mark) => strip(mark, scaled(axis, bare))),
  };
}

function strip(mark: StripMark, x: Spec): Spec {
  switch (mark.mark) {
    case "interval":
      return {
        mark: { type: "rule", strokeWidth: mark.tone === "soft" ? 5 : 8, color: light[mark.tone] },
        encoding: { x: { field: mark.from, ...x }, x2: { field: mark.to } },
      };
    case "dot":
      return {
        mark: {
          type: "point",
          filled: true,
          fill: light.card,
          stroke: light.strong,
          strokeWidth: 2,
          size: 60,
          opacity: 1,
        },
        encoding: { x: { field: mark.at, ...x } },
      };
    case "truth":
      return {
        mark: { type: "tick", thickness: 3, size: 18, color: light.truth },
        encoding: { x: { field: mark.at, ...x } },
      };
    case "bar":
      return {
        mark: { type: "bar", height: 12, ...(mark.tone === undefined ? { color: light.strong } : {}) },
        encoding: {
          x: { field: mark.to, ...x },
          ...(mark.tone === undefined
            ? {}
            : {
                color: {
                  field: mark.tone,
                  type: "nominal",
                  scale: { domain: ["strong", "soft", "bad"], range: [light.strong, light.soft, light.bad] },
                  legend: null,
                },
              }),
        },
      };
  }
}

function curves({ x, y, series, band }: Curves): Spec {
  const told: Spec =
    series === undefined
      ? {}
      : {
          color: { field: series, type: "nominal", sort: null, scale: { range: light.series } },
          strokeDash: { field: series, type: "nominal", sort: null, scale: { range: dashes.map(pattern) } },
        };
  const { strokeDash: _, ...coloured } = told;
  const across = { field: x.field, ...scaled(x) };
  const line = {
    mark: { type: "line", point: true },
    encoding: { x: across, y: { field: y.field, ...scaled(y) }, ...told },
  };
  if (band === undefined) return { height: 260, layer: [line] };
  const around = {
    mark: { type: "area", opacity: 0.18 },
    encoding: { x: across, y: { field: band.low, ...scaled(y) }, y2: { field: band.high }, ...coloured },
  };
  return { height: 260, layer: [around, line] };
}

/** The cells of a row become rows of their own. */
function grid({ panel, label, fields, title, low, high }: Grid): Spec {
  const scale = { domain: [low, high], clamp: true, range: [light.track, light.strong] };
  return {
    transform: [{ fold: fields, as: ["cell", "shade"] }],
    mark: "rect",
    encoding: {
      row: { field: panel, type: "nominal", sort: null, title: null, header: { labelAngle: 0, labelAlign: "left" } },
      x: { field: "cell", type: "nominal", sort: null, axis: null },
      y: { field: label, type: "nominal", sort: null, axis: { title: null } },
      color: { field: "shade", type: "quantitative", scale, legend: { title } },
    },
  };
}

const pattern = (dash: string): readonly number[] => (dash === "none" ? [1, 0] : dash.split(" ").map(Number));
