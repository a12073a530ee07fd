// A figure as inline SVG: a string, without a script or a style attribute, for pages whose policy allows neither. Positions
// are percentages and type is in pixels, so that it stays readable at any width. Colours come from palette.ts's sheet.
import { curveShapes } from "./curves-svg.ts";
import type { Figure } from "./figure.ts";
import { gridShapes } from "./grids.ts";
import { type Html, html } from "./markup.ts";
import type { Shapes } from "./shapes.ts";
import { stripShapes } from "./strips-svg.ts";

const EMPTY: Shapes = {
  height: 32,
  shapes: [html`<text class="label" x="0" y="20">Nothing to show.</text>\n`],
};

export function shapesOf(figure: Figure): Shapes {
  if (figure.rows.length === 0) return EMPTY;
  const { chart } = figure;
  switch (chart.kind) {
    case "strips":
      return stripShapes(figure, chart);
    case "curves":
      return curveShapes(figure, chart);
    case "grid":
      return gridShapes(figure, chart);
  }
}

/** As wide as its place in the page. */
export function svgOf(figure: Figure): Html {
  const { height, shapes } = shapesOf(figure);
  const title = figure.title === figure.caption ? figure.title : figure.caption;
  return drawing({ id: `${idOf(figure)}-svg`, title, description: figure.words, height, shapes });
}

/** What may stand in a list of ids. */
export function idOf({ id }: Pick<Figure, "id">): string {
  return id.replaceAll(/[^A-Za-z0-9_-]/g, "-");
}

export interface Drawing extends Shapes {
  readonly id: string;
  readonly title: string;
  readonly description: string;
}

export function drawing({ id, title, description, height, shapes }: Drawing): Html {
  return html`<svg role="img" aria-labelledby="${id}-title" aria-describedby="${id}-desc" width="100%" height="${height}">
<title id="${id}-title">${title}</title><desc id="${id}-desc">${description}</desc>
${shapes}</svg>`;
}
