// Any figures as a notebook: Python runs its cells, and what they print is the tables.
import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { curveFigure } from "../../src/figures/curves.ts";
import type { Figure } from "../../src/figures/figure.ts";
import { figuresNotebook } from "../../src/figures/figure-notebook.ts";
import { figureHtml } from "../../src/figures/html.ts";
import { budgetFigure } from "../../src/figures/rows.ts";
import { textTable } from "../../src/figures/table.ts";
import { figureText } from "../../src/figures/terminal.ts";
import { vegaLite } from "../../src/figures/vega-lite.ts";

const curves = curveFigure(
  {
    ...{ id: "curves", title: "Error, in $", each: "Members", band: "Lowest to highest" },
    x: { title: "ε", scale: "log" },
    y: { title: "Error", scale: "linear" },
  },
  [
    { name: "100", points: [1, 2, 4].map((x) => ({ x, y: 1 / x, low: 0.5 / x, high: 2 / x })) },
    { name: 'a "name"\n', points: [1, 2].map((x) => ({ x, y: Number.NaN })) },
  ],
);
const strips = budgetFigure("budget", "Budget", [
  { epoch: "2026-W10", cap: 2, spent: 1 },
  { epoch: "2026-W11", cap: 2, spent: 0 },
]);
const grid: Figure = {
  ...{ id: "grid", title: "Two pictures", words: "Dark and light.", caption: "Shades" },
  rows: [
    { picture: "own", row: "Monday", a: 0, b: 1 },
    { picture: "guess", row: "Monday", a: Number.POSITIVE_INFINITY, b: null },
  ],
  columns: ["picture", "row", "a", "b"].map((field) => ({
    title: field,
    fields: [field] as const,
    format: field.length > 1 ? { kind: "words" } : { kind: "number", decimals: 0 },
  })),
  chart: { kind: "grid", panel: "picture", label: "row", fields: ["a", "b"], title: "steps", low: 0, high: 2 },
};
const figures = [curves, strips, grid];

const python = (program: string) => spawnSync("python3", ["-"], { input: program, encoding: "utf8", timeout: 60_000 });

test("Python runs the notebook, and prints the tables", () => {
  if (python("").status !== 0) {
    process.stderr.write("figures: no python3 here, the notebook is not run\n");
    return;
  }
  const book = JSON.parse(figuresNotebook({ title: "Any", about: ["About *it*."], figures }));
  const sources = new Map<string, string>(
    book.cells.map(({ id, source }: { id: string; source: string[] }) => [id, source.join("")]),
  );
  expect(sources.get("about")).not.toContain("*it*");
  const tables = python([sources.get("figures"), sources.get("table")].join("\n"));
  expect(tables.stderr).toBe("");
  for (const { caption } of figures) expect(tables.stdout).toContain(caption);
  expect(tables.stdout).toMatch(/^2026-W10 .*1/m);
  const drawing = [sources.get("figures"), sources.get("drawings")].join("\n");
  const drawn = python(`import matplotlib\nmatplotlib.use("agg")\n${drawing}\n`);
  if (drawn.stderr.includes("No module named 'matplotlib'")) {
    // Then at least all of it is Python.
    expect(python(`compile(${JSON.stringify(drawing)}, "drawings", "exec")`).stderr).toBe("");
  } else expect([drawn.status, drawn.stderr]).toEqual([0, ""]);
});

test("pictures are in every output: shades, lines of characters, cells", () => {
  const page = figureHtml(grid).markup;
  // A cell of the least shade is the ground's.
  expect(page.match(/class="fill" [^>]*fill-opacity="(0.5|1)"/g)).toHaveLength(2);
  expect(figureText(grid, 80)).toContain(["own", "  ·▒", "  guess", "  █·"].join("\n"));
  expect(textTable(grid)).toContain("guess");
  expect(JSON.stringify(vegaLite("Any", [grid]))).toContain('"fold":["a","b"]');
});

const named = (name: string) => {
  const words = { id: "a", title: `Curves of ${name}`, each: "Seen" } as const;
  const figure = curveFigure({ ...words, x: { title: "x", scale: "log" }, y: { title: "y", scale: "linear" } }, [
    { name, points: [1, 10].map((x) => ({ x, y: x * x })) },
    { name: "none", points: [{ x: 1, y: Number.NaN }] },
  ]);
  const json = JSON.stringify({ name, value: 3 });
  return JSON.parse(figuresNotebook({ title: name, about: [`About ${name}.`], json, figures: [figure] }));
};
const sourceOf = (book: ReturnType<typeof named>, id: string): string =>
  book.cells.find((cell: { id: string }) => cell.id === id).source.join("");
const loaded = (source: string) =>
  JSON.parse(JSON.parse(/json\.loads\(("(?:[^"\\]|\\.)*")\)/.exec(source)?.[1] as string));

test("carries the result, the tables and the points of every curve; what is no number is none", () => {
  const book = named("plain");
  expect([book.nbformat, book.nbformat_minor]).toEqual([4, 5]);
  expect(loaded(sourceOf(book, "result"))).toEqual({ name: "plain", value: 3 });
  expect(loaded(sourceOf(book, "table"))[0].rows).toHaveLength(4);
  const [figure] = loaded(sourceOf(book, "figures"));
  expect(figure.rows.map(({ y }: { y: number | null }) => y)).toEqual([1, 100, null]);
});

test("hostile names stay inside of strings, and say nothing in Markdown", () => {
  const hostile = named('"); import os # <b>[x](y)`$');
  const code = (book: ReturnType<typeof named>) =>
    ["figures", "result", "table", "drawings", "vega-lite"].map((id) =>
      sourceOf(book, id).replaceAll(/"(?:[^"\\]|\\.)*"/g, '""'),
    );
  expect(code(hostile)).toEqual(code(named("plain")));
  expect(sourceOf(hostile, "about")).not.toMatch(/[<>[\]`]/);
});
