// Curves as SVG. Paths need numbers, not percentages: they are drawn by d3-shape on a field of 1,000 × 1,000 that stretches
// to its place, with strokes that do not; the words around it are placed in percent.
import { area, line } from "d3-shape";
import { SERIES_MAX } from "./curves.ts";
import { type Curves, type Figure, numberIn, type Row, textIn } from "./figure.ts";
import { type Html, html } from "./markup.ts";
import { number, significant } from "./numbers.ts";
import { shortened } from "./plain.ts";
import { percentage, place, shareAlong, stepsOf } from "./scale.ts";
import type { Shapes } from "./shapes.ts";

/** Room for the title of the axis and the highest tick. */
const TOP = 40;
const PLOT = 240;
const AXIS = 46;
const FIELD = 1000;
const KEY = 24;
const KEY_CHARACTERS = 40;
const TITLE = { narrow: 44, wide: 110 };
/** Where the plot begins and how wide it is: the margins of `place`. */
const [LEFT, WIDTH] = ["4%", "92%"];

export function curveShapes(figure: Figure, chart: Curves): Shapes {
  const series = seriesOf(figure, chart);
  const bottom = TOP + PLOT;
  const field = series.flatMap(({ rows }, at) => pathsOf(rows, chart, at));
  const keys = series.length > 1 ? series.map(({ name }, at) => keyOf(name, at, bottom + AXIS + at * KEY)) : [];
  return {
    height: bottom + AXIS + keys.length * KEY,
    shapes: [
      axes(chart, bottom),
      html`<svg x="${LEFT}" y="${TOP}" width="${WIDTH}" height="${PLOT}" viewBox="0 0 ${FIELD} ${FIELD}" preserveAspectRatio="none">\n${field}</svg>\n`,
      heights(chart.y),
      ...keys,
    ],
  };
}

interface Series {
  readonly name: string;
  readonly rows: readonly Row[];
}

/** As many as can be told apart. */
export function seriesOf({ rows }: Figure, { series }: Curves): readonly Series[] {
  if (series === undefined) return [{ name: "", rows }];
  const groups = Map.groupBy(rows, (row) => textIn(row, series));
  return Array.from(groups, ([name, own]) => ({ name, rows: own })).slice(0, SERIES_MAX);
}

function pathsOf(rows: readonly Row[], { x, y, band }: Curves, at: number): readonly Html[] {
  const across = (row: Row) => rounded(FIELD * shareAlong(x, numberIn(row, x.field)));
  const up = (row: Row, field: string) => rounded(FIELD * (1 - shareAlong(y, numberIn(row, field))));
  const has = (row: Row, ...fields: readonly string[]) => fields.every((field) => !Number.isNaN(numberIn(row, field)));
  const drawn = line<Row>()
    .defined((row) => has(row, x.field, y.field))
    .x(across)
    .y((row) => up(row, y.field))(rows);
  const around =
    band === undefined
      ? null
      : area<Row>()
          .defined((row) => has(row, x.field, band.low, band.high))
          .x(across)
          .y0((row) => up(row, band.low))
          .y1((row) => up(row, band.high))(rows);
  return [
    around === null ? html`` : html`<path class="band series-${at + 1}" d="${around}"/>\n`,
    drawn === null
      ? html``
      : html`<path class="curve series-${at + 1}" d="${drawn}" vector-effect="non-scaling-stroke"/>\n`,
  ];
}

const rounded = (value: number) => Math.round(10 * value) / 10;

const shown = (axis: Curves["x"], tick: number, decimals: number) =>
  axis.scale === "log" ? significant(tick) : number(tick, decimals);
const heightOf = (y: Curves["y"], tick: number) => rounded(TOP + PLOT * (1 - shareAlong(y, tick)));

function axes({ x, y }: Curves, bottom: number): Html {
  const [along, above] = [stepsOf(x), stepsOf(y)];
  const columns = along.ticks.map((tick) => {
    const at = percentage(place(x, tick));
    return html`<line class="grid" x1="${at}" x2="${at}" y1="${TOP}" y2="${bottom}"/>
<text class="tick" x="${at}" y="${bottom + 17}">${shown(x, tick, along.tickDecimals)}</text>
`;
  });
  const rows = above.ticks.map((tick) => {
    const at = heightOf(y, tick);
    return html`<line class="grid" x1="0" x2="100%" y1="${at}" y2="${at}"/>\n`;
  });
  return html`<g>${columns}${rows}${titleOf(y.title)}<text class="unit" x="50%" y="${bottom + 37}">${x.title}</text></g>\n`;
}

/** Over the curves: a number that one crosses is still read. */
function heights(y: Curves["y"]): Html {
  const { ticks, tickDecimals } = stepsOf(y);
  const texts = ticks.map(
    (tick) =>
      html`<text class="tick start halo" x="0" y="${heightOf(y, tick) - 4}">${shown(y, tick, tickDecimals)}</text>\n`,
  );
  return html`<g>${texts}</g>\n`;
}

function titleOf(title: string): Html {
  const text = (shown: string, when: string) => html`<text class="unit start ${when}" x="0" y="12">${shown}</text>`;
  const [narrow, wide] = [shortened(title, TITLE.narrow), shortened(title, TITLE.wide)];
  return narrow === wide ? text(wide, "always") : html`${text(narrow, "narrow")}${text(wide, "wide")}`;
}

function keyOf(name: string, at: number, top: number): Html {
  const middle = top + 10;
  return html`<g><line class="curve series-${at + 1}" x1="4%" x2="16%" y1="${middle}" y2="${middle}"/>
<text class="label" x="18%" y="${middle + 5}">${shortened(name, KEY_CHARACTERS)}</text></g>\n`;
}
