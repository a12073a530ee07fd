// What everyone can read: the figures of each release, with the truth that only a demo knows.
import { cellFigures, cellMarks } from "../../../figures/cells.ts";
import { figureHtml, legend } from "../../../figures/html.ts";
import { type Html, html } from "../../../figures/markup.ts";
import { meaningOf } from "../../../figures/meanings.ts";
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

/** A release without its task: its cells' keys say what they are, and its unit is written beside. */
export function figuresOf({ cells, unit }: DemoRelease, prefix: string) {
  const named = cells.map((cell) => {
    const cut = cell.key.lastIndexOf("/");
    const group = cell.key.slice(0, Math.max(0, cut));
    return { cell, group: group === "all" || group === "" ? null : group, statistic: cell.key.slice(cut + 1) };
  });
  return cellFigures(
    prefix,
    named.map(({ cell, group }) => ({ group, estimate: cell, truth: cell.truth })),
    named.map(({ statistic }) => meaningOf(statistic, unit)),
  );
}
