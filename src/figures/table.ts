// The table twin: the same rows and the same formats as the drawing, as markup and as text.
import { type Column, type Figure, type Row, textIn } from "./figure.ts";
import { type Html, html } from "./markup.ts";
import { shown } from "./numbers.ts";
import { plain, wide } from "./plain.ts";

type Content = Html | string;

export interface Table {
  readonly caption: string;
  readonly columns: readonly string[];
  /** The first cell of a row is its header. */
  readonly rows: readonly (readonly Content[])[];
  /** Columns that hold words; the others are numbers and stand to the right. */
  readonly words?: readonly number[];
}

/** Scrolls by itself where it is wider than the page; the keyboard can reach it to do so. */
export function table({ caption, columns, rows, words = [0] }: Table): Html {
  const kind = (column: number) => (words.includes(column) ? "words" : "numbers");
  const head = columns.map((column, at) => html`<th scope="col" class="${kind(at)}">${column}</th>`);
  const body = rows.map((row) => {
    const cells = row.map((cell, at) =>
      at === 0 ? html`<th scope="row" class="${kind(at)}">${cell}</th>` : html`<td class="${kind(at)}">${cell}</td>`,
    );
    return html`<tr>${cells}</tr>\n`;
  });
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}">
<table><caption><span>${caption}</span></caption>
<thead><tr>${head}</tr></thead>
<tbody>
${body}</tbody></table></div>`;
}

/** Each row as its columns show it. */
export function tableRows({ rows, columns }: Figure): readonly (readonly string[])[] {
  return rows.map((row) => columns.map((column) => cellOf(row, column)));
}

function cellOf(row: Row, { fields, format }: Column): string {
  const [low, high] = fields;
  if (format.kind === "words") return textIn(row, low);
  return high === undefined ? shown(format, row[low] ?? null) : shown(format, row[low] ?? null, row[high] ?? null);
}

export function tableTwin(figure: Figure): Html {
  const words = figure.columns.flatMap(({ format }, at) => (format.kind === "words" ? [at] : []));
  return table({
    caption: figure.caption,
    columns: figure.columns.map(({ title }) => title),
    rows: tableRows(figure),
    words,
  });
}

/** For a terminal: a header, a rule, a line a row. Numbers stand to the right. */
export function textTable(figure: Figure): string {
  const head = figure.columns.map(({ title }) => title);
  const lines = [head, ...tableRows(figure)].map((cells) => cells.map(plain));
  const widths = head.map((_, at) => lines.reduce((most, cells) => Math.max(most, wide(cells[at] ?? "")), 0));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => {
        const room = " ".repeat((widths[at] as number) - wide(cell));
        return figure.columns[at]?.format.kind === "words" ? cell + room : room + cell;
      })
      .join("  ")
      .trimEnd();
  const [first = [], ...rest] = lines;
  const rule = widths.map((width) => "─".repeat(width)).join("  ");
  return [plain(figure.caption), line(first), rule, ...rest.map(line), ""].join("\n");
}
