// The demo's page: one HTML file that a stranger can open, read and keep. The sections and their order are here.
import { createHash } from "node:crypto";
import { layout } from "../../../figures/page/layout.ts";
import { slider } from "../../../figures/page/slider.ts";
import type { DemoDocument, DemoStory } from "../document.ts";
import { answer } from "./answer.ts";
import { budget } from "./budget.ts";
import { memberLog, parties } from "./device.ts";
import { releases } from "./releases.ts";
import { training } from "./training.ts";
import { attacks, canary, limits } from "./trust.ts";

/** One self-contained HTML document, UTF-8. Every text of `document` and `story` is escaped. */
export function demoPage(document: DemoDocument, story: DemoStory): string {
  return layout({
    title: "Is my resting heart rate normal for people like me?",
    kicker: "Paceline demo",
    lead: "A question about many people, answered without anyone giving away their own data. This page shows the answer, what it cost, and what every party saw.",
    footer: "Made by the Paceline demo on this computer. This page loads nothing and sends nothing.",
    sha256: (text) => createHash("sha256").update(text).digest("base64"),
    sections: [
      { id: "answer", heading: "The answer, on the member’s phone", content: answer(document, story) },
      { id: "releases", heading: "What everyone can read", content: releases(document) },
      { id: "parties", heading: "What each party sees", content: parties(story) },
      { id: "log", heading: "What left the device", content: memberLog(story) },
      { id: "budget", heading: "The privacy budget", content: budget(document, story) },
      { id: "epsilon-slider", heading: "What ε buys", content: slider(document.consented, story.widths) },
      { id: "training", heading: "Training a model", content: training(document, story) },
      { id: "attacks", heading: "Attacks, and who refused them", content: attacks(document) },
      { id: "canary", heading: "The canary search", content: canary(document) },
      { id: "limits", heading: "What this does not protect against", content: limits() },
    ],
  });
}
