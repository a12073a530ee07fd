// Whatever an estimate is: every output of a figure is whole, and shows the numbers of its table twin.
import fc from "fast-check";
import { expect, test } from "vitest";
import { cellFigures } from "../../src/figures/cells.ts";
import { curveFigure } from "../../src/figures/curves.ts";
import { svgDocument } from "../../src/figures/document-svg.ts";
import { type Figure, textIn } from "../../src/figures/figure.ts";
import { figureHtml } from "../../src/figures/html.ts";
import { html } from "../../src/figures/markup.ts";
import { svgOf } from "../../src/figures/svg.ts";
import { tableRows, textTable } from "../../src/figures/table.ts";
import { figureText } from "../../src/figures/terminal.ts";
import { vegaLite } from "../../src/figures/vega-lite.ts";
import { anyCells, anyMeaning, anyText, cell, meaning } from "./given.ts";
import { openTags, textOf } from "./markup.ts";

/** Markup of a text as a page would have it. */
const markup = (text: string) => html`${text}`.markup;

function holdsTogether(figure: Figure): void {
  const inline = svgOf(figure).markup;
  const page = figureHtml(figure).markup;
  const file = svgDocument("Any", [figure]);
  const numbers = (svg: string) =>
    Array.from(svg.matchAll(/ (?:x|y|x1|x2|y1|y2|cx|cy|width|height|d)="([^"]*)"/g), ([, value]) => value as string);
  for (const svg of [inline, file]) for (const value of numbers(svg)) expect(value).toMatch(/^[MLZ\d.,%-]+$/);
  const attributes = new Set(openTags(page).flatMap((tag) => [...tag.attributes.keys()]));
  expect([...attributes].filter((name) => name === "style" || name.startsWith("on"))).toEqual([]);
  openTags(file.replace(/<style>.*?<\/style>/s, ""));
  // The drawing's readings are all there, and each of their numbers is in the table twin's row.
  const rows = tableRows(figure);
  figure.rows.forEach((row, at) => {
    if (figure.chart.kind !== "strips") return;
    const reading = textIn(row, figure.chart.reading);
    expect(inline).toContain(markup(reading));
    const table = (rows[at] as string[]).join(" | ");
    for (const [shown] of reading.matchAll(/[−\d][\d.,]*( × 10[⁻⁰¹²³⁴-⁹]+)?|−?∞/g)) expect(table).toContain(shown);
  });
  const text = `${figureText(figure, 80)}${textTable(figure)}`;
  expect(text.replaceAll("\n", "")).not.toMatch(/\p{Cc}|\p{Bidi_Control}/u);
  expect(text).not.toMatch(/NaN|undefined/);
  const values = JSON.stringify((vegaLite("Any", [figure]).data as { values: unknown }).values);
  expect(JSON.parse(values)).toHaveLength(figure.rows.length);
}

test("numbers that are next to each other", () => {
  const estimate = { estimate: 0, interval95: [0, 0], privacyInterval95: [-5e-324, 0], privacyNoiseSd: 0 } as const;
  for (const figure of cellFigures("any", [{ ...cell(null, 0), estimate, truth: 5e-324 }], [])) holdsTogether(figure);
});

test("figures of any cells, with any groups, infinite intervals and numbers that are none", () => {
  fc.assert(
    fc.property(anyCells, fc.array(anyMeaning, { maxLength: 12 }), (cells, meanings) => {
      for (const figure of cellFigures("any", cells, meanings)) holdsTogether(figure);
    }),
    { numRuns: 100 },
  );
});

test("curves of any points on any axes", () => {
  const point = fc.record({ x: fc.double(), y: fc.double() });
  const banded = fc.record({ x: fc.double(), y: fc.double(), low: fc.double(), high: fc.double() });
  const scale = fc.constantFrom("linear" as const, "log" as const);
  const curve = fc.record({ name: anyText, points: fc.array(fc.oneof(point, banded), { maxLength: 8 }) });
  fc.assert(
    fc.property(fc.array(curve, { maxLength: 8 }), scale, scale, (curves, x, y) => {
      const words = { id: "c", title: "Error", each: "Members", band: "spread" };
      holdsTogether(curveFigure({ ...words, x: { title: "ε", scale: x }, y: { title: "±", scale: y } }, curves));
    }),
    { numRuns: 100 },
  );
});

test("no cells are no figures; a figure without rows says so everywhere", () => {
  expect(cellFigures("none", [], [])).toEqual([]);
  const [figure] = cellFigures("one", [cell(null, 60)], [meaning("Median")]) as [Figure];
  const empty = { ...figure, rows: [] };
  expect(textOf(svgOf(empty).markup)).toContain("Nothing to show.");
  expect(figureText(empty, 80)).toContain("Nothing to show.");
});

test("400 cells are drawn in a moment, the rows under each other", () => {
  const cells = Array.from({ length: 400 }, (_, at) => cell(`group ${at}`, 60 + at / 100));
  const started = performance.now();
  const [figure] = cellFigures(
    "many",
    cells,
    cells.map(() => meaning("Median")),
  ) as [Figure];
  const svg = svgOf(figure).markup;
  expect(performance.now() - started).toBeLessThan(1000);
  expect(svg.match(/class="dot"/g)).toHaveLength(400);
  expect(svg).toContain(`height="${400 * 54 + 46}"`);
});
