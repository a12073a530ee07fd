import { describe, expect, test } from "vitest";
import { cellsOf } from "../../src/estimate/answers.ts";
import type { Cell } from "../../src/estimate/cell.ts";
import type { Comparison } from "../../src/estimate/compare.ts";
import { cellsToCsv, cellsToJson } from "../../src/estimate/exports.ts";
import { releaseWith } from "./releases.ts";

const cells = cellsOf(releaseWith({ edges: [0, 10, 20, 30], groups: ["18-24", "65+"] }, [100, 200, 100, 2, -1, 1]), {
  floor: 20,
});
const named = (group: string): Cell => ({ ...(cells[0] as Cell), group, key: `${group}/count` });
const rowsOf = (csv: string) => csv.trimEnd().split("\r\n");

describe("CSV", () => {
  test("comparisons follow the cells, with their p-values; what is hidden keeps its reason", () => {
    const difference = { ...(cells[0] as Cell).estimate, estimate: -3, interval95: [-5, -1] as const };
    const one: Comparison = {
      ...{ key: "a vs b/mean rhr", kind: "groups", statistic: "mean rhr", between: ["a", "b"] },
      ...{ difference, p: 0.0123, adjusted: 0.0246 },
    };
    const hidden: Comparison = { ...one, difference: null, p: null, adjusted: null, suppressed: "too few" };
    const table: Comparison = {
      ...{ key: "site/distribution of rhr", kind: "table", statistic: "distribution of rhr", between: null },
      ...{ difference: null, p: 0.5, adjusted: 0.5 },
    };
    expect(rowsOf(cellsToCsv([], [one, hidden, table])).slice(1)).toEqual([
      "a vs b/mean rhr,a vs b,difference of mean rhr,-3,-5,-1,393,407,3.32387,0,false,,0.0123,0.0246",
      "a vs b/mean rhr,a vs b,difference of mean rhr,,,,,,,,,suppressed: too few,,",
      "site/distribution of rhr,,test of distribution of rhr,,,,,,,,,,0.5,0.5",
    ]);
  });

  test("a header and a row per cell, numbers as numbers", () => {
    const rows = rowsOf(cellsToCsv(cells));
    expect(rows).toHaveLength(11);
    expect(rows[0]).toBe(
      "key,group,statistic,estimate,low95,high95,privacy_low95,privacy_high95,privacy_noise_sd,sampling_sd,uninformative,note,p,p_adjusted",
    );
    expect(rows[1]).toBe("18-24/count steps,18-24,count steps,400,393,407,393,407,3.32387,0,false,,,");
  });

  test("a suppressed cell has its reason and no numbers", () => {
    const row = rowsOf(cellsToCsv(cells)).find((line) => line.startsWith("65+/mean"));
    expect(row).toBe(
      "65+/mean steps,65+,mean steps,,,,,,,,,suppressed: fewer than 20 contributors cannot be ruled out,,",
    );
  });

  test("negative numbers stay numbers", () => {
    const [cell] = cells as [Cell];
    expect(cellsToCsv([{ ...cell, estimate: { ...cell.estimate, estimate: -3.5 } }])).toContain(",count steps,-3.5,");
  });

  test("commas, quotes and line ends are quoted", () => {
    expect(cellsToCsv([named('North, "main"')])).toContain('"North, ""main""/count","North, ""main""",count steps');
    expect(cellsToCsv([named("a\nb")])).toContain('"a\nb"');
  });

  test.each(["=1+1", "+cmd", "-2", "@SUM(A1)", "\tx", "\r=1"])("%j cannot run as a formula", (group) => {
    const row =
      cellsToCsv([named(group)])
        .trimEnd()
        .split("note,p,p_adjusted\r\n")[1] ?? "";
    expect(row).toMatch(/^"?'/);
    expect(row).not.toMatch(/(^|,)"?[=+\-@\t\r]/);
  });
});

describe("JSON", () => {
  const document = JSON.parse(cellsToJson(cells));

  test("says what the numbers are about and keeps full precision", () => {
    expect(document).toMatchObject({ version: 1, estimand: expect.stringContaining("clipped and bucketed") });
    expect(document.cells[1]).toEqual(JSON.parse(JSON.stringify(cells[1])));
  });

  test("a suppressed cell has its reason and no numbers", () => {
    const cell = document.cells.find(({ key }: Cell) => key === "65+/mean steps");
    expect(cell.suppressed).toContain("fewer than 20");
    expect(cell).not.toHaveProperty("estimate");
  });
});
