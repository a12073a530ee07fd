// Two-tone intervals and curves as the terminal shows them.
import { describe, expect, test } from "vitest";
import { cellFigures } from "../../src/figures/cells.ts";
import { curveFigure } from "../../src/figures/curves.ts";
import type { Figure, StripMark } from "../../src/figures/figure.ts";
import { budgetFigure } from "../../src/figures/rows.ts";
import { barWidth, figureText, stripBar } from "../../src/figures/terminal.ts";
import { cell, meaning } from "./given.ts";

const marks: readonly StripMark[] = [
  { mark: "interval", from: "low", to: "high", tone: "soft", means: "" },
  { mark: "interval", from: "privacyLow", to: "privacyHigh", tone: "strong", means: "" },
  { mark: "dot", at: "estimate", means: "" },
];
const row = { estimate: 50, low: 20, high: 80, privacyLow: 40, privacyHigh: 60 };
const on = (low: number, high: number) => ({ axis: { title: "", scale: "linear", low, high } as const, marks });

test("privacy noise lies inside the whole interval, the estimate inside both", () => {
  expect(stripBar(row, on(0, 100), 11)).toBe("··▒▒█●█▒▒··");
});

test("an interval beyond the axis is cut at its ends, an open one reaches them, a missing one is not there", () => {
  expect(stripBar({ ...row, low: -10, high: 300, privacyLow: -5, privacyHigh: 200 }, on(0, 100), 5)).toBe("██●██");
  const open = { ...row, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  expect(stripBar(open, on(0, 100), 11)).toBe("▒▒▒▒█●█▒▒▒▒");
  expect(stripBar({ estimate: null, low: null, high: null }, on(0, 100), 5)).toBe("·····");
});

test("the bar has the room that is there", () => {
  expect(barWidth(120, 60)).toBe(40);
  expect(barWidth(80, 60)).toBe(20);
  expect(barWidth(60, 60)).toBe(0);
  expect(stripBar(row, on(0, 100), 0)).toBe("");
});

test("a figure of cells: labels, readings, bars and the axis, as wide as the terminal at most", () => {
  const cells = [cell("18-24", 61), { ...cell("25-34", 66), truth: 66.2 }];
  const [figure] = cellFigures("r", cells, [meaning("Median"), meaning("Median")]) as [Figure];
  expect(figureText(figure, 80)).toBe(
    [
      "Median, in beats per minute",
      "  18–24  61.0 (59.0–63.0)  ▒▒█████●█████▒▒·················  no member, no truth",
      "  25–34  66.0 (64.0–68.0)  ·················▒▒█████●┃████▒▒  truth 66.2",
      "                           59.0                        68.0",
      "",
    ].join("\n"),
  );
  expect(figureText(figure, 40)).not.toMatch(/[█▒]/);
});

test("budgets are bars of their caps, empty ones too", () => {
  const text = figureText(
    budgetFigure("b", "Budget", [
      { epoch: "2026-W10", cap: 2, spent: 1 },
      { epoch: "2026-W11", cap: 2, spent: 0 },
    ]),
    50,
  );
  expect(text).toContain("2026-W10  1 of 2 ρ  ███████████████·············");
  expect(text).toContain("2026-W11  0 of 2 ρ  ············");
});

describe("curves", () => {
  const figure = curveFigure(
    { id: "c", title: "Error", x: { title: "ε", scale: "log" }, y: { title: "± bpm", scale: "log" }, each: "Members" },
    [35, 1000].map((n) => ({ name: `${n}`, points: [0.1, 1, 10].map((x) => ({ x, y: 1000 / (n * x) })) })),
  );

  test("each series has a sign, and falls from left to right", () => {
    const lines = figureText(figure, 60).split("\n");
    const at = (sign: string) =>
      lines.flatMap((line, down) =>
        line.includes(`┤`) ? Array.from(line.matchAll(new RegExp(sign, "g")), (m) => [m.index, down]) : [],
      );
    for (const sign of ["●", "▲"]) {
      const points = at(sign);
      expect(points).toHaveLength(3);
      expect(points.map(([x]) => x)).toEqual(
        points.map(([x]) => x as number).toSorted((a, b) => (a as number) - (b as number)),
      );
    }
    expect(lines.every((line) => Array.from(line).length <= 60)).toBe(true);
    expect(lines.slice(-3)).toEqual(["  ● 35", "  ▲ 1000", ""]);
  });
});
