// How the page looks: system type, two tones of one blue, one colour for the truth. Light, dark, narrow and on paper.

const light = `
  --ground: #fafaf8; --card: #ffffff; --ink: #1b2228; --muted: #55606a; --line: #dcdfe1; --grid: #e7e9eb; --track: #e9ecee;
  --strong: #1d5c8f; --soft: #6a8fb2; --truth: #ad4709; --bad: #a52222;`;
const dark = `
  --ground: #12161a; --card: #191f25; --ink: #e7eaed; --muted: #a6b0b9; --line: #343d46; --grid: #2a323a; --track: #2b343c;
  --strong: #8ec2f0; --soft: #54799c; --truth: #f2a65e; --bad: #ff9d97;`;

const page = `
* { box-sizing: border-box; }
html { font: 100%/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; background: var(--ground);
  color: var(--ink); -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; max-width: 64rem; padding: 3rem 1.25rem 5rem; overflow-wrap: break-word; }
h1 { font-size: clamp(1.75rem, 1.2rem + 2.4vw, 2.5rem); line-height: 1.2; letter-spacing: -0.015em; margin: 0.25rem 0 1rem; text-wrap: balance; }
h2 { font-size: 1.5rem; line-height: 1.3; letter-spacing: -0.01em; margin: 0 0 0.75rem; text-wrap: balance; }
h3 { font-size: 1.125rem; line-height: 1.4; margin: 2.25rem 0 0.75rem; }
h4 { font-size: 1rem; line-height: 1.4; margin: 0 0 0.5rem; }
p, ul, ol, dl { margin: 0 0 1rem; }
p, .limits, .notes { max-width: 44rem; }
a { color: var(--strong); text-underline-offset: 0.2em; }
:focus-visible { outline: 3px solid var(--strong); outline-offset: 3px; border-radius: 2px; }
section { border-top: 1px solid var(--line); margin-top: 3.5rem; padding-top: 2.5rem; }
.kicker, .role, .about, .ends, .when, .size { color: var(--muted); }
.kicker { margin: 0; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--card); padding: 0.5rem 1rem; }
nav ol { columns: 16rem 3; column-gap: 2rem; padding-left: 1.5rem; margin: 1.5rem 0 0; }
nav li { break-inside: avoid; padding: 0.125rem 0; }
footer { border-top: 1px solid var(--line); color: var(--muted); margin-top: 3.5rem; padding-top: 1.5rem; }`;

const parts = `
.comparison { font-size: clamp(1.375rem, 1.1rem + 1.3vw, 1.875rem); line-height: 1.35; font-weight: 600; text-wrap: balance;
  border-left: 4px solid var(--strong); padding-left: 1.25rem; margin: 1.5rem 0 1.5rem; max-width: none; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 1.25rem; min-width: 0; }
.card h3 { margin: 0 0 0.25rem; }
.columns { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr)); }
.role { font-size: 0.9375rem; line-height: 1.5; }
.sees { font: 0.875rem/1.6 ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; white-space: pre-wrap;
  overflow-wrap: anywhere; border-top: 1px solid var(--line); padding-top: 0.75rem; margin: 0; }
dl > div { display: grid; grid-template-columns: minmax(0, 18rem) minmax(0, 1fr); gap: 0 1.5rem; padding: 0.375rem 0; }
dt { color: var(--muted); }
dd { margin: 0; }
.card dl { margin: 0; }
.card dl > div { grid-template-columns: minmax(0, 9rem) minmax(0, 1fr); border-top: 1px solid var(--line); padding: 0.5rem 0; font-size: 0.9375rem; line-height: 1.5; }
.notes { border-left: 4px solid var(--line); list-style: none; padding: 0 0 0 1.25rem; margin-top: 1.25rem; }
.notes li { margin-bottom: 0.375rem; }
.log { list-style: none; padding: 0; }
.log li { border-top: 1px solid var(--line); display: grid; gap: 0 1.5rem; grid-template-columns: 11rem minmax(0, 1fr) 13rem; padding: 0.875rem 0; }
.log p { margin: 0; }
.what::first-letter { text-transform: uppercase; }
.when, .about, .size { font-size: 0.9375rem; overflow-wrap: anywhere; }
.size { text-align: right; }
.limits { padding-left: 1.25rem; }
.limits li { margin-bottom: 0.75rem; }
.verdict { font-size: 1.125rem; }
.bad strong { color: var(--bad); }
.whole { white-space: nowrap; }
.promise { margin-bottom: 1rem; }
.score { font-size: 1.75rem; font-variant-numeric: tabular-nums; margin-right: 0.25rem; }
code { font: 0.9em ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; }
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
summary { color: var(--strong); cursor: pointer; padding: 0.375rem 0; width: fit-content; }`;

const charts = `
.charts { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 25rem), 1fr)); align-items: start; }
.chart { background: var(--card); border: 1px solid var(--line); border-radius: 8px; margin: 0 0 1rem; padding: 1.25rem; min-width: 0; }
.charts .chart { margin: 0; }
.chart details { font-size: 0.9375rem; margin-top: 0.5rem; }
figcaption { font-weight: 600; margin-bottom: 0.5rem; }
svg { display: block; overflow: visible; }
svg text { fill: var(--ink); font-size: 14px; font-variant-numeric: tabular-nums; }
.label, .reading { paint-order: stroke; stroke: var(--card); stroke-width: 5px; stroke-linejoin: round; }
svg .reading { text-anchor: end; }
svg .tick, svg .unit { fill: var(--muted); font-size: 13px; text-anchor: middle; }
svg .start { text-anchor: start; }
svg .narrow { display: none; }
svg .end { text-anchor: end; }
.grid { stroke: var(--grid); stroke-width: 1; shape-rendering: crispEdges; }
.interval { stroke-width: 8; }
.full { stroke: var(--soft); }
.privacy { stroke: var(--strong); }
.dot { fill: var(--card); stroke: var(--strong); stroke-width: 2.5; }
.truth { stroke: var(--truth); stroke-width: 2.5; }
.track { fill: var(--track); }
.fill { fill: var(--strong); }
.fill.soft, .fill.lower { fill: var(--soft); }
.middle { stroke: var(--muted); stroke-width: 1; shape-rendering: crispEdges; }
.legend { color: var(--muted); display: flex; flex-wrap: wrap; font-size: 0.9375rem; gap: 0.25rem 1.75rem; list-style: none; padding: 0; }
.legend li { display: flex; gap: 0.5rem; align-items: flex-start; }
.legend svg { flex: none; margin-top: 0.1875rem; }
.slider .field { align-items: center; display: flex; flex-wrap: wrap; gap: 0.25rem 0.75rem; margin: 0 0 0.75rem; }
.slider label { font-weight: 600; }
.slider select { background: var(--card); border: 1px solid var(--muted); border-radius: 6px; color: inherit; font: inherit; padding: 0.375rem 0.625rem; }
.slider input { accent-color: var(--strong); display: block; height: 2rem; margin: 0; width: 100%; }
.slider .ends { display: flex; font-size: 0.9375rem; justify-content: space-between; margin-top: 0.5rem; max-width: none; }
.slider output { display: block; font-size: 1.125rem; line-height: 1.5; margin: 0.5rem 0 1.5rem; }
.slider { margin-bottom: 1rem; }`;

const narrowAndPaper = `
@media (max-width: 40rem) {
  body { padding: 2rem 1rem 4rem; }
  dl > div { grid-template-columns: 1fr; }
  .card, .chart { padding: 1rem; }
  .log li { grid-template-columns: 1fr; gap: 0.25rem; }
  .size { text-align: left; }
  svg .narrow { display: inline; }
  svg .wide { display: none; }
  .card dl > div { grid-template-columns: 1fr; }
  .slider output { min-height: 4.5em; }
}
@media print {
  html { background: #ffffff; color-scheme: light; font-size: 10pt; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  body { max-width: none; padding: 0; }
  nav, .skip, .slider, summary { display: none; }
  .card, .chart, tr, .log li { break-inside: avoid; }
  h2, h3, h4, figcaption { break-after: avoid; }
  .charts { grid-template-columns: 1fr; }
  .scroll { overflow: visible; }
}`;

export const styleSheet = `:root { color-scheme: light dark;${light}\n}
@media screen and (prefers-color-scheme: dark) { :root {${dark}\n} }${page}${parts}${charts}${narrowAndPaper}
`;
