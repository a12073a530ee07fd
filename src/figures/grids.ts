// Pictures made of numbers: a cell a number, darker where it is larger, a line of cells a row. Rows of one panel are one picture.
import { type Figure, type Grid, numberIn, type Row, textIn } from "./figure.ts";
import { type Html, html } from "./markup.ts";
import { significant } from "./numbers.ts";
import { plain, shortened } from "./plain.ts";
import { percentage, shareAlong } from "./scale.ts";
import type { Shapes } from "./shapes.ts";

const HEAD = 24;
const CELL = 13;
const GAP = 16;
/** Characters of a picture's name: at 360 pixels, and on a wide page. */
const LINE = { narrow: 42, wide: 88 };
/** From the least to the most. */
const SHADES = ["·", "░", "▒", "▓", "█"] as const;

interface Panel {
  readonly name: string;
  readonly rows: readonly Row[];
}

export function panelsOf({ rows }: Pick<Figure, "rows">, { panel }: Grid): readonly Panel[] {
  return Array.from(
    Map.groupBy(rows, (row) => textIn(row, panel)),
    ([name, own]) => ({ name, rows: own }),
  );
}

/** 0 … 1; what is no number is as light as the least. */
function shade(row: Row, field: string, { low, high }: Grid): number {
  return shareAlong({ scale: "linear", low, high }, numberIn(row, field));
}

export function gridShapes(figure: Figure, chart: Grid): Shapes {
  let top = 0;
  const shapes = panelsOf(figure, chart).map(({ name, rows }) => {
    const at = top;
    top += HEAD + rows.length * CELL + GAP;
    return html`<g>${nameOf(name, at)}
${rows.map((row, line) => cells(row, chart, at + HEAD + line * CELL))}</g>\n`;
  });
  return { height: top, shapes };
}

function nameOf(name: string, top: number): Html {
  const text = (shown: string, when: string) => html`<text class="label ${when}" x="0" y="${top + 15}">${shown}</text>`;
  const [narrow, wide] = [shortened(name, LINE.narrow), shortened(name, LINE.wide)];
  return narrow === wide ? text(wide, "always") : html`${text(narrow, "narrow")}${text(wide, "wide")}`;
}

function cells(row: Row, chart: Grid, top: number): Html {
  const width = 100 / chart.fields.length;
  const drawn = chart.fields.map((field, at) => {
    const share = Math.round(100 * shade(row, field, chart)) / 100;
    return share === 0
      ? html``
      : html`<rect class="fill" x="${percentage(at * width)}" y="${top}" width="${percentage(width)}" height="${CELL}" fill-opacity="${share}"/>`;
  });
  return html`<rect class="track" x="0" y="${top}" width="100%" height="${CELL}"/>${drawn}\n`;
}

/** For a terminal. */
export function gridText(figure: Figure, chart: Grid): readonly string[] {
  const line = (row: Row) =>
    chart.fields.map((field) => SHADES[Math.round(shade(row, field, chart) * (SHADES.length - 1))]).join("");
  const pictures = panelsOf(figure, chart).flatMap(({ name, rows }) => [plain(name), ...rows.map(line)]);
  return [
    ...pictures,
    `${SHADES[0]} ${significant(chart.low)}  ${SHADES.at(-1)} ${significant(chart.high)} ${plain(chart.title)}`,
  ];
}
