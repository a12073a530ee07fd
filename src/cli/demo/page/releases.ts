// What everyone can read: a chart for each statistic of each release.
import type { DemoDocument } from "../document.ts";
import { intervalChart, legend } from "./chart.ts";
import { type Html, html } from "./escape.ts";
import { panelsOf } from "./panels.ts";

export function releases({ releases: all }: DemoDocument): Html {
  if (all.length === 0) return html`<p>This run published no answer.</p>\n`;
  const parts = all.map((release, at) => {
    const charts = panelsOf(release).map((panel, place) => intervalChart(`chart-${at + 1}-${place + 1}`, panel));
    return html`<h3>${release.question}</h3>\n<div class="charts">\n${charts}</div>\n`;
  });
  return html`<p>These numbers are public. Each carries noise, added before anyone saw it, and says how far off it may be.</p>
${legend()}${parts}`;
}
