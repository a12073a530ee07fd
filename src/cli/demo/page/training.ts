// Training: what privacy costs a model, and the member's own score with its reasons, which only their phone computes.

import { figureHtml } from "../../../figures/html.ts";
import { type Html, html } from "../../../figures/markup.ts";
import { capitalised, counted, inRho, percent } from "../../../figures/numbers.ts";
import { effectFigure, shareFigure } from "../../../figures/rows.ts";
import type { DemoDocument, DemoStory } from "../document.ts";

export function training({ training: trained }: DemoDocument, { score }: DemoStory): Html {
  return html`${trained === null ? html`<p>This run trained no model.</p>\n` : accuracies(trained)}
${score === null ? html`<p>This member has no score.</p>\n` : ownScore(score)}`;
}

function accuracies(trained: NonNullable<DemoDocument["training"]>): Html {
  const { rounds, accuracy, central, withoutPrivacy, majority, auc, rho } = trained;
  const ways = [
    { label: "Federated and private", share: accuracy, ranking: auc.here },
    { label: "Federated, without privacy", share: withoutPrivacy, ranking: auc.withoutPrivacy, tone: "soft" },
    { label: "Central, all data in one place", share: central, ranking: auc.central, tone: "soft" },
    // The same answer for everyone puts nobody above anybody.
    { label: "No model, one answer for all", share: majority, ranking: 0.5, tone: "soft" },
  ] as const;
  return html`<p>A model was trained in ${counted(rounds, "round")} without collecting anyone’s data. It spent ${inRho(rho)}. Accuracy says how often it is right; the table also has the AUC, how often it scores a member who will above one who will not (a coin: 50\u00a0%).</p>
${figureHtml(
  shareFigure(
    { id: "accuracy", title: "Accuracy on members it was not trained on", each: "Trained", name: "Accuracy" },
    ways.map(({ ranking, ...way }) => ({ ...way, beside: { ranking } })),
    [{ title: "AUC", fields: ["ranking"], format: { kind: "percent", decimals: 1 } }],
  ),
)}`;
}

function ownScore({ title, probability, reasons }: NonNullable<DemoStory["score"]>): Html {
  return html`<h3>The member’s own score: “${title}”</h3>
<p><strong class="score">${percent(probability)}</strong> for this member. The phone computed it from the model and its own data, with a reason for each part.</p>
${figureHtml(
  effectFigure(
    {
      id: "reasons",
      title: "What moved the score",
      unit: "log-odds",
      ends: ["lowers the score", "raises the score"],
    },
    reasons.map((reason) => ({ label: capitalised(reason.title), amount: reason.contribution })),
  ),
)}`;
}
