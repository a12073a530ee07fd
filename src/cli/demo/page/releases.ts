// What everyone can read: the figures of each release, with the truth that only a demo knows.
import { cellFigures, cellMarks } from "../../../figures/cells.ts";
import { figureHtml, legend } from "../../../figures/html.ts";
import { type Html, html } from "../../../figures/markup.ts";
import type { DemoDocument, DemoRelease } from "../document.ts";

export function releases({ releases: all }: DemoDocument): Html {
  if (all.length === 0) return html`<p>This run published no answer.</p>\n`;
  const parts = all.map((release, at) => {
    const charts = figuresOf(release, `chart-${at + 1}`).map(figureHtml);
    return html`<h3>${release.question}</h3>\n<div class="charts">\n${charts}</div>\n`;
  });
  return html`<p>These numbers are public. Each carries noise, added before anyone saw it, and says how far off it may be.</p>
${legend(cellMarks)}${parts}`;
}

export function figuresOf({ cells }: DemoRelease, prefix: string) {
  return cellFigures(
    prefix,
    cells.map((cell) => ({ group: cell.group, estimate: cell, truth: cell.truth })),
    cells.map(({ meaning }) => meaning),
  );
}
