// A figure in a page: its heading, the drawing, and the same numbers as a table. A drawing never stands alone.
import type { Figure, StripMark } from "./figure.ts";
import { type Html, html } from "./markup.ts";
import { idOf, svgOf } from "./svg.ts";
import { tableTwin } from "./table.ts";

export function figureHtml(figure: Figure): Html {
  return html`<figure class="chart" id="${idOf(figure)}">
<figcaption>${figure.title}</figcaption>
${svgOf(figure)}
<details><summary>The same as a table</summary>
${tableTwin(figure)}
</details></figure>
`;
}

/** What the marks mean, once for all figures that have them. */
export function legend(marks: readonly StripMark[]): Html {
  const items = marks.map(
    (mark) => html`<li><svg width="28" height="18" aria-hidden="true">${sample(mark)}</svg> ${mark.means}</li>\n`,
  );
  return html`<ul class="legend">\n${items}</ul>\n`;
}

function sample(mark: StripMark): Html {
  switch (mark.mark) {
    case "interval":
      return html`<line class="interval ${mark.tone === "soft" ? "full" : "privacy"}" x1="2" x2="26" y1="9" y2="9"/>`;
    case "dot":
      return html`<line class="interval privacy" x1="2" x2="26" y1="9" y2="9"/><circle class="dot" cx="14" cy="9" r="5"/>`;
    case "truth":
      return html`<line class="truth" x1="14" x2="14" y1="1" y2="17"/>`;
    case "bar":
      return html`<rect class="fill strong" x="2" y="4" width="24" height="10"/>`;
  }
}
