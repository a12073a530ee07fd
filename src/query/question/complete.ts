// From a draft to the canonical question: names resolved, defaults filled in, order and spelling made one. Two drafts that
// mean the same become the same document, so that asking twice costs once.

import { formatDay, parseDay, weekday } from "../../base/calendar.ts";
import { canonicalJson, type Json } from "../../base/canonical.ts";
import { closest } from "../../base/closest.ts";
import { fail } from "../../base/errors.ts";
import { safeParse } from "../../base/schema.ts";
import { PERIODS_MAX } from "../../task/values.ts";
import type { Catalogue } from "./catalogue.ts";
import type { Draft, DraftDefaults, DraftKey, DraftMeasure, DraftSelect, DraftWindow } from "./draft.ts";
import { niceEdges } from "./edges.ts";
import { conditionsOf, measureOf as measureIn } from "./measure.ts";
import { type Question, questionSchema, type Select } from "./schema.ts";

const BINS = 15;

/** @throws PacelineError invalid_query saying what is wrong and what there is instead */
export function completeDraft(draft: Draft, catalogue: Catalogue, defaults: DraftDefaults): Question {
  const { where, groupBy } = keysOf(draft, catalogue);
  const window = completeWindow(draft.window ?? { weeks: 4 }, defaults.today);
  const select = unique(draft.select.map((one) => completeSelect(one, catalogue, window)));
  const { every } = draft;
  if (every !== undefined) checkPeriods(every, window, select);
  const days = shortestSpan(select, window, every);
  const question: Question = {
    version: 2,
    select,
    where,
    ...(draft.thresholds === undefined || draft.thresholds.length === 0
      ? {}
      : { thresholds: conditionsOf(draft.thresholds, catalogue) }),
    groupBy,
    ...(every === undefined ? {} : { every }),
    window,
    daysMin: draft.daysMin ?? Math.max(1, Math.floor(days / 4)),
    purpose: draft.purpose ?? defaults.purpose,
    privacy: privacyOf(draft.privacy ?? defaults.privacy),
    minCohort: draft.minCohort ?? defaults.minCohort,
  };
  if (question.daysMin > days)
    fail(
      "invalid_query",
      `daysMin ${question.daysMin} is more than the ${days === window.days ? "window's" : "shortest span's"} ${days} days`,
    );
  const parsed = safeParse(questionSchema, question);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  return fail("invalid_query", `the question's ${issue?.path.join(".") || "shape"} is wrong: ${issue?.message ?? ""}`);
}

/** Days of the shortest span that a measure is a mean over. */
function shortestSpan(select: readonly Select[], { end, days }: Question["window"], every: number | undefined): number {
  const sides = select.flatMap((one) =>
    ("of" in one ? [one.of] : "x" in one ? [one.x, one.y] : []).flatMap(({ since }) => {
      if (since === undefined) return [];
      const after = parseDay(end) + 1 - parseDay(since);
      return [after, days - after];
    }),
  );
  return Math.min(every ?? days, ...sides);
}

/** What is answered period by period. */
const periodic: ReadonlySet<Select["statistic"]> = new Set(["mean", "share", "quantile", "stddev", "sum"]);

function checkPeriods(every: number, { days }: Question["window"], select: readonly Select[]): void {
  const periods = days / every;
  if (!Number.isInteger(periods) || periods < 2)
    fail("invalid_query", `${days} days are not two or more periods of ${every} days`);
  if (periods > PERIODS_MAX)
    fail("invalid_query", `${periods} periods are more than ${PERIODS_MAX}: each costs the others exactness`, {
      hint: "Take longer periods, such as GROUP BY 4 WEEKS, or fewer of them; ask again later for those that follow.",
    });
  for (const one of select) {
    if (!periodic.has(one.statistic))
      fail("invalid_query", `there is no ${one.statistic} period by period`, {
        hint: "AVG, SUM, SHARE(metric >= number), MEDIAN, QUANTILE and STDDEV are told so.",
      });
    if ("of" in one && one.of.since !== undefined)
      fail("invalid_query", "a change is one number, not one a period", { hint: "Leave out either of the two." });
  }
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

/**
 * @param window of the question; left out where only the statistic itself is looked at
 * @throws PacelineError invalid_query
 */
export function completeSelect(draft: DraftSelect, catalogue: Catalogue, window?: Question["window"]): Select {
  const measureOf = (of: DraftMeasure) => measureIn(of, catalogue, window);
  switch (draft.statistic) {
    case "count":
      return draft;
    case "mean":
    case "sum":
    case "stddev":
      return { statistic: draft.statistic, of: measureOf(draft.of) };
    case "histogram": {
      const of = measureOf(draft.of);
      const edges = [...(draft.edges ?? niceEdges(of.clip[0], of.clip[1], draft.bins ?? BINS))];
      const wider = { ...of, clip: [edges[0] as number, edges.at(-1) as number] as [number, number] };
      return { statistic: "histogram", of: measureOf(wider), edges };
    }
    case "quantile": {
      const levels = [...new Set(draft.levels)].sort((a, b) => a - b);
      for (const level of levels)
        if (!(level > 0 && level < 1))
          fail("invalid_query", `a quantile's level lies between 0 and 1, not at ${level}`);
      return { statistic: "quantile", of: measureOf(draft.of), levels };
    }
    case "share": {
      const of = measureOf(draft.of);
      if (!(draft.atLeast > of.clip[0] && draft.atLeast < of.clip[1]))
        fail(
          "invalid_query",
          `${of.formula} >= ${draft.atLeast} holds for all or for none: its range is ${of.clip.join(" to ")}`,
        );
      return { statistic: "share", of, atLeast: draft.atLeast };
    }
    case "meets":
      return { statistic: "meets", conditions: conditionsOf(draft.conditions, catalogue) };
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
      return { statistic: draft.statistic, x: measureOf(draft.x), y: measureOf(draft.y) };
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

/** @throws PacelineError invalid_query for what happens to members: it is no group of theirs */
function keyOf(name: string, catalogue: Catalogue) {
  const attribute = attributeOf(name, catalogue);
  if (attribute.cap === undefined) return attribute;
  return fail("invalid_query", `${attribute.id} is what happens to members, not what they are`, {
    hint: `Nothing is filtered or split by it: TOP(${attribute.id}) counts the members of each value.`,
  });
}

/** A filter on a key narrows the key; every other filter stays. Keys and filters are sorted by name. */
function keysOf(draft: Draft, catalogue: Catalogue): Pick<Question, "where" | "groupBy"> {
  const where = new Map<string, readonly string[]>();
  for (const filter of draft.where ?? []) {
    const attribute = keyOf(filter.attribute, catalogue);
    const values = listOf(filter, attribute.id, attribute.values);
    const before = where.get(attribute.id);
    const both = before === undefined ? values : before.filter((value) => values.includes(value));
    if (both.length === 0) fail("invalid_query", `no value of ${attribute.id} passes all conditions on it`);
    where.set(attribute.id, both);
  }
  const groupBy = new Map<string, readonly string[]>();
  for (const key of draft.groupBy ?? []) {
    const attribute = keyOf(key.attribute, catalogue);
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
