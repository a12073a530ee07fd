// The page: everything it does is done here, in the reader's browser. Nothing is sent and nothing is fetched but its own files.
import { render } from "preact";
import { drawingStyle } from "../figures/palette.ts";
import { App } from "./shell/app.tsx";
import { colourSheet, followScheme } from "./shell/scheme.ts";
import { warmUp } from "./shell/warm.ts";

// Sheets that a script makes are allowed by a policy that forbids inline ones.
const figures = new CSSStyleSheet();
figures.replaceSync(
  `${colourSheet}\n${drawingStyle}\n@media (max-width: 40rem) { svg .narrow { display: inline; } svg .wide { display: none; } }`,
);
document.adoptedStyleSheets = [figures];
followScheme();

const root = document.getElementById("app");
if (root !== null) {
  root.replaceChildren();
  render(<App />, root);
  warmUp();
}
