// Strips as SVG: a label and a reading over marks along one axis, row by row.
import { type Figure, numberIn, type Row, type StripMark, type Strips, textIn } from "./figure.ts";
import { type Html, html } from "./markup.ts";
import { number } from "./numbers.ts";
import { shortened } from "./plain.ts";
import { percentage, place, shareAlong, stepsOf } from "./scale.ts";
import type { Shapes } from "./shapes.ts";

const ROW = 54;
const BARE_ROW = 42;
const AXIS = 46;
const ENDS = 24;
const THICKNESS = 10;
/** Characters of a label and a reading that fit beside each other: at 360 pixels, and on a wide page. */
const LINE = { narrow: 42, wide: 88 };

export function stripShapes(figure: Figure, chart: Strips): Shapes {
  const row = chart.bare === true ? BARE_ROW : ROW;
  const bottom = figure.rows.length * row;
  const rows = figure.rows.map(
    (each, at) => html`<g>${words(each, chart, at * row)}${marksOf(each, chart, at * row)}</g>\n`,
  );
  const { ends } = chart;
  const sides =
    ends === undefined
      ? []
      : [
          html`<text class="tick start" x="0" y="${bottom + 18}">${ends[0]}</text><text class="tick end" x="100%" y="${bottom + 18}">${ends[1]}</text>\n`,
        ];
  if (chart.bare === true) return { height: bottom + (ends === undefined ? 0 : ENDS), shapes: [...rows, ...sides] };
  return { height: bottom + AXIS, shapes: [axisOf(chart, bottom), ...rows, ...sides] };
}

function axisOf({ axis }: Strips, bottom: number): Html {
  const { ticks, tickDecimals } = stepsOf(axis);
  const lines = ticks.map((tick) => {
    const x = percentage(place(axis, tick));
    return html`<line class="grid" x1="${x}" x2="${x}" y1="0" y2="${bottom}"/>
<text class="tick" x="${x}" y="${bottom + 17}">${number(tick, tickDecimals)}</text>
`;
  });
  return html`<g>${lines}<text class="unit" x="50%" y="${bottom + 37}">${axis.title}</text></g>\n`;
}

function words(row: Row, { label, reading }: Strips, top: number): Html {
  const [name, read] = [textIn(row, label), textIn(row, reading)];
  const room = (line: number) => Math.max(8, line - Array.from(read).length);
  const [narrow, wide] = [shortened(name, room(LINE.narrow)), shortened(name, room(LINE.wide))];
  const text = (shown: string, when: string) => html`<text class="label ${when}" x="0" y="${top + 15}">${shown}</text>`;
  return html`${narrow === wide ? text(wide, "always") : html`${text(narrow, "narrow")}${text(wide, "wide")}`}
<text class="reading" x="100%" y="${top + 15}">${read}</text>
`;
}

function marksOf(row: Row, chart: Strips, top: number): readonly Html[] {
  return chart.marks.map((mark) =>
    mark.mark === "bar" ? bar(row, mark, chart, top) : lineMark(row, mark, chart, top),
  );
}

function lineMark(row: Row, mark: Exclude<StripMark, { mark: "bar" }>, { axis, marks }: Strips, top: number): Html {
  // On a bar where there is one.
  const middle = top + (marks.some(({ mark: kind }) => kind === "bar") ? 22 + THICKNESS / 2 : 30);
  const at = (field: string) => percentage(place(axis, numberIn(row, field)));
  const missing = mark.mark === "interval" ? [mark.from, mark.to] : [mark.at];
  if (missing.some((field) => Number.isNaN(numberIn(row, field)))) return html``;
  switch (mark.mark) {
    case "interval":
      return html`<line class="interval ${mark.tone === "soft" ? "full" : "privacy"}" x1="${at(mark.from)}" x2="${at(mark.to)}" y1="${middle}" y2="${middle}"/>\n`;
    case "dot":
      return html`<circle class="dot" cx="${at(mark.at)}" cy="${middle}" r="5"/>\n`;
    case "truth":
      return html`<line class="truth" x1="${at(mark.at)}" x2="${at(mark.at)}" y1="${middle - 10}" y2="${middle + 10}"/>\n`;
  }
}

/** From 0, to the right or to the left; a bar uses the whole width where no ticks say what its length is. */
function bar(row: Row, { to, tone }: Extract<StripMark, { mark: "bar" }>, { axis, bare }: Strips, top: number): Html {
  const value = numberIn(row, to);
  const along = (at: number) => (bare === true ? 100 * shareAlong(axis, at) : place(axis, at));
  const [zero, end] = [along(0), Number.isNaN(value) ? 0 : along(value)];
  const diverging = axis.low < 0;
  const told = textIn(row, tone ?? "");
  const kind = diverging ? (value < 0 ? "lower" : "raise") : told === "soft" || told === "bad" ? told : "strong";
  const from = Number.isNaN(value) ? zero : Math.min(zero, end);
  const width = Number.isNaN(value) ? 0 : Math.abs(end - zero);
  const middle = diverging
    ? html`<line class="middle" x1="${percentage(zero)}" x2="${percentage(zero)}" y1="${top + 20}" y2="${top + 34}"/>`
    : "";
  return html`<rect class="track" x="0" y="${top + 22}" width="100%" height="${THICKNESS}" rx="2"/>
<rect class="fill ${kind}" x="${percentage(from)}" y="${top + 22}" width="${percentage(width)}" height="${THICKNESS}"/>${middle}`;
}
