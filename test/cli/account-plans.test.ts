// paceline account: plans as tables, and the trade-off curve.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inProcess } from "./spawned.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "paceline-plans-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, text: string) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const asked = ["--delta", "1e-6", "--json"];
const account = async (...args: readonly string[]) => JSON.parse((await inProcess(["account", ...args])).out);

describe("a plan as a table", () => {
  const parts = [
    { count: "52", event: { mechanism: "gaussian", noiseMultiplier: 20 } },
    {
      count: "100",
      event: { mechanism: "poisson-sampled", probability: 0.01, event: { mechanism: "gaussian", noiseMultiplier: 1 } },
    },
    { count: "3", event: { mechanism: "laplace", noiseMultiplier: 8 } },
  ];
  const json = JSON.stringify({ mechanism: "composed", parts });
  const rows = ["mechanism,noiseMultiplier,sampling,count", "gaussian,20,,52", "gaussian,1,0.01,100", "laplace,8,,3"];

  test.each([
    ["commas", rows.join("\n")],
    ["tabs, CRLF and a final line end", `${rows.join("\r\n").replaceAll(",", "\t")}\r\n`],
    ["semicolons, blanks and a byte order mark", `\ufeff${rows.join(" \n").replaceAll(",", " ; ")}`],
    [
      "quotes, another order of columns",
      'count,mechanism,sampling,noiseMultiplier\n"52",gaussian,,20\n100,"gaussian",0.01,1\n3,laplace,,8\n',
    ],
  ])("with %s is the same plan as JSON", async (_, text) => {
    expect(await account(file("plan.csv", text), ...asked)).toEqual(await account(json, ...asked));
  });

  test("integers stay exact, guarantees and lists have columns too", async () => {
    const text =
      "mechanism\tsensitivity\tscale\tstepCounts\tnoiseMultiplier\trho\ndiscrete-laplace\t3\t15/2\t\t\t\ntree-aggregation\t\t\t8 4\t6\t\nzcdp\t\t\t\t\t0.01\n";
    const { event } = await account(file("plan.tsv", text), "--neighbouring", "zero-out", ...asked);
    expect(event.parts.map((part: { event: object }) => part.event)).toEqual([
      {
        mechanism: "discrete-laplace",
        unit: "member",
        neighbouring: "zero-out",
        sensitivity: { norm: "l1", bound: "3" },
        scale: "15/2",
      },
      { mechanism: "tree-aggregation", noiseMultiplier: 6, stepCounts: [8, 4] },
      { mechanism: "zcdp", rho: 0.01 },
    ]);
  });

  test.each([
    ["", "has no row"],
    ["mechanism,noiseMultiplier\n", "has no row"],
    ["noise,scale\n1,2\n", 'names no column "mechanism"'],
    ["mechanism,a,a\ngaussian,1,1\n", '"a" is named twice'],
    ["mechanism,noiseMultiplier\ngaussian,2\ngauss,2\n", "wrong.csv:3: the privacy event is none"],
    ["mechanism,noiseMultiplier\ngaussian,two\n", 'wrong.csv:2: noiseMultiplier must be a number, not "two"'],
    ["mechanism,noiseMultiplier\ngaussian,NaN\n", "wrong.csv:2: noiseMultiplier must be a number"],
    ["mechanism,noiseMultiplier\ngaussian,2,3\n", "3 cells under 2 columns"],
    ["mechanism,noiseMultiplier,count\ngaussian,2,0\n", "wrong.csv:2: count must be a whole number"],
    ["mechanism,noiseMultiplier,sampling\ngaussian,2,1.5\n", "wrong.csv:2:"],
    ["mechanism,noiseMultiplier,toString\ngaussian,2,1\n", "exactly the fields"],
    ['mechanism,noiseMultiplier\n"gaussian,2\n', "a quote is never closed"],
  ])("%j is refused with words", async (text, why) => {
    const { code, err } = await inProcess(["account", file("wrong.csv", text), ...asked]);
    expect(code).toBeGreaterThanOrEqual(64);
    expect(err).toContain(why);
  });
});

describe("the trade-off curve", () => {
  test("in words and a chart, alone or with one epsilon", async () => {
    const alone = await inProcess(["account", "--gaussian", "2", "--curve"]);
    expect(alone.code).toBe(0);
    // Φ(Φ⁻¹(0.05) + 1/2) = 0.1261
    expect(alone.out).toContain("Who takes 5 % of the absent for present finds at most 12.7 % of the present.");
    expect(alone.out).toContain("● this plan");
    expect(alone.out).toContain("bounded on both sides");
    const both = await inProcess(["account", "--gaussian", "2", "--delta", "1e-6", "--curve"]);
    expect(both.out).toContain("ε ≤ ");
    expect(both.out.endsWith(alone.out)).toBe(true);
  });

  test("as JSON with both bounds and what they were made from, and drawn", async () => {
    const svg = join(folder, "curve.svg");
    const { tradeOff, neighbouring } = await account("--laplace", "4", "--svg", svg, "--json");
    expect(neighbouring).toBe("add-or-remove-one");
    expect(tradeOff).toMatchObject({ tight: true });
    expect(tradeOff.profile).toHaveLength(41);
    for (const { alpha, lower, upper } of tradeOff.points) {
      expect(lower).toBeLessThanOrEqual(upper);
      expect(upper).toBeLessThanOrEqual(1 - alpha + 1e-12);
    }
    const drawing = readFileSync(svg, "utf8");
    expect(drawing).toContain("type II: the present that are missed");
    expect(drawing).toContain('class="band series-1"');
    expect(drawing).not.toContain("NaN");
  });

  test("a curve does not excuse two questions", async () => {
    const { err } = await inProcess(["account", "--laplace", "4", "--curve", "--delta", "0", "--epsilon", "1"]);
    expect(err).toContain("either --delta");
  });
});
