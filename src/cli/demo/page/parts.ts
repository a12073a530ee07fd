// Pieces that several sections use: tables with captions, pictures with a table twin, lists of terms.
import { type Html, html } from "./escape.ts";

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

export interface Picture {
  readonly id: string;
  readonly heading: string;
  readonly svg: Html;
  readonly twin: Table;
}

/** A picture never stands alone: the same numbers are in a table under it. */
export function figure({ id, heading, svg, twin }: Picture): Html {
  return html`<figure class="chart" id="${id}">
<figcaption>${heading}</figcaption>
${svg}
<details><summary>The same as a table</summary>
${table(twin)}
</details></figure>
`;
}

export interface Drawing {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** CSS pixels; the width is the page's. */
  readonly height: number;
  readonly shapes: readonly Html[];
}

export function drawing({ id, title, description, height, shapes }: Drawing): Html {
  return html`<svg role="img" aria-labelledby="${id}-title" aria-describedby="${id}-desc" width="100%" height="${height}">
<title id="${id}-title">${title}</title><desc id="${id}-desc">${description}</desc>
${shapes}</svg>`;
}

export function terms(pairs: readonly (readonly [string, Content])[]): Html {
  return html`<dl>${pairs.map(([term, meaning]) => html`<div><dt>${term}</dt><dd>${meaning}</dd></div>`)}</dl>`;
}

/** A label for a drawing, which cannot wrap. The table twin has it in full. */
export function shortened(label: string, most: number): string {
  const characters = Array.from(label);
  return characters.length <= most ? label : `${characters.slice(0, most - 1).join("")}…`;
}
