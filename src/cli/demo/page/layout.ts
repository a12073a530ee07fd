// The file around the sections: head, content policy, contents. Everything is in this one file and nothing is fetched.
import { createHash } from "node:crypto";
import { Html, html } from "../../../figures/markup.ts";
import { pageScript } from "./slider-script.ts";
import { styleSheet } from "./style.ts";

export interface Section {
  readonly id: string;
  readonly heading: string;
  readonly content: Html;
}

export interface Page {
  readonly title: string;
  readonly kicker: string;
  readonly lead: string;
  readonly sections: readonly Section[];
}

export function layout({ title, kicker, lead, sections }: Page): string {
  const links = sections.map(({ id, heading }) => html`<li><a href="#${id}">${heading}</a></li>\n`);
  const parts = sections.map(
    ({ id, heading, content }) => html`<section id="${id}" aria-labelledby="${id}-heading">
<h2 id="${id}-heading">${heading}</h2>
${content}</section>
`,
  );
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title} – ${kicker}</title>
<style>${new Html(styleSheet)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the answer</a>
<header>
<p class="kicker">${kicker}</p>
<h1>${title}</h1>
<p>${lead}</p>
<nav aria-label="Contents"><ol>
${links}</ol></nav>
</header>
<main id="main">
${parts}</main>
<footer><p>Made by the Paceline demo on this computer. This page loads nothing and sends nothing.</p></footer>
<script>${new Html(pageScript)}</script>
</body>
</html>
`.markup;
}

const hashOf = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** Our own style and script by their hashes; nothing else may load, run or be sent. */
const policy = [
  "default-src 'none'",
  `style-src ${hashOf(styleSheet)}`,
  `script-src ${hashOf(pageScript)}`,
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");
