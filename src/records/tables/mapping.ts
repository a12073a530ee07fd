// What the columns of a table mean, as a person says it: `member=Id,date=Day,sleep=Asleep@s,minutes=Minutes:sum,
// steps=value[type=StepCount],visits=checkin_time:count,steps="Steps, total"`.
import { closest } from "../../base/closest.ts";
import { fail } from "../../base/errors.ts";
import type { AttributeId, Metric, Registry } from "../../task/metrics.ts";
import type { MetricId } from "../types.ts";
import { unitFactor } from "../units.ts";

/** How several values of one day become one; count: how many rows there are, whatever the column holds. */
export const columnRules = ["sum", "mean", "last", "max", "count"] as const;
export type ColumnRule = (typeof columnRules)[number];

/** One column, and what is said about it. */
export interface ColumnChoice {
  /** As the header has it, or `#2`: the second. */
  readonly name: string;
  /** Rows count where each of these columns holds one of the words. */
  readonly where: readonly { readonly name: string; readonly is: readonly string[] }[];
  readonly unit?: string;
  readonly rule?: ColumnRule;
}

/** A target may name several columns, for files that call the same thing differently: a file uses the first it has. */
export interface ColumnMapping {
  /** Absent: one member a file. */
  readonly member?: readonly ColumnChoice[];
  readonly date?: readonly ColumnChoice[];
  /** The time of day, where it stands apart from the date. */
  readonly time?: readonly ColumnChoice[];
  /** Where a span begins and ends, in place of one date. */
  readonly start?: readonly ColumnChoice[];
  readonly end?: readonly ColumnChoice[];
  /** The offset of local time, such as UTC+0200. */
  readonly zone?: readonly ColumnChoice[];
  readonly metrics: ReadonlyMap<MetricId, readonly ColumnChoice[]>;
  /** By attribute of the profile. */
  readonly profile: ReadonlyMap<string, readonly ColumnChoice[]>;
}

/** Targets that go to the profile, and the registry's attribute of each. */
export const profileTargets: ReadonlyMap<string, AttributeId> = new Map([
  ["band", "ageBand"],
  ["site", "site"],
  ["device", "deviceClass"],
  ["tenure", "tenureBand"],
  ["plan", "plan"],
  ["sex", "sex"],
  ["class", "classType"],
  ["feature", "appFeature"],
]);

const timeTargets = ["member", "date", "time", "start", "end", "zone"] as const;

const example = "for example member=Id,date=ActivityDate|SleepDay,steps=TotalSteps,sleep=Asleep@s";

/**
 * Reads a mapping. Targets: `member`, `date` (or `start` and `end`), `time`, `zone`, the profile's `band`, `site`, `device`,
 * `tenure`, `plan`, `sex`, `class` and `feature`; any other is a metric's id. Columns of a target are separated by `|`. Names
 * that hold any of `,|[]@:="` stand in double quotes.
 * @throws PacelineError invalid_argument
 */
export function parseColumns(text: string): ColumnMapping {
  const targets = new Map<string, ColumnChoice[]>();
  for (const entry of split(text, ",")) {
    const at = entry.indexOf("=");
    const target = entry.slice(0, at).trim();
    if (at < 0)
      fail("invalid_argument", `the column mapping "${entry.trim()}" is not target=Column`, { hint: example });
    // names that every object has would be found in a day that lacks them
    if (!/^[a-z][A-Za-z0-9_]{0,39}$/.test(target) || target in {})
      fail("invalid_argument", `"${target}" is not the name of a metric or of a profile column`, { hint: example });
    if (targets.has(target))
      fail("invalid_argument", `the column mapping gives ${target} twice`, { hint: "join the columns with |" });
    targets.set(
      target,
      split(entry.slice(at + 1), "|").map((choice) => parseChoice(choice, target)),
    );
  }
  const times: { -readonly [K in (typeof timeTargets)[number]]?: ColumnChoice[] } = {};
  for (const target of timeTargets) {
    const choices = targets.get(target);
    if (choices === undefined) continue;
    targets.delete(target);
    const odd = choices.find(({ unit, rule }) => unit !== undefined || rule !== undefined);
    if (odd !== undefined) fail("invalid_argument", `${target} has neither a unit nor a rule`, { hint: example });
    times[target] = choices;
  }
  if (targets.size === 0) fail("invalid_argument", "the column mapping names no metric", { hint: example });
  const entries = [...targets];
  const metrics = entries.filter(([target]) => !profileTargets.has(target));
  if (metrics.length > 0 && times.date === undefined && times.start === undefined && times.end === undefined)
    fail("invalid_argument", "the column mapping lacks date=", { hint: example });
  return {
    ...times,
    metrics: new Map(metrics),
    profile: new Map(
      entries.flatMap(([target, choices]) => {
        const attribute = profileTargets.get(target);
        return attribute === undefined ? [] : [[attribute, choices]];
      }),
    ),
  };
}

/** @throws PacelineError invalid_argument for a unit that is none of its metric, naming those that are near */
export function checkUnits(mapping: ColumnMapping, registry: Registry): void {
  for (const [id, choices] of mapping.metrics)
    for (const { unit } of choices) {
      const metric = registry.metric(id);
      if (unit === undefined) continue;
      if (metric === undefined)
        fail("invalid_argument", `${id} is no metric of the registry, so its unit cannot be converted`, {
          hint: `leave @${unit} out`,
        });
      if (unitFactor(metric, unit) === undefined)
        fail("invalid_argument", `${unit} is no unit of ${id}, which is in ${metric.unit}`, {
          hint: `for example ${id}=Column@${metric.unit}`,
        });
    }
}

/** What a value of a metric that the registry lacks can be. */
const anything = { min: -1e9, max: 1e9 };

/**
 * The registry as an import with this mapping sees it: its rules come before the registry's, and an id that no metric has is
 * one of no unit, which needs a rule.
 * @throws PacelineError invalid_argument for an id that is no metric and has no rule, offering both
 */
export function registryFor(mapping: ColumnMapping, registry: Registry): Registry {
  const own = new Map<string, Metric>();
  for (const [id, choices] of mapping.metrics) {
    const said = choices.find((choice) => choice.rule !== undefined)?.rule;
    const known = registry.metric(id);
    if (said === undefined) {
      if (known === undefined) refuseMetric(id, registry);
      continue;
    }
    const rule = said === "count" ? "sum" : said;
    const unit = {
      title: id,
      unit: "1",
      clip: anything,
      plausible: anything,
      coverage: "measured",
      purposes: [],
    } as const;
    own.set(id, { id, ...(known ?? unit), rule });
  }
  if (own.size === 0) return registry;
  return {
    ...registry,
    metric: (id) => own.get(id) ?? registry.metric(id),
    knows: (id) => own.has(id) || registry.knows(id),
  };
}

function refuseMetric(id: string, { rows }: Registry): never {
  const ids = rows.metrics.map((metric) => metric.id);
  const near = closest(id, [...ids, ...timeTargets, ...profileTargets.keys()]);
  fail("invalid_argument", `${id} is no metric${near === undefined ? "" : `; did you mean ${near}?`}`, {
    hint: `say how several values of a day become one, such as ${id}=Column:sum (${columnRules.join(", ")}); or use a metric: ${ids.join(", ")}`,
  });
}

/** Parts between separators that stand outside quotes and brackets. */
function split(text: string, separator: "," | "|"): string[] {
  const parts: string[] = [];
  let part = "";
  let quoted = false;
  let depth = 0;
  for (const c of text) {
    if (c === '"') quoted = !quoted;
    else if (!quoted && c === "[") depth++;
    else if (!quoted && c === "]") depth--;
    if (c === separator && !quoted && depth <= 0) {
      parts.push(part);
      part = "";
    } else part += c;
  }
  if (quoted) fail("invalid_argument", "a quote in the column mapping is never closed", { hint: example });
  parts.push(part);
  return parts;
}

/** `Column`, `"Column, odd"`, with `[other=word|word]`, `@unit` and `:rule` behind it, in this order. */
function parseChoice(text: string, target: string): ColumnChoice {
  const quoted = /^\s*"((?:[^"]|"")*)"/.exec(text);
  let rest = quoted === null ? text.trim() : text.slice(quoted[0].length).trim();
  let name = quoted?.[1]?.replaceAll('""', '"').trim();
  const where: { name: string; is: string[] }[] = [];
  let rule: ColumnRule | undefined;
  let unit: string | undefined;
  const ruleAt = /:\s*([a-z]+)$/.exec(rest);
  if (ruleAt !== null) {
    rule = columnRules.find((each) => each === ruleAt[1]);
    // a name may hold a colon; behind a quoted one it is a rule and nothing else
    if (rule !== undefined) rest = rest.slice(0, ruleAt.index).trim();
    else if (name !== undefined || columnRules.includes(closest(ruleAt[1] as string, columnRules) as ColumnRule))
      fail("invalid_argument", `"${ruleAt[1]}" is no rule for ${target}`, { hint: `one of ${columnRules.join(", ")}` });
  }
  const unitAt = /@\s*([^\s@[\]]{1,16})$/.exec(rest);
  if (unitAt !== null) {
    unit = unitAt[1] as string;
    rest = rest.slice(0, unitAt.index).trim();
  }
  for (;;) {
    const condition = /\[([^[\]=]+)=([^[\]]*)\]$/.exec(rest);
    if (condition === null) break;
    const is = (condition[2] as string).split("|").map((word) => unquote(word));
    where.unshift({ name: unquote(condition[1] as string), is });
    rest = rest.slice(0, condition.index).trim();
  }
  if (name !== undefined && rest !== "")
    fail("invalid_argument", `the column mapping of ${target} goes on after the quoted name`, { hint: example });
  name ??= rest;
  if (name === "") fail("invalid_argument", `the column mapping of ${target} names no column`, { hint: example });
  return { name, where, ...(unit === undefined ? {} : { unit }), ...(rule === undefined ? {} : { rule }) };
}

function unquote(text: string): string {
  return text.trim().replace(/^"(.*)"$/, "$1");
}
