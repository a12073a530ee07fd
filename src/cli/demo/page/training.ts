// Training: what privacy costs a model, and the member's own score with its reasons, which only their phone computes.
import type { DemoDocument, DemoStory } from "../document.ts";
import { divergingBars, shareBars } from "./bars.ts";
import { type Html, html } from "./escape.ts";
import { counted, percent, signed, significant } from "./format.ts";
import { figure } from "./parts.ts";

export function training({ training: trained }: DemoDocument, { score }: DemoStory): Html {
  return html`${trained === null ? html`<p>This run trained no model.</p>\n` : accuracies(trained)}
${score === null ? html`<p>This member has no score.</p>\n` : ownScore(score)}`;
}

function accuracies({ rounds, accuracy, central, withoutPrivacy, rho }: NonNullable<DemoDocument["training"]>): Html {
  const shares = [
    ["Federated and private", accuracy, "strong"],
    ["Federated, without privacy", withoutPrivacy, "soft"],
    ["Central, all data in one place", central, "soft"],
  ] as const;
  return html`<p>A model was trained in ${counted(rounds, "round")} without collecting anyone’s data. It spent ${significant(rho)} ρ.</p>
${figure({
  id: "accuracy",
  heading: "Accuracy on members it was not trained on",
  svg: shareBars({
    id: "accuracy-svg",
    title: "Accuracy of the model, trained in three ways",
    description: shares.map(([label, share]) => `${label}: ${percent(share, 1)}.`).join(" "),
    bars: shares.map(([label, share, tone]) => ({
      label,
      share,
      reading: percent(share, 1),
      ...(tone === "soft" ? { tone } : {}),
    })),
  }),
  twin: {
    caption: "Accuracy on members it was not trained on",
    columns: ["Trained", "Accuracy"],
    rows: shares.map(([label, share]) => [label, percent(share, 1)]),
  },
})}`;
}

function ownScore({ title, probability, reasons }: NonNullable<DemoStory["score"]>): Html {
  const sorted = reasons.toSorted((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
  const largest = Math.max(...sorted.map(({ contribution }) => Math.abs(contribution)), Number.MIN_VALUE);
  const reading = (contribution: number) => signed(contribution, 2);
  return html`<h3>${title}</h3>
<p><strong class="score">${percent(probability)}</strong> for this member. The phone computed it from the model and its own data, with a reason for each part.</p>
${figure({
  id: "reasons",
  heading: "What moved the score",
  svg: divergingBars({
    id: "reasons-svg",
    title: "What moved the score",
    description: sorted.map((reason) => `${reason.title}: ${reading(reason.contribution)}.`).join(" "),
    bars: sorted.map((reason) => ({
      label: reason.title,
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
