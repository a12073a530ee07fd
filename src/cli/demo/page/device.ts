// One member from the inside: what each party holds of them, and the log of what their device sent.

import { type Html, html } from "../../../figures/markup.ts";
import { bytes, counted, inRho } from "../../../figures/numbers.ts";
import type { DemoStory } from "../document.ts";

export function parties({ three }: DemoStory): Html {
  const columns = [
    ["The phone", "The member’s own device. The only place where the value exists.", three.phone],
    ["The leader", "Run by the service. It holds one share, which alone looks random.", three.leader],
    ["The helper", "Run by someone else. It holds the other share, which alone looks random too.", three.helper],
  ] as const;
  const cards = columns.map(
    ([name, role, sees]) =>
      html`<div class="card"><h3>${name}</h3><p class="role">${role}</p><p class="sees">${sees}</p></div>\n`,
  );
  return html`<p>The same member, seen from three places. What the services hold begins like this and says nothing by itself.</p>
<div class="columns">
${cards}</div>
`;
}

export function memberLog({ log }: DemoStory): Html {
  if (log.length === 0) return html`<p>Nothing left this device.</p>\n`;
  const entries = log.map(
    (entry) => html`<li><p class="when">${entry.at}</p>
<div><p class="what">${entry.what}</p><p class="about">For: ${entry.question}</p></div>
<p class="size">${bytes(entry.bytes)}<br>to ${hostOf(entry.to)}<br>privacy cost ${inRho(entry.rho)}</p></li>
`,
  );
  const total = log.reduce((sum, entry) => sum + entry.bytes, 0);
  return html`<p>The device writes down every message before it is sent, so the log cannot say less than what left: ${counted(log.length, "message")}, ${bytes(total)} in all.</p>
<ol class="log">
${entries}</ol>
`;
}

/** Readers want to know who, not which path. */
function hostOf(address: string): string {
  const host = URL.canParse(address) ? new URL(address).host : "";
  return host === "" ? address : host;
}
