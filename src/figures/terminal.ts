// Figures as text, for terminals and logs: strips with two tones of block characters, curves on a grid, words for neither.
import { SERIES_MAX } from "./curves.ts";
import { seriesOf } from "./curves-svg.ts";
import { type Curves, type Figure, numberIn, type Row, type StripMark, type Strips, textIn } from "./figure.ts";
import { gridText } from "./grids.ts";
import { number, significant } from "./numbers.ts";
import { plain, shortened, wide } from "./plain.ts";
import { shareAlong, stepsOf } from "./scale.ts";

const BAR = 40;
/** A bar of fewer cells says nothing. */
const BAR_LEAST = 8;
const LABEL_MOST = 40;
const INDENT = "  ";

/** @param columns of the terminal: bars get the room that words leave, or are left out */
export function figureText(figure: Figure, columns: number): string {
  const head = plain(figure.title === figure.caption ? figure.title : figure.caption);
  if (figure.rows.length === 0) return `${head}\n${INDENT}Nothing to show.\n`;
  return `${[head, ...drawn(figure, columns).map((line) => (INDENT + line).trimEnd())].join("\n")}\n`;
}

function drawn(figure: Figure, columns: number): readonly string[] {
  const { chart } = figure;
  switch (chart.kind) {
    case "strips":
      return strips(figure, chart, columns);
    case "curves":
      return curves(figure, chart, columns);
    case "grid":
      return gridText(figure, chart);
  }
}

function strips({ rows }: Figure, chart: Strips, columns: number): readonly string[] {
  const cells = rows.map((row) => ({
    row,
    label: shortened(plain(textIn(row, chart.label)), LABEL_MOST),
    reading: plain(textIn(row, chart.reading)),
    aside: chart.aside === undefined ? "" : plain(textIn(row, chart.aside)),
  }));
  const widest = (texts: readonly string[]) => texts.reduce((most, text) => Math.max(most, wide(text)), 0);
  const [labels, readings] = [widest(cells.map(({ label }) => label)), widest(cells.map(({ reading }) => reading))];
  const asides = widest(cells.map(({ aside }) => aside));
  const width = barWidth(columns, INDENT.length + labels + readings + asides + (asides > 0 ? 6 : 4));
  const lines = cells.map(({ row, label, reading, aside }) => {
    const room = (text: string, all: number) => " ".repeat(all - wide(text));
    return `${label}${room(label, labels)}  ${room(reading, readings)}${reading}  ${width === 0 ? "" : `${stripBar(row, chart, width)}  `}${aside}`;
  });
  if (width === 0 || chart.bare === true) return lines;
  const { decimals } = stepsOf(chart.axis);
  const [low, high] = [number(chart.axis.low, decimals), number(chart.axis.high, decimals)];
  const ruler = low + " ".repeat(Math.max(1, width - wide(low) - wide(high))) + high;
  return [...lines, `${" ".repeat(labels + readings + 4)}${ruler}`];
}

/** Cells for a bar beside `taken` columns of other text; 0 where there is no room for one. */
export function barWidth(columns: number, taken: number): number {
  const room = columns - taken;
  return room < BAR_LEAST ? 0 : Math.min(BAR, room);
}

/** ▒ with sampling error, █ privacy noise alone, ● the estimate, ┃ a truth, · the rest. */
export function stripBar(row: Row, { axis, marks }: Pick<Strips, "axis" | "marks">, width: number): string {
  if (width <= 0) return "";
  const cells = new Array<string>(width).fill("·");
  const at = (value: number) => Math.round(shareAlong(axis, value) * (width - 1));
  for (const mark of marks) drawOn(cells, row, mark, at);
  return cells.join("");
}

function drawOn(cells: string[], row: Row, mark: StripMark, at: (value: number) => number): void {
  const [from, to, character] = extentOf(row, mark);
  if (Number.isNaN(from) || Number.isNaN(to)) return;
  for (let i = at(Math.min(from, to)); i <= at(Math.max(from, to)); i++) cells[i] = character;
}

/** NaN where there is nothing to draw. */
function extentOf(row: Row, mark: StripMark): readonly [from: number, to: number, character: string] {
  switch (mark.mark) {
    case "interval":
      return [numberIn(row, mark.from), numberIn(row, mark.to), mark.tone === "soft" ? "▒" : "█"];
    case "dot":
      return [numberIn(row, mark.at), numberIn(row, mark.at), "●"];
    case "truth":
      return [numberIn(row, mark.at), numberIn(row, mark.at), "┃"];
    case "bar": {
      const soft = mark.tone !== undefined && textIn(row, mark.tone) === "soft";
      // A bar of 0 has no cell.
      return [numberIn(row, mark.to) === 0 ? Number.NaN : 0, numberIn(row, mark.to), soft ? "▒" : "█"];
    }
  }
}

const SIGNS = ["●", "▲", "■", "◆", "○", "△"] as const;
const GRID = { most: 64, least: 20, height: 14 };

function curves(figure: Figure, chart: Curves, columns: number): readonly string[] {
  const { x, y, band } = chart;
  const above = stepsOf(y);
  const shown = (value: number) => (y.scale === "log" ? significant(value) : number(value, above.decimals));
  const [top, bottom] = [shown(y.high), shown(y.low)];
  const margin = Math.max(wide(top), wide(bottom));
  const width = Math.max(GRID.least, Math.min(GRID.most, columns - margin - 4));
  const grid = Array.from({ length: GRID.height }, () => new Array<string>(width).fill(" "));
  const across = (row: Row) => Math.round(shareAlong(x, numberIn(row, x.field)) * (width - 1));
  const down = (value: number) => Math.round((1 - shareAlong(y, value)) * (GRID.height - 1));
  const put = (row: Row, value: number, sign: string) => {
    const line = grid[down(value)];
    if (line !== undefined && !Number.isNaN(value)) line[across(row)] = sign;
  };
  const series = seriesOf(figure, chart);
  if (band !== undefined)
    for (const row of series.flatMap(({ rows }) => rows)) {
      const [low, high] = [numberIn(row, band.low), numberIn(row, band.high)];
      if (!Number.isNaN(low) && !Number.isNaN(high))
        for (let i = down(high); i <= down(low); i++) (grid[i] as string[])[across(row)] = "░";
    }
  series.forEach(({ rows }, at) => {
    for (const row of rows) put(row, numberIn(row, y.field), SIGNS[at % SERIES_MAX] as string);
  });
  const side = (at: number) => (at === 0 ? top : at === GRID.height - 1 ? bottom : "").padStart(margin);
  const along = stepsOf(x);
  const ends = [x.low, x.high].map((value) => (x.scale === "log" ? significant(value) : number(value, along.decimals)));
  const [left = "", right = ""] = ends;
  return [
    plain(y.title),
    ...grid.map((cells, at) => `${side(at)} ┤${cells.join("")}`),
    `${" ".repeat(margin)} └${"─".repeat(width)}`,
    `${" ".repeat(margin + 2)}${left}${" ".repeat(Math.max(1, width - wide(left) - wide(right)))}${right}`,
    `${" ".repeat(margin + 2)}${plain(x.title)}`,
    ...(series.length > 1 ? series.map(({ name }, at) => `${SIGNS[at]} ${plain(name)}`) : []),
  ];
}
