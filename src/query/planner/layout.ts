// From what is asked to what a device computes: each measure once, each part as many answers as it can carry.

import { parseDay } from "../../base/calendar.ts";
import type { Answer } from "../../task/answers.ts";
import { compileFormula } from "../../task/compile.ts";
import { BINS_MAX } from "../../task/encoders/histogram/part.ts";
import type { Part } from "../../task/encoders/kinds.ts";
import type { Expression } from "../../task/expression.ts";
import { periodsOf, type SourceValue } from "../../task/values.ts";
import type { Catalogue } from "../question/catalogue.ts";
import { niceEdges } from "../question/edges.ts";
import type { MeanCondition, Measure, Question, Select } from "../question/schema.ts";

/** A part before its share of the budget is known. */
export type LaidPart =
  | {
      readonly kind: "histogram";
      readonly value: number;
      readonly edges: readonly number[];
      readonly fanout: number | null;
      /** Edges that would do as well, these among them: finer ones where the bins are ours to choose. */
      readonly cuts: readonly (readonly number[])[];
      /** Nobody asked for it: it has a quarter of another part's share. */
      readonly minor?: true;
    }
  | { readonly kind: "events"; readonly value: number; readonly values: readonly string[]; readonly cap: number }
  | { readonly kind: "category"; readonly value: number; readonly values: readonly string[] }
  | {
      readonly kind: "moments";
      readonly order: number;
      readonly values: readonly number[];
      readonly clip: readonly (readonly [number, number])[];
    };

export interface Layout {
  readonly values: readonly SourceValue[];
  readonly parts: readonly LaidPart[];
  readonly answers: readonly Answer[];
}

/** How means are computed where both ways are sound. */
export type MeanBy = "histogram" | "moments";

/** Bins that a mean needs, and that a quantile does. */
const MEAN_BINS = 15;
const QUANTILE_BINS = [24, 48, 96, 192] as const;
/** Powers that are read: of a total the first, for a mean's interval three, for that of two values' products four of each. */
const SUM_ORDER = 1;
const MEAN_ORDER = 3;
const PAIR_ORDER = 4;

/** Slopes that are told apart: those by which a value would move so far of its range over all periods. */
const SLOPE_SHARE = 1 / 4;

type Days = { readonly start: number; readonly end: number };

export function layOut({ select, daysMin, window, every }: Question, catalogue: Catalogue, meanBy: MeanBy): Layout {
  const layout = new LayoutBuilder(daysMin, catalogue);
  const end = parseDay(window.end) + 1;
  const periods = every === undefined ? [undefined] : periodsOf({ start: end - window.days, end }, window.days / every);
  for (const group of byMeasure(select)) {
    for (const period of periods) layout.addMeasure(group, meanBy, period);
    if (every !== undefined) layout.addTrend(group, periods.length);
  }
  for (const one of select) for (const period of periods) layout.addOther(one, period);
  // How often something happened tells nothing of how many members are behind it, and without their number nobody can hide a
  // small group.
  const happens = (attribute: string) => catalogue.attributes.get(attribute)?.cap !== undefined;
  if (
    select.some((one) => one.statistic === "top" && happens(one.attribute)) &&
    !select.some(({ statistic }) => statistic === "count")
  )
    layout.addCount(true);
  return layout.done();
}

/** What devices are asked to compute of a condition. */
export function conditionFor({ formula, per, op, value }: MeanCondition, daysMin: number, catalogue: Catalogue) {
  return { expression: expressionOf(formula, catalogue), times: per === "week" ? 7 : 1, daysMin, op, value };
}

function expressionOf(formula: string, { metrics }: Catalogue): Expression {
  return metrics.get(formula)?.expression ?? compileFormula(formula);
}

type OfOne = Extract<Select, { readonly of: Measure }>;

const keyOf = ({ formula, per, clip, since = "" }: Measure) => JSON.stringify([formula, per, clip, since]);

/** Statistics that one histogram of one measure may share. */
function byMeasure(select: readonly Select[]): readonly (readonly OfOne[])[] {
  const groups = new Map<string, OfOne[]>();
  for (const one of select) {
    if (!("of" in one) || one.statistic === "sum") continue;
    const key = keyOf(one.of);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}

class LayoutBuilder {
  readonly #daysMin: number;
  readonly #catalogue: Catalogue;
  readonly #values: SourceValue[] = [];
  readonly #keys = new Map<string, number>();
  readonly #parts: LaidPart[] = [];
  readonly #answers: Answer[] = [];

  constructor(daysMin: number, catalogue: Catalogue) {
    this.#daysMin = daysMin;
    this.#catalogue = catalogue;
  }

  done(): Layout {
    return { values: this.#values, parts: this.#parts, answers: this.#answers };
  }

  #value(key: string, make: () => SourceValue): number {
    const known = this.#keys.get(key);
    if (known !== undefined) return known;
    this.#keys.set(key, this.#values.push(make()) - 1);
    return this.#values.length - 1;
  }

  #measure({ formula, per, since }: Measure, days?: Days): number {
    const key = `mean ${formula} ${per} ${since ?? ""} ${days?.start ?? ""}`;
    return this.#value(key, () => {
      const mean = this.#mean(formula, per);
      if (since !== undefined) return { kind: "change", ...mean, since: parseDay(since) };
      return { kind: "mean", ...mean, ...(days === undefined ? {} : { days }) };
    });
  }

  #mean(formula: string, per: Measure["per"]) {
    return {
      expression: expressionOf(formula, this.#catalogue),
      times: per === "week" ? 7 : 1,
      daysMin: this.#daysMin,
    };
  }

  #part(part: LaidPart): number {
    return this.#parts.push(part) - 1;
  }

  addMeasure(of: readonly OfOne[], meanBy: MeanBy, days?: Days): void {
    const [first] = of;
    if (first === undefined) return;
    const value = this.#measure(first.of, days);
    const { clip, since } = first.of;
    // Whether a change is one is not left to bins: in their midpoints small ones are seen by their sign alone.
    const apart = since !== undefined || (meanBy === "moments" && of.every(({ statistic }) => statistic === "mean"));
    if (apart && of.some(({ statistic }) => statistic === "mean"))
      this.#answers.push({
        statistic: "mean",
        part: this.#part({ kind: "moments", order: MEAN_ORDER, values: [value], clip: [clip] }),
      });
    const asked = apart ? of.filter(({ statistic }) => statistic !== "mean") : of;
    // Bins that were asked for are shown as they were asked for: the other statistics have a histogram of their own.
    const explicit = asked.filter((one) => one.statistic === "histogram");
    for (const { edges } of explicit)
      this.#answers.push({ statistic: "histogram", part: this.#part(bins(value, [edges])) });
    const rest = asked.filter((one) => one.statistic !== "histogram");
    if (rest.length === 0) return;
    const own = explicit.length === 1 && fits(rest, explicit[0]?.edges ?? []);
    const part = own ? this.#parts.length - 1 : this.#part(bins(value, cutsFor(rest, clip)));
    for (const one of rest) {
      if (one.statistic === "quantile") this.#answers.push({ statistic: "quantile", part, levels: one.levels });
      else if (one.statistic === "share") this.#answers.push({ statistic: "share", part, atLeast: one.atLeast });
      else if (one.statistic === "mean" || one.statistic === "stddev")
        this.#answers.push({ statistic: one.statistic, part });
    }
  }

  /** Of what is averaged period by period: each member's own slope, so that a trend has the error of a paired comparison. */
  addTrend(asked: readonly OfOne[], periods: number): void {
    const [mean] = asked.filter(({ statistic }) => statistic === "mean");
    if (mean === undefined) return;
    const { formula, per, clip } = mean.of;
    const most = (SLOPE_SHARE * (clip[1] - clip[0])) / (periods - 1);
    const value = this.#value(`trend ${formula} ${per}`, () => ({
      kind: "trend",
      ...this.#mean(formula, per),
      periods,
    }));
    this.#answers.push({
      statistic: "mean",
      part: this.#part({ kind: "moments", order: MEAN_ORDER, values: [value], clip: [[-most, most]] }),
    });
  }

  addCount(minor: boolean): void {
    const value = this.#value("presence", () => ({ kind: "presence" }));
    this.#answers.push({
      statistic: "count",
      part: this.#part({ ...bins(value, [[0, 2]]), ...(minor ? { minor } : {}) }),
    });
  }

  #addMeets(conditions: readonly MeanCondition[]): void {
    const value = this.#value(`all ${JSON.stringify(conditions)}`, () => ({
      kind: "all",
      of: conditions.map((one) => conditionFor(one, this.#daysMin, this.#catalogue)),
    }));
    const part = this.#part(bins(value, [[0, 1, 2]]));
    this.#answers.push({ statistic: "share", part, atLeast: 1 });
  }

  #addCount(): void {
    const value = this.#value("presence", () => ({ kind: "presence" }));
    this.#answers.push({ statistic: "count", part: this.#part(bins(value, [[0, 2]])) });
  }

  addOther(one: Select, days?: Days): void {
    switch (one.statistic) {
      case "count":
        this.addCount(false);
        break;
      case "sum": {
        const values = [this.#measure(one.of, days)];
        const part = this.#part({ kind: "moments", order: SUM_ORDER, values, clip: [one.of.clip] });
        this.#answers.push({ statistic: "sum", part });
        break;
      }
      case "meets":
        this.#addMeets(one.conditions);
        break;
      case "top": {
        const { attribute, values, limit } = one;
        const cap = this.#catalogue.attributes.get(attribute)?.cap;
        const kind = cap === undefined ? "attribute" : "events";
        const value = this.#value(`${kind} ${attribute}`, () => ({ kind, attribute }));
        if (cap !== undefined) {
          const part = this.#part({ kind: "events", value, values, cap: Math.min(cap, values.length) });
          this.#answers.push({ statistic: "top", part, limit });
          break;
        }
        this.#answers.push({ statistic: "top", part: this.#part({ kind: "category", value, values }), limit });
        break;
      }
      case "correlation":
      case "slope": {
        const values = [this.#measure(one.x), this.#measure(one.y)];
        const clip = [one.x.clip, one.y.clip];
        const own: LaidPart = { kind: "moments", order: PAIR_ORDER, values, clip };
        const same = this.#parts.findIndex((part) => JSON.stringify(part) === JSON.stringify(own));
        const part = same >= 0 ? same : this.#part(own);
        this.#answers.push({ statistic: one.statistic, part });
        break;
      }
      default:
    }
  }
}

/** Whether bins that were asked for serve the other statistics as well as bins of our own would. */
function fits(rest: readonly OfOne[], edges: readonly number[]): boolean {
  const enough = rest.every(({ statistic }) => statistic === "share") || edges.length > MEAN_BINS;
  return enough && rest.every((one) => one.statistic !== "share" || edges.slice(1, -1).includes(one.atLeast));
}

function bins(value: number, cuts: readonly (readonly number[])[]): LaidPart {
  return { kind: "histogram", value, edges: cuts[0] as readonly number[], fanout: null, cuts };
}

/** The coarsest first. A mean and a spread need no more than a few bins; a quantile is read inside one. */
function cutsFor(rest: readonly OfOne[], [low, high]: readonly [number, number]): readonly (readonly number[])[] {
  const thresholds = rest.flatMap((one) => (one.statistic === "share" ? [one.atLeast] : []));
  if (thresholds.length === rest.length) return [ascending([low, ...thresholds, high])];
  const counts = rest.some(({ statistic }) => statistic === "quantile") ? QUANTILE_BINS : [MEAN_BINS];
  const cuts = counts.map((count) => ascending([...niceEdges(low, high, count), ...thresholds]));
  return cuts.filter(({ length }, i) => i === 0 || (length > (cuts[i - 1]?.length ?? 0) && length <= BINS_MAX + 1));
}

function ascending(edges: readonly number[]): readonly number[] {
  return [...new Set(edges)].sort((a, b) => a - b);
}

export function partOf(part: LaidPart, weights: { readonly weight: number; readonly resolution: number }): Part {
  const { weight, resolution } = weights;
  switch (part.kind) {
    case "histogram":
      return { kind: "histogram", value: part.value, edges: [...part.edges], weight, fanout: part.fanout };
    case "events":
      return { kind: "events", value: part.value, values: [...part.values], cap: part.cap, weight };
    case "category":
      return { kind: "category", value: part.value, values: [...part.values], weight };
    case "moments":
      return {
        kind: "moments",
        values: [...part.values],
        clip: part.clip.map(([low, high]): [number, number] => [low, high]),
        order: part.order,
        resolution,
        weight,
      };
  }
}
