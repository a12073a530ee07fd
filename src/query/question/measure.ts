// Measures and conditions of a draft, completed: metrics resolved, spelling made one, public bounds filled in.
import { formatDay, parseDay } from "../../base/calendar.ts";
import { canonicalJson, type Json } from "../../base/canonical.ts";
import { closest } from "../../base/closest.ts";
import { fail } from "../../base/errors.ts";
import { compileFormula } from "../../task/compile.ts";
import { type Expression, formulaOf, metricsIn, rangeOf } from "../../task/expression.ts";
import { CONDITIONS_MAX } from "../../task/values.ts";
import type { Catalogue, CatalogueMetric } from "./catalogue.ts";
import type { DraftCondition, DraftMeasure } from "./draft.ts";
import { expand, namedFormula, ordered } from "./formula.ts";
import type { MeanCondition, Measure, Question } from "./schema.ts";

/** Beyond these, sums and squares of a value leave what JSON and doubles carry, and steps between bounds are none. */
const LARGEST = 1e12;
const NARROWEST = 1e-9;
/** Changes that are told apart where nobody says so: to either side, this share of the range of what changes. */
const CHANGE_SHARE = 1 / 4;

/** @throws PacelineError invalid_query with the nearest name */
export function metricOf(name: string, { metrics }: Catalogue): CatalogueMetric {
  const metric = metrics.get(name) ?? metrics.get(name.toLowerCase());
  if (metric !== undefined) return metric;
  const near = closest(name, metrics.keys());
  return fail("invalid_query", `there is no metric "${name}"${near === undefined ? "" : `; did you mean ${near}?`}`, {
    hint: `Metrics: ${[...metrics.keys()].join(", ")}.`,
  });
}

interface Mean {
  /** Canonical: a registry's name, or a formula. */
  readonly text: string;
  readonly per: "day" | "week";
  readonly range: readonly [low: number, high: number];
}

function meanOf(
  { formula, per }: { readonly formula: string | Expression; readonly per?: "day" | "week" | undefined },
  catalogue: Catalogue,
): Mean {
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
  return { text: named?.id ?? formulaOf(expression), per: chosen, range: [range.min * times, range.max * times] };
}

/**
 * @param window of the question; left out where only the measure itself is looked at
 * @throws PacelineError invalid_query
 */
export function measureOf(draft: DraftMeasure, catalogue: Catalogue, window?: Question["window"]): Measure {
  const { text, per, range } = meanOf(draft, catalogue);
  const { since } = draft;
  const width = range[1] - range[0];
  const [least, most] = since === undefined ? range : [-width, width];
  const [low, high] = draft.clip ?? (since === undefined ? range : [-width * CHANGE_SHARE, width * CHANGE_SHARE]);
  const what = since === undefined ? text : `the change of ${text}`;
  if (!(low < high)) fail("invalid_query", `${what}: nothing lies between ${low} and ${high}`);
  if (low < least || high > most)
    fail("invalid_query", `${what}: ${low} to ${high} leaves its public range, ${least} to ${most} a ${per}`);
  const magnitude = Math.max(-low, high);
  if (magnitude > LARGEST || high - low < NARROWEST * Math.max(1, magnitude))
    fail("invalid_query", `${what}: no statistic is made of a range from ${low} to ${high}`, {
      hint: `Values reach ±${LARGEST} at most, and ranges are no narrower than ${NARROWEST} of the value: ask in another unit.`,
    });
  const measure: Measure = { formula: text, per, clip: [low, high] };
  return since === undefined ? measure : { ...measure, since: sinceOf(since, window) };
}

function sinceOf(since: string, window: Question["window"] | undefined): string {
  if (since !== "half") parseDay(since);
  if (window === undefined) return since;
  const end = parseDay(window.end) + 1;
  if (since === "half") {
    if (window.days % 2 !== 0)
      fail("invalid_query", `a window of ${window.days} days has no halves to compare`, {
        hint: "Ask about an even number of weeks, or name the day: CHANGE(metric SINCE '2026-10-05').",
      });
    return formatDay(end - window.days / 2);
  }
  const start = end - window.days;
  const day = parseDay(since);
  if (!(day > start && day < end))
    fail("invalid_query", `${since} divides no window of ${formatDay(start)} to ${window.end}`, {
      hint: "A change needs days of the window before that day, and days from it on.",
    });
  return since;
}

/** Sorted, each once. @throws PacelineError invalid_query */
export function conditionsOf(drafts: readonly DraftCondition[], catalogue: Catalogue): MeanCondition[] {
  const all = drafts.map((draft): MeanCondition => {
    const { text, per, range } = meanOf(draft, catalogue);
    const { op, value } = draft;
    if (!(value > range[0] && value < range[1]))
      fail("invalid_query", `${text} ${op} ${value} holds for all or for none: its range is ${range.join(" to ")}`);
    return { formula: text, per, op, value };
  });
  const once = new Map(all.map((one) => [canonicalJson(one as unknown as Json), one]));
  if (once.size > CONDITIONS_MAX) fail("invalid_query", `at most ${CONDITIONS_MAX} conditions stand together`);
  return [...once].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}
