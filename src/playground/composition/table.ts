// A plan as a table, as paceline account reads it: a row a step, its fields as columns. Beside the command's columns are a step's name,
// when it begins and how often it comes.
import { utf8 } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import { parseJson } from "../../base/json.ts";
import type { Neighbouring } from "../../privacy/index.ts";
import { findDialect } from "../../records/tables/text/dialect.ts";
import { Splitter } from "../../records/tables/text/split.ts";

const ROWS_MAX = 40;
/** Columns whose cells stay text: names, integers and fractions that are kept exact. */
const EXACT = new Set(["name", "mechanism", "unit", "neighbouring", "scale", "sigmaSquared", "localVariance"]);
/** Columns of several numbers in one cell, apart by spaces. */
const LISTS = new Set(["stepCounts", "sensitivities", "probabilities"]);
/** Mechanisms of integers state what their bound is of; a table gives the bound. */
const NORMS = new Map([
  ["discrete-laplace", "l1"],
  ["discrete-gaussian", "l2-squared"],
]);
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** @returns the same as JSON, for the plan's field @throws PacelineError invalid_data naming the line */
export function planOfTable(text: string, neighbouring: Neighbouring): string {
  const bytes = utf8(text);
  const { dialect, skip } = findDialect(bytes);
  let header: readonly string[] | undefined;
  const steps: Readonly<Record<string, unknown>>[] = [];
  const splitter = new Splitter(
    "the table",
    dialect,
    (record) => {
      const cells = record.texts();
      if (header === undefined) {
        header = cells.map((cell) => cell.replace(/^\ufeff/, "").trim());
        if (!header.includes("mechanism"))
          fail("invalid_data", 'the table\'s first row names no column "mechanism"', {
            hint: "Such as name,mechanism,noiseMultiplier,count,every,first.",
          });
        return undefined;
      }
      const names = header;
      if (cells.length > names.length)
        fail("invalid_data", `line ${record.line} has ${cells.length} cells under ${names.length} columns`);
      if (steps.length === ROWS_MAX) fail("invalid_data", `a plan here has at most ${ROWS_MAX} steps`);
      const filled = cells.flatMap((cell, at) => (cell.trim() === "" ? [] : [[names[at] ?? "", cell.trim()] as const]));
      steps.push(stepOf(filled, neighbouring));
      return undefined;
    },
    1 + skip.lines,
  );
  splitter.push(bytes.subarray(skip.bytes));
  splitter.end();
  if (steps.length === 0) fail("invalid_data", "the table has no row");
  return JSON.stringify(steps, null, 2);
}

function stepOf(filled: readonly (readonly [string, string])[], neighbouring: Neighbouring) {
  const norm = NORMS.get(filled.find(([name]) => name === "mechanism")?.[1] ?? "");
  const fields = filled.map(([name, cell]) => [
    name,
    name === "sensitivity" && norm !== undefined ? { norm, bound: cell } : readCell(name, cell),
  ]);
  return { ...Object.fromEntries(fields), ...(norm === undefined ? {} : { unit: "member", neighbouring }) };
}

function readCell(name: string, cell: string): unknown {
  if (name === "off") return cell === "true";
  if (LISTS.has(name)) return cell.split(/\s+/).map(Number);
  return EXACT.has(name) || !NUMBER.test(cell) ? cell : Number(cell);
}

/** @throws PacelineError unsupported for a step with an event inside */
export function tableOfPlan(text: string): string {
  const json = parseJson(text, "the plan", "invalid_data");
  const steps = (Array.isArray(json) ? json : [json]) as readonly Readonly<Record<string, unknown>>[];
  const names = [...new Set(["name", "mechanism", ...steps.flatMap((step) => Object.keys(step ?? {}))])];
  const cell = (value: unknown): string => {
    if (typeof value === "object" && value !== null)
      fail("unsupported", "a step with an event or a list inside is no row of a table", {
        hint: "Hand the plan on as JSON.",
      });
    const said = value === undefined || value === null ? "" : `${value as string | number | boolean}`;
    // What a spreadsheet would take for a formula is text; no field of a mechanism begins so.
    const safe = typeof value === "string" && /^[=+@\t\r]/.test(said) ? `'${said}` : said;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return `${[names, ...steps.map((step) => names.map((name) => step?.[name]))].map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}
