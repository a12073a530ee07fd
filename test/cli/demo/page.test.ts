// The demo's page: every section is there, every number is the document's, and no text can become markup.
import { createHash } from "node:crypto";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import type { DemoDocument, DemoStory } from "../../../src/cli/demo/document.ts";
import { demoPage } from "../../../src/cli/demo/page/index.ts";
import { openTags, textOf } from "./markup.ts";
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
    const [table] = inside(/<table><caption><span>Median, in beats per minute<\/span>(.*?)<\/table>/gs);
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

  test("units come from the question, shares are percentages, and a release without groups is one panel a unit", () => {
    expect(page).toContain("<caption><span>All members, in minutes a night</span></caption>");
    expect(page).toContain("<caption><span>Share of members at 150 or more, in % of members</span></caption>");
    expect(text).toContain("61.4 (58.2–64.6)");
    expect(text).toContain("921 (900–942)");
  });

  test("a longer estimate lies further right, in proportion to the axis", () => {
    const [chart] = inside(/<figure class="chart" id="chart-1-3">(.*?)<\/figure>/gs);
    const dots = Array.from((chart as string).matchAll(/<circle class="dot" cx="([\d.]+)%"/g), ([, cx]) => Number(cx));
    const medians = [61.37, 62.04, 63.48, 64.91, 65.7];
    // The axis goes from 50 to 75 between the margins of 4 %.
    expect(dots).toEqual(medians.map((value) => Math.round((4 + (92 * (value - 50)) / 25) * 100) / 100));
  });

  test("the sections say the document's numbers", () => {
    for (const shown of [
      "58 bpm: lower than about 78 % (71–84 %) of members aged 35–44",
      "3 messages, 7.05 kB in all",
      "68 % of the fullest week (1.36 of 2 ρ)",
      "1,000, of whom 942 consented",
      "2,829 uploaded, 143 of them empty; 2,826 accepted, 3 rejected",
      "4.39 kB",
      "privacy cost 0.313 ρ",
      "1.06 of 2 ρ",
      "1: taking part changes the odds of any published result at most 2.72-fold",
      "1 × 10⁻⁶: the chance of an exception, 1 in 1,000,000",
      "74.3 %",
      "77.1 %",
      "76.6 %",
      "It spent 0.418 ρ.",
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

describe("hostile text", () => {
  const hostile = `</script><script>alert(1)</script><img src=x onerror='alert("2")'>]]>--><!--&lt;"'`;

  /** Every text of a value replaced; keys of cells keep their statistic, or the panels would be others. */
  function poisoned<T>(value: T): T {
    if (typeof value === "string") return `${hostile}${value}` as T;
    if (Array.isArray(value)) return value.map(poisoned) as T;
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, poisoned(inner)])) as T;
  }
  const attacked = demoPage(poisoned(demoDocument), poisoned(demoStory));

  test("no text opens a tag or an attribute: the tags are those of the plain page", () => {
    const shape = (html: string) =>
      new Set(openTags(html).map(({ name, attributes }) => [name, ...attributes.keys()].join(" ")));
    expect([...shape(attacked)].filter((tag) => !shape(page).has(tag))).toEqual([]);
    expect(attacked.match(/<script/g)).toHaveLength(2);
    expect(attacked.match(/<\/script/g)).toHaveLength(2);
    expect(attacked).not.toContain("<img");
    expect(attacked).not.toContain("<!--");
  });

  test("the text is still there to read", () => {
    const { comparison, log, three } = demoStory;
    for (const shown of [comparison, log[0]?.what as string, three.helper])
      expect(textOf(attacked)).toContain(`${hostile}${shown}`);
  });

  test("the slider's data is whole JSON", () => {
    const [json] = Array.from(attacked.matchAll(/id="slider-data">(.*?)<\/script>/gs), ([, found]) => found as string);
    expect(JSON.stringify(JSON.parse(json as string))).toContain(JSON.stringify(hostile).slice(1, -1));
    expect(json).not.toMatch(/[<>&]/);
  });
});

describe("self-contained", () => {
  test("nothing refers to anything outside of the file", () => {
    const fetching = ["src", "srcset", "action", "formaction", "poster", "data", "xlink:href", "style", "ping"];
    for (const { name, attributes } of tags) {
      expect(["link", "img", "iframe", "object", "embed", "base", "image", "use"]).not.toContain(name);
      for (const attribute of fetching) expect(attributes.has(attribute)).toBe(false);
      expect([...attributes.keys()].filter((key) => key.startsWith("on"))).toEqual([]);
      expect(attributes.get("href") ?? "#").toMatch(/^#/);
    }
    expect(page).not.toMatch(/url\(|@import|\bfetch\(|XMLHttpRequest|import\(/);
    expect(page).not.toMatch(/https:\/\//);
  });

  test("the policy allows the page's own style and script by hash and nothing else", () => {
    const policy = tags.find(({ attributes }) => attributes.has("http-equiv"))?.attributes.get("content") ?? "";
    const hash = (body: string | undefined) =>
      `'sha256-${createHash("sha256")
        .update(body as string)
        .digest("base64")}'`;
    expect(policy.split("; ")).toEqual([
      "default-src 'none'",
      `style-src ${hash(inside(/<style>(.*?)<\/style>/gs)[0])}`,
      `script-src ${hash(inside(/<script>(.*?)<\/script>/gs)[0])}`,
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  });
});

describe("colours", () => {
  const luminance = (colour: string) => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
      const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (a: string, b: string) => {
    const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  const schemes = inside(/:root \{(.*?)\}/gs).map(
    (block) =>
      new Map(Array.from(block.matchAll(/--(\w+): (#[0-9a-f]{6})/g), ([, name, colour]) => [name, colour as string])),
  );

  test.each(["light", "dark"])("text has 4.5:1 and marks have 3:1, %s", (name) => {
    const scheme = schemes[name === "light" ? 0 : 1] as Map<string, string>;
    const colour = (key: string) => scheme.get(key) as string;
    for (const ground of ["ground", "card"]) {
      for (const ink of ["ink", "muted", "strong", "bad"])
        expect(contrast(colour(ink), colour(ground)), `${ink} on ${ground}`).toBeGreaterThanOrEqual(4.5);
      for (const mark of ["soft", "truth"])
        expect(contrast(colour(mark), colour(ground)), `${mark} on ${ground}`).toBeGreaterThanOrEqual(3);
    }
  });
});

describe("the slider", () => {
  interface Fake {
    value: string;
    textContent: string;
    hidden: boolean;
    readonly attributes: Map<string, string>;
    readonly listeners: Map<string, () => void>;
  }

  /** Runs the page's script over stand-ins for its elements. */
  function run(html: string) {
    const elements = new Map<string, Fake>();
    const byId = (id: string) => {
      const fake: Fake = elements.get(id) ?? {
        value: "",
        textContent: "",
        hidden: true,
        attributes: new Map(),
        listeners: new Map(),
      };
      elements.set(id, fake);
      return Object.assign(fake, {
        setAttribute: (name: string, value: string) => fake.attributes.set(name, value),
        addEventListener: (name: string, listener: () => void) => fake.listeners.set(name, listener),
      });
    };
    byId("slider-data").textContent = /id="slider-data">(.*?)<\/script>/s.exec(html)?.[1] ?? "";
    byId("epsilon").value = "3";
    byId("cohort").value = "2";
    const script = /<script>(.*?)<\/script>/s.exec(html)?.[1] as string;
    const sandbox = { document: { getElementById: byId, querySelectorAll: () => [] }, addEventListener: () => {} };
    runInNewContext(script, sandbox);
    return byId;
  }

  test("it starts as the page was written: ε 1 and the cohort nearest to the members who consented", () => {
    const byId = run(page);
    expect(byId("slider").hidden).toBe(false);
    expect(page).toContain(
      `<output id="slider-result" for="epsilon cohort" aria-live="polite">${byId("slider-result").textContent}</output>`,
    );
    expect(byId("slider-result").textContent).toBe(
      "With 1,000 members and ε = 1, the answer is right to within ±1.48 beats per minute, 95 times in 100.",
    );
    expect(page).toContain('<option value="2" selected>1,000</option>');
    expect(page).toContain('min="0" max="6" step="1" value="3"');
  });

  test("moving it or choosing a cohort redraws the interval in the predicted width", () => {
    const byId = run(page);
    byId("epsilon").value = "6";
    byId("epsilon").listeners.get("input")?.();
    expect(byId("slider-result").textContent).toContain("ε = 8, the answer is right to within ±0.185 ");
    expect(byId("epsilon").attributes.get("aria-valuetext")).toBe("ε 8");
    byId("cohort").value = "0";
    byId("cohort").listeners.get("change")?.();
    expect(byId("slider-result").textContent).toContain(
      "With 35 members and ε = 8, the answer is right to within ±5.29 ",
    );
    // Half of the axis is 46 % and stands for 50 beats per minute.
    expect(Number.parseFloat(byId("slider-interval").attributes.get("x2") as string)).toBeCloseTo(
      50 + (46 * 5.286) / 50,
      1,
    );
    expect(byId("slider-high").textContent).toBe("+50");
  });

  test("its ends are labelled", () => {
    expect(page).toContain("<span>more private</span> <span>more exact</span>");
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
    expect(unknown).toContain('<td class="numbers">–</td></tr>');
    expect(unknown.match(/<line class="truth" x1="[\d.]+%"/g)).toBeNull();
  });
});
