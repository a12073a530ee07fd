// A plan as a table: a row a mechanism, the event's fields as columns, how often in "count", and in "sampling" the rate of a Poisson
// sample that it runs on. Cells that a mechanism has no use for stay empty.
import { utf8 } from "../../base/bytes.ts";
import { fail, isPacelineError } from "../../base/errors.ts";
import { compose, type Neighbouring, type PrivacyEvent, parsePrivacyEvent } from "../../privacy/index.ts";
import { findDialect } from "../../records/tables/text/dialect.ts";
import { Splitter } from "../../records/tables/text/split.ts";
import { numberOf } from "./number.ts";

const ROWS_MAX = 10_000;
/** Columns whose cells stay text: names, integers and fractions that are kept exact. */
const exact = new Set(["unit", "neighbouring", "scale", "sigmaSquared", "localVariance"]);
/** Columns of several numbers in one cell, apart by spaces. */
const lists = new Set(["stepCounts", "sensitivities", "probabilities"]);
/** Mechanisms of integers state what their bound is of; a table gives the bound. */
const norms: Readonly<Record<string, string>> = { "discrete-laplace": "l1", "discrete-gaussian": "l2-squared" };
const hint =
  "A table has a header such as mechanism,noiseMultiplier,count, and a row a mechanism. Events inside others, but for a sample, need JSON.";

/** @throws PacelineError invalid_message, invalid_argument, unsupported, with the line that is wrong */
export function eventOfTable(text: string, neighbouring: Neighbouring, name: string): PrivacyEvent {
  const bytes = utf8(text);
  const { dialect, skip } = findDialect(bytes);
  let header: readonly string[] | undefined;
  const parts: { readonly event: PrivacyEvent; readonly count: bigint }[] = [];
  const splitter = new Splitter(
    name,
    dialect,
    (record) => {
      const cells = record.texts();
      if (header === undefined) header = headerOf(cells, name);
      else if (parts.length === ROWS_MAX) fail("invalid_argument", `${name}: a plan has at most ${ROWS_MAX} rows`);
      else parts.push(rowOf(header, cells, neighbouring, `${name}:${record.line}`));
      return undefined;
    },
    1 + skip.lines,
  );
  splitter.push(bytes.subarray(skip.bytes));
  splitter.end();
  if (parts.length === 0) fail("invalid_message", `${name}: the table has no row`, { hint });
  return compose(neighbouring, parts) as PrivacyEvent;
}

function headerOf(cells: readonly string[], name: string): readonly string[] {
  const names = cells.map((cell) => cell.replace(/^\ufeff/, ""));
  if (!names.includes("mechanism"))
    fail("invalid_message", `${name}: the first row names no column "mechanism"`, { hint });
  const twice = names.find((each, at) => each === "" || names.indexOf(each) !== at);
  if (twice !== undefined)
    fail("invalid_message", `${name}: the column ${JSON.stringify(twice)} is named twice, or not at all`, { hint });
  return names;
}

function rowOf(header: readonly string[], cells: readonly string[], neighbouring: Neighbouring, place: string) {
  if (cells.length > header.length)
    fail("invalid_message", `${place}: ${cells.length} cells under ${header.length} columns`);
  const filled = new Map(header.flatMap((name, at) => (cells[at] ? [[name, cells[at]] as const] : [])));
  try {
    const [count, sampling] = [filled.get("count") ?? "1", filled.get("sampling")];
    if (!/^[1-9]\d{0,9}$/.test(count)) fail("invalid_argument", `count must be a whole number from 1, not ${count}`);
    const event = eventOf(filled, neighbouring);
    const sampled =
      sampling === undefined
        ? event
        : { mechanism: "poisson-sampled", probability: numberOf(sampling, "sampling"), event };
    return { event: parsePrivacyEvent(sampled, neighbouring), count: BigInt(count) };
  } catch (error) {
    if (!isPacelineError(error)) throw error;
    return fail(error.code, `${place}: ${error.message}`, { hint: error.hint ?? hint });
  }
}

function eventOf(filled: ReadonlyMap<string, string>, neighbouring: Neighbouring): object {
  const mechanism = filled.get("mechanism") ?? "";
  const norm = Object.hasOwn(norms, mechanism) ? norms[mechanism] : undefined;
  const fields: Record<string, unknown> = norm === undefined ? {} : { unit: "member", neighbouring };
  for (const [name, text] of filled) {
    if (name === "count" || name === "sampling") continue;
    if (name === "mechanism" || exact.has(name)) fields[name] = text;
    else if (name === "sensitivity" && norm !== undefined) fields[name] = { norm, bound: text };
    else if (lists.has(name)) fields[name] = text.split(/\s+/).map((each) => numberOf(each, name));
    else fields[name] = name === "shape" && text === "poisson" ? text : numberOf(text, name);
  }
  return fields;
}
