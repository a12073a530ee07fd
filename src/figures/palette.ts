// The colours, light and dark. Two tones of one blue tell the parts of an interval apart by lightness, and the tones differ in
// thickness too; series are the blue, vermilion, green, purple and orange of Okabe and Ito's palette ("Color Universal
// Design", 2002), darkened or lightened until each has 3:1 against the ground, and each with a dash of its own.

export interface Scheme {
  readonly ground: string;
  readonly card: string;
  readonly ink: string;
  readonly muted: string;
  readonly line: string;
  readonly grid: string;
  readonly track: string;
  readonly strong: string;
  readonly soft: string;
  readonly truth: string;
  readonly bad: string;
  /** As many as SERIES_MAX. */
  readonly series: readonly string[];
}

export const light: Scheme = {
  ground: "#fafaf8",
  card: "#ffffff",
  ink: "#1b2228",
  muted: "#55606a",
  line: "#dcdfe1",
  grid: "#e7e9eb",
  track: "#e9ecee",
  strong: "#1d5c8f",
  soft: "#6a8fb2",
  truth: "#ad4709",
  bad: "#a52222",
  series: ["#0a5a94", "#c2500a", "#0b7f5d", "#8a3f73", "#5a4700", "#1b2228"],
};

export const dark: Scheme = {
  ground: "#12161a",
  card: "#191f25",
  ink: "#e7eaed",
  muted: "#a6b0b9",
  line: "#343d46",
  grid: "#2a323a",
  track: "#2b343c",
  strong: "#8ec2f0",
  soft: "#54799c",
  truth: "#f2a65e",
  bad: "#ff9d97",
  series: ["#6db8ee", "#f0803c", "#22a077", "#d992c2", "#e0c040", "#e7eaed"],
};

export const dashes: readonly string[] = ["none", "8 4", "2 3", "10 3 2 3", "5 2", "1 5"];

function variables({ series, ...named }: Scheme): string {
  const tones = [...Object.entries(named), ...series.map((colour, at) => [`series-${at + 1}`, colour] as const)];
  return tones.map(([name, colour]) => ` --${name}: ${colour};`).join("");
}

/** Custom properties, by the reader's preference; paper is light. */
export const colours = `:root { color-scheme: light dark;${variables(light)} }
@media screen and (prefers-color-scheme: dark) { :root {${variables(dark)} } }`;

const seriesRules = dashes
  .map(
    (dash, at) =>
      `.series-${at + 1} { stroke: var(--series-${at + 1}); stroke-dasharray: ${dash}; }\n.band.series-${at + 1} { fill: var(--series-${at + 1}); stroke: none; }`,
  )
  .join("\n");

/** For every drawing, inline or a file of its own. */
export const drawingStyle = `
svg { display: block; overflow: visible; }
svg text { fill: var(--ink); font-size: 14px; font-variant-numeric: tabular-nums; }
.label, .reading, .halo { paint-order: stroke; stroke: var(--card); stroke-width: 5px; stroke-linejoin: round; }
svg .reading { text-anchor: end; }
svg .tick, svg .unit { fill: var(--muted); font-size: 13px; text-anchor: middle; }
svg .start { text-anchor: start; }
svg .end { text-anchor: end; }
svg .narrow { display: none; }
.grid { stroke: var(--grid); stroke-width: 1; shape-rendering: crispEdges; }
.interval { stroke-width: 8; }
.full { stroke: var(--soft); stroke-width: 5; }
.privacy { stroke: var(--strong); }
.dot { fill: var(--card); stroke: var(--strong); stroke-width: 2.5; }
.truth { stroke: var(--truth); stroke-width: 2.5; }
.track { fill: var(--track); }
.fill { fill: var(--strong); }
.fill.soft, .fill.lower { fill: var(--soft); }
.fill.bad { fill: var(--bad); }
.middle { stroke: var(--muted); stroke-width: 1; shape-rendering: crispEdges; }
.curve { fill: none; stroke-width: 2.5; }
.band { opacity: 0.18; }
${seriesRules}`;

/** For figures in a page. */
export const figureStyle = `
.charts { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 25rem), 1fr)); align-items: start; }
.chart { background: var(--card); border: 1px solid var(--line); border-radius: 8px; margin: 0 0 1rem; padding: 1.25rem; min-width: 0; }
.charts .chart { margin: 0; }
.chart details { font-size: 0.9375rem; margin-top: 0.5rem; }
figcaption { font-weight: 600; margin-bottom: 0.5rem; }${drawingStyle}
.legend { color: var(--muted); display: flex; flex-wrap: wrap; font-size: 0.9375rem; gap: 0.25rem 1.75rem; list-style: none; padding: 0; }
.legend li { display: flex; gap: 0.5rem; align-items: flex-start; }
.legend svg { flex: none; margin-top: 0.1875rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 0.9375rem; min-width: 100%; }
caption { color: var(--muted); text-align: left; padding: 0.5rem 0; }
caption span { display: inline-block; left: 0; max-width: min(100%, calc(100vw - 4.5rem)); position: sticky; }
th, td { border-top: 1px solid var(--line); padding: 0.5rem 1.25rem 0.5rem 0; text-align: left; vertical-align: top; }
thead th { border-top: 0; color: var(--muted); font-weight: 500; vertical-align: bottom; }
tbody th { font-weight: 500; }
tbody th::first-letter { text-transform: uppercase; }
th:last-child, td:last-child { padding-right: 0; }
.numbers { text-align: right; white-space: nowrap; }
thead .numbers { white-space: normal; }
summary { color: var(--strong); cursor: pointer; padding: 0.375rem 0; width: fit-content; }
@media (max-width: 40rem) {
  .chart { padding: 1rem; }
  svg .narrow { display: inline; }
  svg .wide { display: none; }
}`;
