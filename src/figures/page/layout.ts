// The file around the sections: head, content policy, contents. Everything is in this one file and nothing is fetched.
import { endOfScript, Html, html } from "../markup.ts";
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
  /** Who made it, and what it does not do. */
  readonly footer: string;
  /** SHA-256 of a text's UTF-8 as base64: the policy allows the page's own style and script by their hashes. */
  readonly sha256: (text: string) => string;
}

/** One self-contained HTML document, UTF-8. Every text in it is escaped. */
export function layout({ title, kicker, lead, sections, footer, sha256 }: Page): string {
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
<meta http-equiv="Content-Security-Policy" content="${policyOf(sha256)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title} – ${kicker}</title>
<style>${new Html(styleSheet)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header>
<p class="kicker">${kicker}</p>
<h1>${title}</h1>
<p>${lead}</p>
<nav aria-label="Contents"><ol>
${links}</ol></nav>
</header>
<main id="main">
${parts}</main>
<footer><p>${footer}</p></footer>
<script>${new Html(pageScript)}${endOfScript}
</body>
</html>
`.markup;
}

/** Our own style and script; nothing else may load, run or be sent. */
function policyOf(sha256: Page["sha256"]): string {
  return [
    "default-src 'none'",
    `style-src 'sha256-${sha256(styleSheet)}'`,
    `script-src 'sha256-${sha256(pageScript)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}
