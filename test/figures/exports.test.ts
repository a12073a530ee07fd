// A release as files: each format whole, with the same numbers, and inert whatever its groups are called.
import { describe, expect, test } from "vitest";
import { cellsOf } from "../../src/estimate/answers.ts";
import { comparisonsOf } from "../../src/estimate/compare.ts";
import { exportFormats, exportRelease, releaseFigures } from "../../src/figures/exports.ts";
import { tableRows } from "../../src/figures/table.ts";
import { releaseWith } from "../estimate/releases.ts";
import { hostile } from "./given.ts";
import { openTags, textOf } from "./markup.ts";

const release = releaseWith({ edges: [0, 10, 20, 30], groups: ["18-24", "65+"] }, [100, 200, 100, 2, -1, 1]);
const floor = { floor: 20 };
const rows = releaseFigures(release, floor).flatMap(tableRows);
const attacked = {
  ...releaseWith({ edges: [0, 10, 20, 30], groups: [hostile, "=1+1"] }, [9, 9, 9, 9, 9, 9]),
  question: hostile,
};

test("every format ends in a line end; an unknown one is refused with those there are", () => {
  for (const format of exportFormats) expect(exportRelease(release, format)).toMatch(/\n$/);
  expect(() => exportRelease(release, "pdf" as "svg")).toThrow('"pdf" is no format of an export');
});

test("figures have the release's cells, each once, with titles and units in words", () => {
  expect(rows).toHaveLength(cellsOf(release).length + comparisonsOf(release).comparisons.length);
  expect(releaseFigures(release).map(({ caption }) => caption)).toEqual([
    "Average steps, in steps a day",
    "25 % have steps below, in steps a day",
    "Median steps, in steps a day",
    "75 % have steps below, in steps a day",
    "Members with steps, in members",
    "Difference: Average steps, in steps a day",
    "Difference: 25 % have steps below, in steps a day",
    "Difference: Median steps, in steps a day",
    "Difference: 75 % have steps below, in steps a day",
  ]);
});

describe("SVG", () => {
  const svg = exportRelease(release, "svg", floor);

  test("is one drawing with a title, words for each figure, the readings, light and dark", () => {
    const tags = openTags(svg.replace(/<style>.*?<\/style>/s, ""));
    expect(tags[0]?.attributes.get("xmlns")).toBe("http://www.w3.org/2000/svg");
    expect(tags.filter(({ attributes }) => attributes.get("role") === "img")).toHaveLength(9);
    expect(svg).toContain("prefers-color-scheme: dark");
    expect(svg).not.toMatch(/url\(|@import|href|<script|<foreignObject/);
    for (const [, estimate = "", interval = ""] of rows.filter(([, number]) => number !== "–"))
      expect(textOf(svg)).toContain(`${estimate} (${interval})`);
  });

  test("hostile names open no tag", () => {
    const names = (text: string) => new Set(openTags(text.replace(/<style>.*?<\/style>/s, "")).map(({ name }) => name));
    expect(names(exportRelease(attacked, "svg"))).toEqual(names(svg));
  });
});

describe("Vega-Lite", () => {
  const spec = JSON.parse(exportRelease(release, "vega-lite", floor));

  test("one view a figure with the same rows; suppressed numbers are null", () => {
    expect(spec.$schema).toBe("https://vega.github.io/schema/vega-lite/v5.json");
    expect(spec.vconcat).toHaveLength(9);
    const [mean] = spec.vconcat;
    const [young] = cellsOf(release).filter(({ key }) => key === "18-24/mean steps");
    expect(mean.data.values[0]).toMatchObject({ label: "18–24", estimate: young?.estimate.estimate });
    expect(mean.data.values[1]).toMatchObject({ label: "65+", estimate: null, low: null, note: expect.any(String) });
    expect(mean.layer.map(({ mark }: { mark: { type: string } }) => mark.type)).toEqual(["rule", "rule", "point"]);
  });

  test("names are data: in fields' values and titles, never in a field, an expression or an address", () => {
    const text = exportRelease(attacked, "vega-lite");
    const fields = Array.from(text.matchAll(/"field": "([^"]*)"/g), ([, field]) => field);
    expect(new Set(fields)).toEqual(
      new Set(["label", "reading", "zero", "low", "high", "privacyLow", "privacyHigh", "estimate"]),
    );
    expect(text).not.toMatch(/"(?:expr|signal|url|href|calculate)":/);
  });
});

describe("notebook", () => {
  const book = JSON.parse(exportRelease(release, "ipynb", floor));
  const sourceOf = (notebook: typeof book, id: string): string =>
    notebook.cells.find((cell: { id: string }) => cell.id === id).source.join("");
  /** What Python reads between the quotes of json.loads("…"): JSON's strings are Python's. */
  const loaded = (source: string) =>
    JSON.parse(JSON.parse(/json\.loads\(("(?:[^"\\]|\\.)*")\)/.exec(source)?.[1] as string));

  test("is nbformat 4.5: unique ids, sources in lines, code without outputs", () => {
    expect([book.nbformat, book.nbformat_minor]).toEqual([4, 5]);
    const ids = book.cells.map(({ id }: { id: string }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id, cell_type, source, ...rest } of book.cells) {
      expect(id).toMatch(/^[a-zA-Z0-9-_]{1,64}$/);
      expect(source.slice(0, -1).every((line: string) => line.endsWith("\n"))).toBe(true);
      expect(rest).toEqual(
        cell_type === "code" ? { metadata: {}, execution_count: null, outputs: [] } : { metadata: {} },
      );
    }
  });

  test("it carries the release's JSON as it is exported, the table twin and the Vega-Lite drawing", () => {
    expect(loaded(sourceOf(book, "release"))).toEqual(JSON.parse(exportRelease(release, "json", floor)));
    const tables = loaded(sourceOf(book, "table"));
    expect(tables.flatMap((table: { rows: string[][] }) => table.rows.slice(1))).toEqual(rows);
    expect(loaded(sourceOf(book, "vega-lite"))).toEqual(JSON.parse(exportRelease(release, "vega-lite", floor)));
  });

  test("hostile names stay inside of strings, and say nothing in Markdown", () => {
    const bad = JSON.parse(exportRelease(attacked, "ipynb"));
    const code = (notebook: typeof book) =>
      ["release", "table", "figure", "vega-lite"].map((id) =>
        sourceOf(notebook, id).replaceAll(/"(?:[^"\\]|\\.)*"/g, '""'),
      );
    expect(code(bad)).toEqual(code(book));
    expect(sourceOf(bad, "about")).not.toMatch(/[<>[\]`]/);
  });
});

test("CSV and JSON are the estimates' own", () => {
  expect(exportRelease(attacked, "csv")).toContain(",'=1+1,count steps,");
  expect(JSON.parse(exportRelease(release, "json", floor)).cells).toHaveLength(10);
});
