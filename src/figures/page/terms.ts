// Lists of terms, which several sections use.
import { type Html, html } from "../markup.ts";

type Content = Html | string;

export function terms(pairs: readonly (readonly [string, Content])[]): Html {
  return html`<dl>${pairs.map(([term, meaning]) => html`<div><dt>${term}</dt><dd>${meaning}</dd></div>`)}</dl>`;
}
