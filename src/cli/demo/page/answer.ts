// The first thing a reader sees: the answer as the member's own device words it, and what it cost that member.

import { type Html, html } from "../../../figures/markup.ts";
import { bytes, counted, inRho, number, percent, significant } from "../../../figures/numbers.ts";
import { terms } from "../../../figures/page/terms.ts";
import { shareOf } from "../../../figures/rows.ts";
import type { DemoDocument, DemoStory } from "../document.ts";

export function answer(document: DemoDocument, story: DemoStory): Html {
  return html`<p class="comparison">${unbroken(story.comparison)}</p>
<p>This sentence was made on the member’s own device, from the published numbers below and a value that never left it.</p>
<h3>What it cost</h3>
${terms(costs(document, story))}
${aboutTheRun(document)}`;
}

function costs({ ledger }: DemoDocument, { log }: DemoStory): readonly (readonly [string, string])[] {
  const total = (what: "bytes" | "rho") => log.reduce((sum, entry) => sum + entry[what], 0);
  const spent = `${significant(ledger.spent)} of ${inRho(ledger.cap)}`;
  return [
    ["What this device sent", `${counted(log.length, "message")}, ${bytes(total("bytes"))} in all`],
    ["What that cost in privacy", `${inRho(total("rho"))} over all questions`],
    ["Of a week’s privacy budget", `${percent(shareOf(ledger))} of the fullest week is spent (${spent})`],
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
