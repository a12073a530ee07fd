// Reasons to believe it, and reasons not to: attacks that were refused, the canary search, and what is not protected.

import { type Html, html } from "../../../figures/markup.ts";
import { bytes, counted } from "../../../figures/numbers.ts";
import { table } from "../../../figures/table.ts";
import type { DemoDocument } from "../document.ts";

export function attacks({ attacks: tried }: DemoDocument): Html {
  if (tried.length === 0) return html`<p>This run tried no attacks.</p>\n`;
  return html`<p>During the run we cheated, live, against the same services.</p>
${table({
  caption: `${counted(tried.length, "attack")} and who refused ${tried.length === 1 ? "it" : "them"}`,
  columns: ["Attack", "Refused by", "Code"],
  rows: tried.map(({ name, refusedBy, code }) => [name, refusedBy, html`<code>${breakable(code)}</code>`]),
  words: [0, 1, 2],
})}
`;
}

export function canary({ canary: { bytes: searched, values, hits } }: DemoDocument): Html {
  const verdict = hits === 0 ? "None was found." : `${counted(hits, "place")} held one: that is a leak.`;
  return html`<p class="${hits === 0 ? "verdict" : "verdict bad"}">We looked for ${counted(values, "raw value")} and identifiers of members in every byte that crossed the network and every file the services wrote, ${bytes(searched)} in all. <strong>${verdict}</strong></p>
`;
}

/** A code may wrap after its underscores. */
function breakable(code: string): Html {
  return html`${code.split(/(?<=_)/).map((part, at) => (at === 0 ? html`${part}` : html`<wbr>${part}`))}`;
}

const LIMITS: readonly (readonly [string, string])[] = [
  [
    "A coordinator and a helper that work together.",
    "Both shares together are the member’s contribution. Only running them in separate hands protects against this; a device cannot check that the helper adds its noise.",
  ],
  [
    "A device platform that lies.",
    "An operating system or app that reads the sensor itself, or shows one thing and does another, is outside of what any server can prove.",
  ],
  [
    "Side channels.",
    "That a device takes part, when it connects and from where can be seen on the network. Empty reports look like full ones, so what can be seen does not depend on the data.",
  ],
  [
    "Small cohorts.",
    "No number of others hides a member: false members can fill a cohort. What holds for every cohort, small or large, is ε alone.",
  ],
  [
    "False reports within the rules.",
    "A proof bounds how far one report can move an answer. It does not make the report true, and a dishonest device can spoil a training round.",
  ],
  [
    "The true answers on this page.",
    "The truth ticks exist only because a demo makes its own members. No service could draw them.",
  ],
];

export function limits(): Html {
  return html`<ul class="limits">
${LIMITS.map(([what, why]) => html`<li><strong>${what}</strong> ${why}</li>\n`)}</ul>
`;
}
