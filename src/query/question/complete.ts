// From a draft to the canonical question: names resolved, defaults filled in, order and spelling made one. Two drafts that
// mean the same become the same document, so that asking twice costs once.

import { formatDay, parseDay, weekday } from "../../base/calendar.ts";
import { canonicalJson, type Json } from "../../base/canonical.ts";
import { closest } from "../../base/closest.ts";
import { fail } from "../../base/errors.ts";
import { safeParse } from "../../base/schema.ts";
import { compileFormula } from "../../task/compile.ts";
import { formulaOf, metricsIn, rangeOf } from "../../task/expression.ts";
import type { Catalogue, CatalogueMetric } from "./catalogue.ts";
import type { Draft, DraftDefaults, DraftKey, DraftMeasure, DraftSelect, DraftWindow } from "./draft.ts";
import { niceEdges } from "./edges.ts";
import { expand, namedFormula, ordered } from "./formula.ts";
import { type Measure, type Question, questionSchema, type Select } from "./schema.ts";

const BINS = 15;

/** @throws PacelineError invalid_query saying what is wrong and what there is instead */
export function completeDraft(draft: Draft, catalogue: Catalogue, defaults: DraftDefaults): Question {
  const { where, groupBy } = keysOf(draft, catalogue);
  const window = completeWindow(draft.window ?? { weeks: 4 }, defaults.today);
  const question: Question = {
    version: 2,
    select: unique(draft.select.map((one) => completeSelect(one, catalogue))),
    where,
    groupBy,
    window,
    daysMin: draft.daysMin ?? Math.max(1, Math.floor(window.days / 4)),
    purpose: draft.purpose ?? defaults.purpose,
    privacy: privacyOf(draft.privacy ?? defaults.privacy),
    minCohort: draft.minCohort ?? defaults.minCohort,
  };
  if (question.daysMin > window.days)
    fail("invalid_query", `daysMin ${question.daysMin} is more than the window's ${window.days} days`);
  const parsed = safeParse(questionSchema, question);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  return fail("invalid_query", `the question's ${issue?.path.join(".") || "shape"} is wrong: ${issue?.message ?? ""}`);
}

/** Beyond these, sums and squares of a value leave what JSON and doubles carry, and steps between bounds are none. */
const LARGEST = 1e12;
const NARROWEST = 1e-9;

/** @throws PacelineError invalid_query with the nearest name */
export function metricOf(name: string, { metrics }: Catalogue): CatalogueMetric {
  const metric = metrics.get(name) ?? metrics.get(name.toLowerCase());
  if (metric !== undefined) return metric;
  const near = closest(name, metrics.keys());
  return fail("invalid_query", `there is no metric "${name}"${near === undefined ? "" : `; did you mean ${near}?`}`, {
    hint: `Metrics: ${[...metrics.keys()].join(", ")}.`,
  });
}

/** @param name in any case, with or without underscores: age_band is ageBand */
export function attributeOf(name: string, { attributes }: Catalogue) {
  const plain = (text: string) => text.toLowerCase().replaceAll("_", "");
  for (const attribute of attributes.values()) if (plain(attribute.id) === plain(name)) return attribute;
  const near = closest(name, attributes.keys());
  return fail(
    "invalid_query",
    `there is no attribute "${name}"${near === undefined ? "" : `; did you mean ${near}?`}`,
    {
      hint: `Attributes: ${[...attributes.keys()].join(", ")}.`,
    },
  );
}

function measureOf({ formula, per, clip }: DraftMeasure, catalogue: Catalogue): Measure {
  const tree = typeof formula === "string" ? compileFormula(formula) : formula;
  const known = metricsIn(tree).map((name) => metricOf(name, catalogue));
  // "mvpa" stays a name, and its formula is called so; inside another formula it is what it stands for.
  const whole = "metric" in tree ? undefined : ordered(expand(tree, catalogue));
  const named = whole === undefined ? known[0] : namedFormula(whole, catalogue);
  const expression = named?.expression ?? whole ?? tree;
  const range = named?.range ?? rangeOf(expression, catalogue.registry.bounds);
  const usual = known.length > 0 && known.every((metric) => metric.per === "week") ? "week" : "day";
  const chosen = per ?? usual;
  const level =
    chosen === "week"
      ? metricsIn(expression)
          .map(catalogue.registry.metric)
          .find((metric) => metric?.rule !== "sum")
      : undefined;
  if (level !== undefined) fail("invalid_query", `${level.title} is no total of a day, and has none of a week`);
  const times = chosen === "week" ? 7 : 1;
  const [low, high] = clip ?? [range.min * times, range.max * times];
  const text = named?.id ?? formulaOf(expression);
  if (!(low < high)) fail("invalid_query", `${text}: nothing lies between ${low} and ${high}`);
  if (low < range.min * times || high > range.max * times)
    fail(
      "invalid_query",
      `${text}: ${low} to ${high} leaves its public range, ${range.min * times} to ${range.max * times} a ${chosen}`,
    );
  const magnitude = Math.max(-low, high);
  if (magnitude > LARGEST || high - low < NARROWEST * Math.max(1, magnitude))
    fail("invalid_query", `${text}: no statistic is made of a range from ${low} to ${high}`, {
      hint: `Values reach ±${LARGEST} at most, and ranges are no narrower than ${NARROWEST} of the value: ask in another unit.`,
    });
  return { formula: text, per: chosen, clip: [low, high] };
}

/** @throws PacelineError invalid_query */
export function completeSelect(draft: DraftSelect, catalogue: Catalogue): Select {
  switch (draft.statistic) {
    case "count":
      return draft;
    case "mean":
    case "sum":
    case "stddev":
      return { statistic: draft.statistic, of: measureOf(draft.of, catalogue) };
    case "histogram": {
      const of = measureOf(draft.of, catalogue);
      const edges = [...(draft.edges ?? niceEdges(of.clip[0], of.clip[1], draft.bins ?? BINS))];
      const wider = { ...of, clip: [edges[0] as number, edges.at(-1) as number] as [number, number] };
      return { statistic: "histogram", of: measureOf(wider, catalogue), edges };
    }
    case "quantile": {
      const levels = [...new Set(draft.levels)].sort((a, b) => a - b);
      for (const level of levels)
        if (!(level > 0 && level < 1))
          fail("invalid_query", `a quantile's level lies between 0 and 1, not at ${level}`);
      return { statistic: "quantile", of: measureOf(draft.of, catalogue), levels };
    }
    case "share": {
      const of = measureOf(draft.of, catalogue);
      if (!(draft.atLeast > of.clip[0] && draft.atLeast < of.clip[1]))
        fail(
          "invalid_query",
          `${of.formula} >= ${draft.atLeast} holds for all or for none: its range is ${of.clip.join(" to ")}`,
        );
      return { statistic: "share", of, atLeast: draft.atLeast };
    }
    case "top": {
      const attribute = attributeOf(draft.attribute, catalogue);
      const values = listOf(draft, attribute.id, attribute.values);
      return {
        statistic: "top",
        attribute: attribute.id,
        values: [...values],
        limit: Math.min(draft.limit ?? values.length, values.length),
      };
    }
    case "correlation":
    case "slope":
      return { statistic: draft.statistic, x: measureOf(draft.x, catalogue), y: measureOf(draft.y, catalogue) };
  }
}

/** Values of a key that the registry knows, in its order. */
function listOf({ values }: Pick<DraftKey, "values">, id: string, known: readonly string[]): readonly string[] {
  if (known.length === 0) fail("invalid_query", `the operator has set no public values for ${id}`);
  if (values === undefined) return known;
  if (values.length === 0) fail("invalid_query", `${id}: name at least one value`);
  for (const value of values)
    if (!known.includes(value)) {
      const near = closest(value, known);
      fail("invalid_query", `${id} has no value "${value}"${near === undefined ? "" : `; did you mean "${near}"?`}`, {
        hint: `Its values are ${known.map((each) => `"${each}"`).join(", ")}.`,
      });
    }
  return known.filter((value) => values.includes(value));
}

/** A filter on a key narrows the key; every other filter stays. Keys and filters are sorted by name. */
function keysOf(draft: Draft, catalogue: Catalogue): Pick<Question, "where" | "groupBy"> {
  const where = new Map<string, readonly string[]>();
  for (const filter of draft.where ?? []) {
    const attribute = attributeOf(filter.attribute, catalogue);
    const values = listOf(filter, attribute.id, attribute.values);
    const before = where.get(attribute.id);
    const both = before === undefined ? values : before.filter((value) => values.includes(value));
    if (both.length === 0) fail("invalid_query", `no value of ${attribute.id} passes all conditions on it`);
    where.set(attribute.id, both);
  }
  const groupBy = new Map<string, readonly string[]>();
  for (const key of draft.groupBy ?? []) {
    const attribute = attributeOf(key.attribute, catalogue);
    if (groupBy.has(attribute.id)) fail("invalid_query", `${attribute.id} is named twice in GROUP BY`);
    const values = listOf(key, attribute.id, attribute.values);
    const filter = where.get(attribute.id);
    const both = filter === undefined ? values : values.filter((value) => filter.includes(value));
    if (both.length === 0) fail("invalid_query", `no value of ${attribute.id} passes all conditions on it`);
    groupBy.set(attribute.id, both);
    where.delete(attribute.id);
  }
  // A filter that lets every value pass still asks for one: members without the attribute are left out.
  const sorted = (map: ReadonlyMap<string, readonly string[]>) =>
    [...map].sort(([a], [b]) => (a < b ? -1 : 1)).map(([attribute, values]) => ({ attribute, values: [...values] }));
  return { where: sorted(where), groupBy: sorted(groupBy) };
}

/** @returns the last day and the number of days @throws PacelineError invalid_query */
export function completeWindow(window: DraftWindow, today: number): Question["window"] {
  if ("start" in window) {
    const [start, end] = [parseDay(window.start), parseDay(window.end)];
    if (end < start) fail("invalid_query", `the window ends on ${window.end}, before it starts on ${window.start}`);
    return { end: formatDay(end), days: end - start + 1 };
  }
  const count = "weeks" in window ? window.weeks * 7 : window.days;
  if (!Number.isSafeInteger(count) || count < 1 || count > 366)
    fail("invalid_query", `a window holds 1 to 366 days, not ${count}`);
  // weekday() is 1 on Mondays and 7 on Sundays: the last Sunday before today.
  const last = "weeks" in window ? today - weekday(today) : today - 1;
  const end = window.end === undefined ? last : parseDay(window.end);
  return { end: formatDay(end), days: count };
}

/** "0.50" is "0.5", "1.0" is "1". */
function privacyOf(privacy: Question["privacy"]): Question["privacy"] {
  const plain = (text: string) => {
    if (!/^[0-9]{1,6}(\.[0-9]{1,9})?$/.test(text))
      fail("invalid_query", `"${text}" is no decimal from 0.000000001 to 999999`);
    const [whole = "", fraction = ""] = text.split(".");
    const digits = fraction.replace(/0+$/, "");
    const shown = `${BigInt(whole)}${digits === "" ? "" : `.${digits}`}`;
    if (shown === "0") fail("invalid_query", "a budget of 0 buys no answer");
    return shown;
  };
  return "epsilon" in privacy ? { epsilon: plain(privacy.epsilon) } : { rho: plain(privacy.rho) };
}

/** Sorted by their canonical form, each once. */
function unique(select: readonly Select[]): Select[] {
  const byText = new Map(select.map((one) => [canonicalJson(one as unknown as Json), one]));
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}
