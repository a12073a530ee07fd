// How the page looks around its figures: system type, narrow and on paper. The colours are the figures'.
import { colours, figureStyle } from "../palette.ts";

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
code { font: 0.9em ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; }`;

const sliders = `
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
  .card { padding: 1rem; }
  .log li { grid-template-columns: 1fr; gap: 0.25rem; }
  .size { text-align: left; }
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

export const styleSheet = `${colours}${page}${parts}${figureStyle}${sliders}${narrowAndPaper}
`;
