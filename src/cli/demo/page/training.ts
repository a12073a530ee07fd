// Training: what privacy costs a model, and the member's own score with its reasons, which only their phone computes.
import type { DemoDocument, DemoStory } from "../document.ts";
import { divergingBars, shareBars } from "./bars.ts";
import { type Html, html } from "./escape.ts";
import { capitalised, counted, inRho, percent, signed } from "./format.ts";
import { figure } from "./parts.ts";

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
  const heading = "Accuracy on members it was not trained on";
  return html`<p>A model was trained in ${counted(rounds, "round")} without collecting anyone’s data. It spent ${inRho(rho)}. Accuracy says how often it is right; the table also has the AUC, how often it scores a member who will above one who will not (a coin: 50\u00a0%).</p>
${figure({
  id: "accuracy",
  heading,
  svg: shareBars({
    id: "accuracy-svg",
    title: "Accuracy of the model, trained in three ways, and of no model",
    description: ways.map(({ label, share }) => `${label}: ${percent(share, 1)}.`).join(" "),
    bars: ways.map((way) => ({ ...way, reading: percent(way.share, 1) })),
  }),
  twin: {
    caption: heading,
    columns: ["Trained", "Accuracy", "AUC"],
    rows: ways.map(({ label, share, ranking }) => [label, percent(share, 1), percent(ranking, 1)]),
  },
})}`;
}

function ownScore({ title, probability, reasons }: NonNullable<DemoStory["score"]>): Html {
  const sorted = reasons.toSorted((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
  const largest = Math.max(...sorted.map(({ contribution }) => Math.abs(contribution)), Number.MIN_VALUE);
  const reading = (contribution: number) => signed(contribution, 2);
  return html`<h3>The member’s own score: “${title}”</h3>
<p><strong class="score">${percent(probability)}</strong> for this member. The phone computed it from the model and its own data, with a reason for each part.</p>
${figure({
  id: "reasons",
  heading: "What moved the score",
  svg: divergingBars({
    id: "reasons-svg",
    title: "What moved the score",
    description: sorted.map((reason) => `${reason.title}: ${reading(reason.contribution)}.`).join(" "),
    bars: sorted.map((reason) => ({
      label: capitalised(reason.title),
      share: reason.contribution / largest,
      reading: reading(reason.contribution),
    })),
    ends: ["lowers the score", "raises the score"],
  }),
  twin: {
    caption: "What moved the score, in log-odds",
    columns: ["Reason", "Contribution"],
    rows: sorted.map((reason) => [reason.title, reading(reason.contribution)]),
  },
})}`;
}
