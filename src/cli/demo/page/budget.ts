// The privacy budget: what is spent of what may be spent, week by week, and what each release promises, in words.

import { figureHtml } from "../../../figures/html.ts";
import { type Html, html } from "../../../figures/markup.ts";
import { number, significant } from "../../../figures/numbers.ts";
import { terms } from "../../../figures/page/terms.ts";
import { budgetFigure } from "../../../figures/rows.ts";
import type { DemoDocument, DemoRelease, DemoStory } from "../document.ts";

export function budget(document: DemoDocument, { ledger }: DemoStory): Html {
  const promises = [...Map.groupBy(document.releases, ({ privacy }) => JSON.stringify(privacy)).values()];
  return html`<p>Every answer spends some privacy. A week’s budget is fixed in advance, and when it is spent, questions about that week are refused, whoever asks.</p>
${ledger.length === 0 ? html`<p>Nothing has been spent yet.</p>\n` : figureHtml(budgetFigure("budget-weeks", "Privacy spent of the budget, week by week and of the year", ledger))}
<h3>What each release promises</h3>
${promises.map(promiseCard)}`;
}

const MECHANISMS: Readonly<Record<string, string>> = {
  "discrete-laplace":
    "discrete Laplace: whole-number noise, drawn exactly, added by each of the two parties; the figures above count on only one party’s",
  "discrete-gaussian":
    "discrete Gaussian: whole-number noise, drawn exactly, added by each of the two parties; the figures above count on only one party’s",
};
const NEIGHBOURING: Readonly<Record<string, string>> = {
  "zero-out": "zero-out: a member’s contribution compared with an empty one from the same member",
};
const TRUST: Readonly<Record<string, string>> = {
  "two-aggregators": "two aggregators: private unless the coordinator and the helper work together",
};

/** Releases that promise the same share a card. */
function promiseCard(releases: readonly DemoRelease[]): Html {
  const questions = releases.map(({ question }) => html`<h4>${question}</h4>\n`);
  return html`<div class="card promise">${questions}${releases.slice(0, 1).map((release) => terms(promise(release)))}</div>\n`;
}

function promise({ privacy }: DemoRelease): readonly (readonly [string, string])[] {
  const { epsilon, delta, rho, unit, neighbouring, mechanism, trustMode } = privacy;
  return [
    [
      "ε (epsilon)",
      `${significant(epsilon)}: taking part changes the odds of any published result at most ${significant(Math.exp(epsilon))}-fold`,
    ],
    [
      "δ (delta)",
      delta === 0 ? "0: without exception" : `${significant(delta)}: the chance of an exception, ${oneIn(delta)}`,
    ],
    ["ρ (rho)", `${significant(rho)}: what the week’s budget is charged (zCDP)`],
    ["Protects", unit === "member" ? "a member, with everything they sent for each question" : unit],
    ["Compared with", NEIGHBOURING[neighbouring] ?? neighbouring],
    ["Noise", MECHANISMS[mechanism] ?? mechanism],
    ["Trust", TRUST[trustMode] ?? trustMode],
  ];
}

function oneIn(chance: number): string {
  return `1 in ${number(Math.round(1 / chance))}`;
}
