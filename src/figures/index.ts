// paceline/figures: estimates, budgets, curves and logs as figures, for pages, terminals, files and notebooks. Plain data in,
// strings out: no document, no script, nothing fetched.
//
// Every figure has a table twin and words for screen readers, and every output shows the same numbers. Scales and paths are
// d3-scale's and d3-shape's; the rest is written here because Observable Plot needs a document and Vega is a
// runtime, and neither gives a terminal, a table twin or type that keeps its size at 360 pixels.

export { cellFigures, cellMarks } from "./cells.ts";
export { type Curve, type CurveWords, curveFigure, type Point } from "./curves.ts";
export { comparisonFigures, pInWords } from "./differences.ts";
export { svgDocument } from "./document-svg.ts";
export { differenceFigures, type ExportFormat, exportFormats, exportRelease, releaseFigures } from "./exports.ts";
export type { Axis, Column, Curves, Figure, Format, Grid, Row, StripMark, Strips, Tone, Value } from "./figure.ts";
export { type FiguresNotebook, figuresNotebook } from "./figure-notebook.ts";
export { figureHtml, legend } from "./html.ts";
export { Html } from "./markup.ts";
export { type Meaning, meaningsOf } from "./meanings.ts";
export { colours, figureStyle } from "./palette.ts";
export {
  type Budgeted,
  budgetFigure,
  effectFigure,
  logFigure,
  type Sent,
  type Share,
  shareFigure,
} from "./rows.ts";
export type { ShownCell } from "./shown-cell.ts";
export { svgOf } from "./svg.ts";
export { tableTwin, textTable } from "./table.ts";
export { figureText } from "./terminal.ts";
export { type TradeOffShown, tradeOffFigure, tradeOffWords } from "./trade-off.ts";
export { type Spec, vegaLite } from "./vega-lite.ts";
