import { expect, test } from "vitest";
import type { Comparison } from "../../src/estimate/compare.ts";
import { comparisonFigures, pInWords } from "../../src/figures/differences.ts";
import { svgDocument } from "../../src/figures/document-svg.ts";
import { tableRows } from "../../src/figures/table.ts";
import { figureText } from "../../src/figures/terminal.ts";
import { hostile } from "./given.ts";

const difference = {
  estimate: -0.12,
  interval95: [-0.2, -0.04],
  privacyInterval95: [-0.15, -0.09],
  privacyNoiseSd: 0.01,
  samplingSd: 0.03,
  uninformative: false,
} as const;
const groups: Comparison = {
  ...{ key: "18-24 vs 25-34/share", kind: "groups", statistic: "share", between: ["18-24", "25-34"] },
  ...{ difference, p: 0.0034, adjusted: 0.0102 },
};
const hidden: Comparison = { ...groups, difference: null, p: null, adjusted: null, suppressed: "fewer than 20" };
const table: Comparison = {
  ...{ key: "site/distribution of rhr", kind: "table", statistic: "distribution of rhr", between: null },
  ...{ difference: null, p: 1e-6, adjusted: 1e-6 },
};
const share = { kind: "share", unit: "% of members", title: "Share of members" } as const;

test("a strip a difference, in the unit of what differs, with 0 on the axis and p in words", () => {
  const [figure, tables] = comparisonFigures("x", [groups, hidden, table], () => share);
  expect(figure?.caption).toBe("Difference: Share of members, in percentage points");
  expect(tableRows(figure as never)).toEqual([
    ["18–24 − 25–34", "−12.0", "−20.0 to −4.0", "−15.0 to −9.0", "p = 0.0034 (adjusted 0.01)"],
    ["18–24 − 25–34", "–", "–", "–", "fewer than 20"],
  ]);
  expect(figure?.chart).toMatchObject({ axis: { low: -20, high: 0 } });
  expect(figure?.words).toContain("18–24 − 25–34: −12.0 (−20.0 to −4.0), p = 0.0034 (adjusted 0.01).");
  expect(tableRows(tables as never)).toEqual([["site/distribution of rhr", "p ≤ 0.000001"]]);
  expect(figureText(figure as never, 100)).toContain("not shown");
});

test("p-values below a thousandth are written out", () => {
  expect(pInWords({ p: 0.000123, adjusted: null })).toBe("p = 0.000123");
  expect(pInWords({ p: 1, adjusted: 1 })).toBe("p = 1");
});

test("whatever groups are called is inert", () => {
  const attacked = { ...groups, key: hostile, statistic: hostile, between: [hostile, "=1+1"] as const };
  const figures = comparisonFigures("x", [attacked, { ...table, key: hostile }], () => undefined);
  expect(svgDocument(hostile, figures)).not.toContain("<script>");
  for (const figure of figures) expect(figureText(figure, 80)).not.toContain("\u001b");
});
