// A simulation's notebook: its result as it was given, the tables that figures show, and code that no name gets out of.
import { expect, test } from "vitest";
import { curveFigure, figuresNotebook } from "../../src/figures/index.ts";

const of = (name: string) => {
  const words = { id: "a", title: `Curves of ${name}`, each: "Seen" } as const;
  const figure = curveFigure({ ...words, x: { title: "x", scale: "log" }, y: { title: "y", scale: "linear" } }, [
    { name, points: [1, 10].map((x) => ({ x, y: x * x })) },
    { name: "none", points: [{ x: 1, y: Number.NaN }] },
  ]);
  const json = JSON.stringify({ name, value: 3 });
  return JSON.parse(figuresNotebook({ title: name, about: [`About ${name}.`], json, figures: [figure] }));
};
const sourceOf = (book: ReturnType<typeof of>, id: string): string =>
  book.cells.find((cell: { id: string }) => cell.id === id).source.join("");
const loaded = (source: string) =>
  JSON.parse(JSON.parse(/json\.loads\(("(?:[^"\\]|\\.)*")\)/.exec(source)?.[1] as string));

test("carries the result, the tables and the points of every curve; what is no number is left out", () => {
  const book = of("plain");
  expect([book.nbformat, book.nbformat_minor]).toEqual([4, 5]);
  expect(loaded(sourceOf(book, "result"))).toEqual({ name: "plain", value: 3 });
  expect(loaded(sourceOf(book, "table"))[0].rows).toHaveLength(4);
  const [panel] = loaded(sourceOf(book, "figure"));
  expect(panel.series).toEqual([
    {
      name: "plain",
      points: [
        [1, 1],
        [10, 100],
      ],
    },
    { name: "none", points: [] },
  ]);
});

test("hostile names stay inside of strings, and say nothing in Markdown", () => {
  const hostile = of('"); import os # <b>[x](y)`$');
  const code = (book: ReturnType<typeof of>) =>
    ["result", "table", "figure", "vega-lite"].map((id) => sourceOf(book, id).replaceAll(/"(?:[^"\\]|\\.)*"/g, '""'));
  expect(code(hostile)).toEqual(code(of("plain")));
  expect(sourceOf(hostile, "about")).not.toMatch(/[<>[\]`]/);
});
