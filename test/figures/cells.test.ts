// Cells as panels: what stands together, what is on one axis, and what is not shown.
import { expect, test } from "vitest";
import { cellFigures } from "../../src/figures/cells.ts";
import type { Figure, Strips } from "../../src/figures/figure.ts";
import { svgOf } from "../../src/figures/svg.ts";
import { tableRows, tableTwin } from "../../src/figures/table.ts";
import { figureText } from "../../src/figures/terminal.ts";
import { cell, meaning } from "./given.ts";

const axisOf = ({ chart }: Figure) => (chart as Strips).axis;

test("groups are rows, one figure a statistic, in one unit on one axis", () => {
  const cells = [cell("18-24", 61), cell("18-24", 70), cell("25-34", 62), cell("25-34", 74)];
  const [mean, p75] = [meaning("Average"), meaning("Three quarters lie below")];
  const figures = cellFigures("r", cells, [mean, p75, mean, p75]);
  expect(figures.map(({ id, caption }) => [id, caption])).toEqual([
    ["r-1", "Average, in beats per minute"],
    ["r-2", "Three quarters lie below, in beats per minute"],
  ]);
  expect(figures.map(axisOf)).toEqual([axisOf(figures[0] as Figure), axisOf(figures[0] as Figure)]);
  expect(axisOf(figures[0] as Figure)).toMatchObject({ low: 59, high: 76 });
  expect(tableRows(figures[0] as Figure)).toEqual([
    ["18–24", "61.0", "59.0–63.0", "59.5–62.5", "0.8"],
    ["25–34", "62.0", "60.0–64.0", "60.5–63.5", "0.8"],
  ]);
});

test("one group: statistics are rows; other units and lists are figures of their own, counts last", () => {
  const count = meaning("Members counted", { kind: "count", unit: "members" });
  const bin = (title: string) => ({ ...count, title, list: "Members by steps" });
  const figures = cellFigures(
    "r",
    [cell(null, 900), cell(null, 61), cell(null, 64), cell(null, 0.5, 0.01, 0.02), cell(null, 30), cell(null, 40)],
    [
      count,
      meaning("Median"),
      meaning("Average"),
      meaning("Share", { kind: "share", unit: "%" }),
      bin("0 to 10"),
      bin("10 to 20"),
    ],
  );
  expect(figures.map(({ title, rows }) => [title, rows.map(({ label }) => label)])).toEqual([
    ["All members", ["Median", "Average"]],
    ["Share", ["All members"]],
    ["Members counted", ["All members"]],
    ["Members by steps", ["0 to 10", "10 to 20"]],
  ]);
  expect(tableRows(figures[1] as Figure)[0]?.[1]).toBe("50.0");
  expect(axisOf(figures[3] as Figure).low).toBe(0);
});

test("a suppressed cell keeps its name and its reason, and no number of it is drawn, said or in the table", () => {
  const cells = [cell("a", 61), { ...cell("b", 4242), suppressed: "fewer than 20 contributors cannot be ruled out" }];
  const [figure] = cellFigures("r", cells, [meaning("Median"), meaning("Median")]) as [Figure];
  const shown = [svgOf(figure).markup, tableTwin(figure).markup, figureText(figure, 100), JSON.stringify(figure)];
  for (const each of shown) {
    expect(each).not.toMatch(/4,?24[0-4]/);
    expect(each).toMatch(/not shown|cannot be ruled out/);
  }
  expect(tableRows(figure)[1]).toEqual(["b", "–", "–", "–", "–", "fewer than 20 contributors cannot be ruled out"]);
  expect(svgOf(figure).markup.match(/class="dot"/g)).toHaveLength(1);
});

test("a caution is said to those who hear the figure, and stands in the table", () => {
  const [figure] = cellFigures("r", [{ ...cell(null, 61), caution: "large noise" }], [meaning("Median")]) as [Figure];
  expect(figure.words).toBe(
    "Estimates with 95 % intervals in beats per minute. All members: 61.0, between 59.0–63.0, large noise.",
  );
  expect(tableRows(figure)[0]?.at(-1)).toBe("large noise");
});
