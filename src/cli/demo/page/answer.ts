// The first thing a reader sees: the answer as the member's own device words it, and what it cost that member.
import type { DemoDocument, DemoStory } from "../document.ts";
import { type Html, html } from "./escape.ts";
import { bytes, counted, number, percent, significant } from "./format.ts";
import { terms } from "./parts.ts";

export function answer(document: DemoDocument, story: DemoStory): Html {
  return html`<p class="comparison">${unbroken(story.comparison)}</p>
<p>This sentence was made on the member’s own device, from the published numbers below and a value that never left it.</p>
<h3>What it cost</h3>
${terms(costs(document, story))}
${aboutTheRun(document)}`;
}

function costs(document: DemoDocument, { log, ledger }: DemoStory): readonly (readonly [string, string])[] {
  const sent = log.reduce((sum, entry) => sum + entry.bytes, 0);
  const fullest = ledger.reduce((most, epoch) => Math.max(most, shareOf(epoch)), 0);
  return [
    ["What this device sent", `${counted(log.length, "message")}, ${bytes(sent)} in all`],
    ["Of its own weekly privacy budget", `${percent(fullest)} of the fullest week`],
    [
      "Of everyone’s weekly privacy budget",
      `${percent(shareOf(document.ledger))} of the fullest week (${significant(document.ledger.spent)} of ${significant(document.ledger.cap)} ρ)`,
    ],
  ];
}

function aboutTheRun({ members, consented, reports, seconds, notes }: DemoDocument): Html {
  return html`<h3>About this run</h3>
${terms([
  ["Members", `${number(members)}, of whom ${number(consented)} consented`],
  [
    "Reports",
    `${number(reports.uploaded)} uploaded, ${number(reports.null)} of them empty; ${number(reports.accepted)} accepted, ${number(reports.rejected)} rejected`,
  ],
  ["Time taken", counted(Math.round(seconds), "second")],
])}
${notes.length === 0 ? "" : html`<ul class="notes">${notes.map((note) => html`<li>${note}</li>`)}</ul>\n`}`;
}

/** Keeps a short aside such as "(71–84 %)" on one line. */
function unbroken(sentence: string): Html {
  const parts = sentence.split(/(\([^()]{1,20}\))/);
  return html`${parts.map((part, at) => (at % 2 === 1 ? html`<span class="whole">${part}</span>` : html`${part}`))}`;
}

/** An epoch without a cap has no share to show. */
export function shareOf({ cap, spent }: { readonly cap: number; readonly spent: number }): number {
  return cap > 0 ? spent / cap : 0;
}
