// The demo's page: every section is there and every number is the document's.
import { describe, expect, test } from "vitest";
import type { DemoDocument, DemoStory } from "../../../src/cli/demo/document.ts";
import { demoPage } from "../../../src/cli/demo/page/index.ts";
import { openTags, textOf } from "../../figures/markup.ts";
import { demoDocument, demoStory } from "./page-fixture.ts";

const page = demoPage(demoDocument, demoStory);
const tags = openTags(page);
const text = textOf(page);
const inside = (pattern: RegExp) => Array.from(page.matchAll(pattern), ([, found]) => found as string);

describe("structure", () => {
  test("the sections stand in their order, each with its heading", () => {
    expect(inside(/<section id="([^"]+)"/g)).toEqual([
      "answer",
      "releases",
      "parties",
      "log",
      "budget",
      "epsilon-slider",
      "training",
      "attacks",
      "canary",
      "limits",
    ]);
    for (const [, id] of page.matchAll(/<section id="([^"]+)"/g)) expect(page).toContain(`<h2 id="${id}-heading">`);
  });

  test("it is one document in one language with one main heading, and headings skip no level", () => {
    expect(page.startsWith('<!doctype html>\n<html lang="en">')).toBe(true);
    const levels = inside(/<h([1-6])\b/g).map(Number);
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    expect(levels.every((level, at) => level <= (levels[at - 1] ?? 0) + 1)).toBe(true);
  });

  test("ids are unique and every reference has its target", () => {
    const ids = tags.flatMap(({ attributes }) => attributes.get("id") ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    const references = tags.flatMap(({ attributes }) =>
      ["aria-labelledby", "aria-describedby", "for"].flatMap((name) => attributes.get(name)?.split(" ") ?? []),
    );
    const links = tags.flatMap(({ attributes }) => attributes.get("href")?.slice(1) ?? []);
    expect([...references, ...links].filter((id) => !ids.includes(id))).toEqual([]);
    expect(links.length).toBeGreaterThan(9);
  });

  test("every chart is an image with a title and a description, and has one table", () => {
    const figures = inside(/<figure class="chart"[^>]*>(.*?)<\/figure>/gs);
    // Five statistics of bands, two panels each of the other releases, budget, accuracy, reasons.
    expect(figures).toHaveLength(5 + 2 + 2 + 3);
    for (const figure of figures) {
      expect(figure.match(/<svg role="img" aria-labelledby="/g)).toHaveLength(1);
      expect(figure.match(/<title id=/g)).toHaveLength(1);
      expect(figure.match(/<desc id=/g)).toHaveLength(1);
      expect(figure.match(/<table>/g)).toHaveLength(1);
      expect(figure).toContain("<details><summary>");
    }
    expect(page.match(/<caption>/g)?.length).toBe(page.match(/<table>/g)?.length);
  });
});

describe("numbers", () => {
  test("each row of a chart has its estimate, both intervals, the noise and the truth in the table", () => {
    const [table] = inside(
      /<table><caption><span>Median resting heart rate, in beats per minute<\/span>(.*?)<\/table>/gs,
    );
    const rows = Array.from((table as string).matchAll(/<tr>(.*?)<\/tr>/g), ([row]) =>
      Array.from(row.matchAll(/<t[dh][^>]*>(.*?)<\/t[dh]>/g), ([, cell]) => cell),
    );
    expect(rows[0]).toEqual([
      "Group",
      "Estimate",
      "95 % interval",
      "From privacy noise alone",
      "Noise (sd)",
      "Truth (demo only)",
    ]);
    expect(rows[3]).toEqual(["35–44", "63.5", "61.3–65.7", "61.9–65.1", "0.8", "62.8"]);
    expect(rows).toHaveLength(6);
  });

  test("shares are percentages, and a release without groups is one panel a unit", () => {
    expect(page).toContain("<caption><span>All members, in minutes a night</span></caption>");
    expect(page).toContain(
      "<caption><span>Share of members with activity of 150 or more, in % of members</span></caption>",
    );
    expect(text).toContain("61.4 (58.2–64.6)");
    expect(text).toContain("921 (900–942)");
  });

  test("a longer estimate lies further right, in proportion to the axis", () => {
    const [chart] = inside(/<figure class="chart" id="chart-1-3">(.*?)<\/figure>/gs);
    const dots = Array.from((chart as string).matchAll(/<circle class="dot" cx="([\d.]+)%"/g), ([, cx]) => Number(cx));
    const medians = [61.37, 62.04, 63.48, 64.91, 65.7];
    // The panels of one unit share their axis: from the lowest quarter's interval to the highest three quarters'.
    const [low, high] = [61.37 - 5.22 - 2.1, 65.7 + 5.91 + 2.4];
    expect(dots).toEqual(medians.map((value) => Math.round((4 + (92 * (value - low)) / (high - low)) * 100) / 100));
  });

  test("the sections say the document's numbers", () => {
    for (const shown of [
      "58 bpm: lower than about 78 % (71–84 %) of members aged 35–44",
      "3 messages, 7.05 kB in all",
      "0.644 ρ over all questions",
      "68 % of the fullest week is spent (1.36 of 2 ρ)",
      "1,000, of whom 942 consented",
      "2,829 uploaded, 143 of them empty; 2,826 accepted, 3 rejected",
      "4.39 kB",
      "privacy cost 0.313 ρ",
      "1.06 of 2 ρ",
      "1: taking part changes the odds of any published result at most 2.72-fold",
      "1 × 10⁻⁶: the chance of an exception, 1 in 1,000,000",
      "It spent 0.418 ρ.",
      "Federated and private74.3 %78.2 %",
      "Federated, without privacy76.6 %81.7 %",
      "Central, all data in one place77.1 %82.4 %",
      "No model, one answer for all69.3 %50.0 %",
      "63 % for this member",
      "9,412 raw values",
      "48.2 MB in all. None was found.",
    ])
      expect(text).toContain(shown);
    for (const { name, refusedBy, code } of demoDocument.attacks) expect(text).toContain(`${name}${refusedBy}${code}`);
  });

  test("the truth is called the demo's own, and what is not protected is said", () => {
    const [limits] = inside(/<section id="limits"(.*?)<\/section>/gs);
    for (const word of ["coordinator and a helper", "platform", "Side channels", "ε alone", "truth ticks"])
      expect(limits).toContain(word);
  });

  test("a leak is not reported as none", () => {
    const leaking = demoPage({ ...demoDocument, canary: { bytes: 10, values: 2, hits: 3 } }, demoStory);
    expect(textOf(leaking)).toContain("3 places held one: that is a leak.");
    expect(textOf(leaking)).not.toContain("None was found.");
  });

  test("reasons point left when they lower the score and right when they raise it, the largest first", () => {
    const [svg] = inside(/<figure class="chart" id="reasons">(.*?)<\/svg>/gs);
    const bars = Array.from(
      (svg as string).matchAll(/class="fill (\w+)" x="([\d.]+)%"[^>]* width="([\d.]+)%"/g),
      (bar) => [bar[1], Number(bar[2]), Number(bar[3])],
    );
    expect(bars.map(([kind]) => kind)).toEqual(["raise", "lower", "raise", "lower", "lower"]);
    expect(bars[0]).toEqual(["raise", 50, 50]);
    for (const [kind, x, width] of bars)
      expect((x as number) + (kind === "lower" ? (width as number) : 0)).toBeCloseTo(50, 1);
  });
});

describe("a run that did little", () => {
  const document: DemoDocument = {
    ...demoDocument,
    releases: [],
    training: null,
    attacks: [],
    notes: [],
    ledger: { cap: 0, spent: 0 },
  };
  const widths = { what: "", unit: "", cohorts: [], epsilons: [], halfWidths: [] };
  const story: DemoStory = { ...demoStory, log: [], score: null, ledger: [], widths };

  test("has every section and says what is missing", () => {
    const empty = demoPage(document, story);
    expect(empty.match(/<section /g)).toHaveLength(10);
    expect(empty).not.toMatch(/NaN|Infinity|undefined|null/);
    for (const said of [
      "published no answer",
      "Nothing left this device",
      "trained no model",
      "no score",
      "tried no attacks",
      "predicted no widths",
    ])
      expect(empty).toContain(said);
  });

  test("numbers that are not there are dashes, in drawings too", () => {
    const [first] = demoDocument.releases[1]?.cells ?? [];
    const cells = [{ ...(first as NonNullable<typeof first>), truth: Number.NaN }];
    const unknown = demoPage(
      { ...demoDocument, releases: [{ ...(demoDocument.releases[1] as DemoDocument["releases"][0]), cells }] },
      story,
    );
    expect(unknown).not.toContain("NaN");
    expect(unknown).not.toContain("Truth (demo only)");
    expect(unknown.match(/<line class="truth" x1="[\d.]+%"/g)).toBeNull();
  });
});
