// Figures as one SVG file, one under the other: for documents and slides. Its own sheet, light and dark, nothing fetched.
import type { Figure } from "./figure.ts";
import { Html, html } from "./markup.ts";
import { colours, drawingStyle } from "./palette.ts";
import { shortened } from "./plain.ts";
import { shapesOf } from "./svg.ts";

/** Units of the file: at 360 pixels type of 15 is still 12 pixels high. */
const WIDTH = 440;
const EDGE = 16;
const HEAD = 34;
const GAP = 28;
const HEADING_CHARACTERS = 52;

const style = `${colours}${drawingStyle}
svg text { font-family: system-ui, sans-serif; font-size: 15px; }
svg .tick, svg .unit { font-size: 14px; }
svg .wide { display: none; }
svg .narrow { display: inline; }
svg .heading { font-weight: 600; }
.sheet { fill: var(--card); }
:root { width: 100%; max-width: 640px; height: auto; }`;

/** XML, UTF-8, with a final newline. */
export function svgDocument(title: string, figures: readonly Figure[]): string {
  let top = EDGE + HEAD;
  const parts = figures.map((figure) => {
    const { height, shapes } = shapesOf(figure);
    const at = top;
    top += HEAD + height + GAP;
    return html`<g role="img" aria-label="${figure.caption}. ${figure.words}"><text class="heading" x="${EDGE}" y="${at + 14}">${shortened(figure.title, HEADING_CHARACTERS)}</text>
<svg x="${EDGE}" y="${at + HEAD}" width="${WIDTH - 2 * EDGE}" height="${height}">
${shapes}</svg></g>
`;
  });
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${top}" width="${WIDTH}" height="${top}" role="group" aria-labelledby="title">
<title id="title">${title}</title>
<style>${new Html(style)}</style>
<rect class="sheet" x="0" y="0" width="${WIDTH}" height="${top}"/>
<text class="heading" x="${EDGE}" y="${EDGE + 14}">${shortened(title, HEADING_CHARACTERS)}</text>
${parts}</svg>
`.markup;
}
