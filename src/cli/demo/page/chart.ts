// The interval chart: one row for each group, with a dot, an interval in two tones and the demo's true answer as a tick.
// Positions are percentages and type is in pixels, so that it stays readable at any width without a script.
import { type Html, html } from "./escape.ts";
import { number, range } from "./format.ts";
import type { Panel, PanelRow } from "./panels.ts";
import { drawing, figure, shortened } from "./parts.ts";
import { percentage, place, type Scale } from "./scale.ts";

const ROW = 54;
const TOP = 0;
const AXIS = 46;
/** Characters that fit beside the reading at 360 pixels. */
const LABEL = 24;

/** @param id unique on the page */
export function intervalChart(id: string, panel: Panel): Html {
  const { title, unit, rows, scale, decimals } = panel;
  const bottom = TOP + rows.length * ROW;
  const shapes = [axis(scale, unit, bottom), ...rows.map((row, at) => shapesOf(row, panel, TOP + at * ROW))];
  const shown = (value: number) => number(value, decimals);
  return figure({
    id,
    heading: title,
    svg: drawing({
      id: `${id}-svg`,
      title: `${title}, in ${unit}`,
      description: described(panel),
      height: bottom + AXIS,
      shapes,
    }),
    twin: {
      caption: `${title}, in ${unit}`,
      columns: [panel.each, "Estimate", "95 % interval", "From privacy noise alone", "Noise (sd)", "Truth (demo only)"],
      rows: rows.map(({ label, estimate, interval, privacy, noiseSd, truth }) => [
        label,
        shown(estimate),
        range(...interval, decimals),
        range(...privacy, decimals),
        shown(noiseSd),
        shown(truth),
      ]),
    },
  });
}

/** What the marks mean, once for all charts. */
export function legend(): Html {
  const marks: readonly (readonly [Html, string])[] = [
    [
      html`<line class="interval privacy" x1="2" x2="26" y1="9" y2="9"/><circle class="dot" cx="14" cy="9" r="5"/>`,
      "estimate",
    ],
    [html`<line class="interval privacy" x1="2" x2="26" y1="9" y2="9"/>`, "95 % interval from privacy noise alone"],
    [html`<line class="interval full" x1="2" x2="26" y1="9" y2="9"/>`, "with sampling as well: the full 95 % interval"],
    [html`<line class="truth" x1="14" x2="14" y1="1" y2="17"/>`, "the true answer, which only a demo can know"],
  ];
  const items = marks.map(
    ([mark, meaning]) => html`<li><svg width="28" height="18" aria-hidden="true">${mark}</svg> ${meaning}</li>\n`,
  );
  return html`<ul class="legend">\n${items}</ul>\n`;
}

function axis(scale: Scale, unit: string, bottom: number): Html {
  const ticks = scale.ticks.map((tick) => {
    const x = percentage(place(scale, tick));
    return html`<line class="grid" x1="${x}" x2="${x}" y1="${TOP}" y2="${bottom}"/>
<text class="tick" x="${x}" y="${bottom + 17}">${number(tick, scale.tickDecimals)}</text>
`;
  });
  return html`<g>${ticks}<text class="unit" x="50%" y="${bottom + 37}">${unit}</text></g>\n`;
}

function shapesOf(
  { label, estimate, interval, privacy, truth }: PanelRow,
  { scale, decimals }: Panel,
  top: number,
): Html {
  const x = (value: number) => percentage(place(scale, value));
  const middle = top + 30;
  const tick = Number.isFinite(truth)
    ? html`<line class="truth" x1="${x(truth)}" x2="${x(truth)}" y1="${middle - 10}" y2="${middle + 10}"/>`
    : "";
  return html`<g><text class="label" x="0" y="${top + 15}">${shortened(label, LABEL)}</text>
<text class="reading" x="100%" y="${top + 15}">${number(estimate, decimals)} (${range(...interval, decimals)})</text>
<line class="interval full" x1="${x(interval[0])}" x2="${x(interval[1])}" y1="${middle}" y2="${middle}"/>
<line class="interval privacy" x1="${x(privacy[0])}" x2="${x(privacy[1])}" y1="${middle}" y2="${middle}"/>
<circle class="dot" cx="${x(estimate)}" cy="${middle}" r="5"/>
${tick}</g>
`;
}

function described({ rows, decimals, unit }: Panel): string {
  const sentences = rows.map(
    ({ label, estimate, interval }) =>
      `${label}: ${number(estimate, decimals)}, between ${range(...interval, decimals)}.`,
  );
  return `Estimates with 95 % intervals in ${unit}. ${sentences.join(" ")}`;
}
