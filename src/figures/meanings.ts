// What each cell of a release is, in words: a count, a share or a value, its title and its unit.
import { formatDay } from "../base/calendar.ts";
import { valueName } from "../estimate/labels.ts";
import type { Answer } from "../task/answers.ts";
import type { Part } from "../task/encoders/kinds.ts";
import { formulaOf } from "../task/expression.ts";
import { registryOf } from "../task/metrics/definition.ts";
import { builtIn, type Registry } from "../task/metrics.ts";
import { nameOf } from "../task/names.ts";
import type { ReleaseDocument } from "../task/release.ts";
import type { Measured as MeasuredValue, SourceValue } from "../task/values.ts";

export interface Meaning {
  readonly kind: "count" | "share" | "value";
  readonly title: string;
  /** In words: "beats per minute", "% of members". */
  readonly unit: string;
  /** The title of a list that the cell is one line of: a histogram's bin, a category. */
  readonly list?: string;
  /** Which of several periods the cell is of. */
  readonly period?: Period;
}

export interface Period {
  /** From 0. */
  readonly index: number;
  readonly days: number;
  /** The first day of the first one. */
  readonly first: string;
}

export function groupTitle(group: string | null): string {
  return group === null ? "All members" : group.replaceAll(/\b(\d+)-(\d+)\b/g, "$1–$2");
}

/** Shares are shown in per cent. */
export function sizeOf(kind: Meaning["kind"]): number {
  return kind === "share" ? 100 : 1;
}

export type Described = Pick<ReleaseDocument, "source" | "encoder" | "definitions">;

/** Of each of a release's cells, in the order in which `cellsOf` gives them. */
export function meaningsOf(release: Described, cells: readonly { readonly statistic: string }[]): readonly Meaning[] {
  const { source, encoder } = release;
  if (source.kind !== "statistics" || encoder.kind !== "product")
    return cells.map(({ statistic }) => ({ kind: "value", title: statistic, unit: "value" }));
  const registry = registryOf(release);
  const once = source.answers.flatMap((answer) => {
    const part = encoder.parts[answer.part];
    const period = periodOf(part, source.values);
    const own = answerMeanings(answer, part, source.values, registry);
    return period === undefined ? own : own.map((meaning) => ({ ...meaning, period }));
  });
  return cells.map(({ statistic }, at): Meaning => {
    const { titled, ...meaning } = once[at % Math.max(1, once.length)] ?? {
      kind: "value",
      title: statistic,
      unit: "value",
    };
    return titled === undefined ? meaning : { ...meaning, title: titled(statistic) };
  });
}

function periodOf(part: Part | undefined, values: readonly SourceValue[]): Period | undefined {
  const spans = values.flatMap((value) => (value.kind === "mean" && value.days !== undefined ? [value.days] : []));
  const value =
    part === undefined ? undefined : values[part.kind === "moments" ? (part.values[0] as number) : part.value];
  if (value?.kind !== "mean" || value.days === undefined) return undefined;
  const { start, end } = value.days;
  const first = Math.min(...spans.map((span) => span.start));
  return { index: (start - first) / (end - start), days: end - start, first: formatDay(first) };
}

/** As many as the answer has cells in a group. `titled`: the cell's own statistic is a part of its title. */
function answerMeanings(
  answer: Answer,
  part: Part | undefined,
  values: readonly SourceValue[],
  registry: Registry,
): readonly (Meaning & { readonly titled?: (statistic: string) => string })[] {
  const of = (part === undefined ? [] : part.kind === "moments" ? part.values : [part.value]).map((index) =>
    valueWords(values[index], registry),
  );
  const title = of.map((each) => each.title).join(" and ");
  const unit = of[0]?.unit ?? "value";
  const counted = { kind: "count", unit: "members" } as const;
  switch (answer.statistic) {
    case "count":
      return [{ ...counted, title: title === "" ? "Members counted" : `Members with ${title}` }];
    case "share": {
      const all = part?.kind === "histogram" && values[part.value]?.kind === "all";
      const which = all ? title : `${title} of ${answer.atLeast} or more`;
      return [{ kind: "share", title: `Share of members with ${which}`, unit: "% of members" }];
    }
    case "mean":
      return [{ kind: "value", title: `Average ${title}`, unit }];
    case "sum":
      return [{ kind: "value", title: `Sum of ${title}`, unit: `${unit} of all members` }];
    case "stddev":
      return [{ kind: "value", title: `Spread of ${title}`, unit: `${unit} (standard deviation)` }];
    case "quantile":
      return answer.levels.map((level) => ({
        kind: "value",
        title: level === 0.5 ? `Median ${title}` : `${Number((100 * level).toPrecision(6))} % have ${title} below`,
        unit,
      }));
    case "correlation":
      return [{ kind: "value", title: `Correlation of ${title}`, unit: "−1 to 1" }];
    case "slope": {
      const [x, y] = of;
      return [
        {
          kind: "value",
          title: `Change of ${y?.title ?? ""} with ${x?.title ?? ""}`,
          unit: `${y?.unit ?? "value"}, for 1 more of ${unit}`,
        },
      ];
    }
    case "histogram": {
      const bins = part?.kind === "histogram" ? part.edges.length - 1 : 0;
      const titled = (statistic: string) => bare(statistic, of).replace(/^\[(.*), (.*)\)$/, "$1 to $2");
      return Array.from({ length: bins }, () => ({
        ...counted,
        title: "",
        titled,
        list: `Members by ${title}, in ${unit}`,
      }));
    }
    case "top": {
      const lines =
        part?.kind === "category" || part?.kind === "events" ? Math.min(part.values.length, answer.limit) : 0;
      const titled = (statistic: string) => bare(statistic, of);
      return Array.from({ length: lines }, () => ({ ...counted, title: "", titled, list: `Members by ${title}` }));
    }
  }
}

interface Words {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
}

/** A cell's statistic without the name of what it is of. */
function bare(statistic: string, of: readonly Words[]): string {
  const suffix = ` ${of.map(({ id }) => id).join(", ")}`;
  return statistic.endsWith(suffix) ? statistic.slice(0, -suffix.length) : statistic;
}

function valueWords(value: SourceValue | undefined, registry: Registry): Words {
  if (value === undefined || value.kind === "presence") return { id: "", title: "", unit: "members" };
  const id = valueName(value, registry);
  switch (value.kind) {
    case "attribute":
    case "events":
      return { id, title: registry.attribute(value.attribute)?.title ?? value.attribute, unit: "members" };
    case "all": {
      const conditions = value.of.map((one) => {
        const { title, unit } = measureWords(one, registry);
        return `${title} ${one.op === ">=" ? "of" : "below"} ${one.value}${one.op === ">=" ? " or more" : ""} (${unit})`;
      });
      return { id, title: conditions.join(" and "), unit: "members" };
    }
    case "mean":
      return { id, ...measureWords(value, registry) };
    case "change": {
      const { title, unit } = measureWords(value, registry);
      return { id, title: `change of ${title} since ${formatDay(value.since)}`, unit };
    }
    case "trend": {
      const { title, unit } = measureWords(value, registry);
      return { id, title: `trend of ${title}`, unit: `${unit}, more each period` };
    }
  }
}

function measureWords(measure: MeasuredValue, registry: Registry): Omit<Words, "id"> {
  const name = nameOf(measure.expression, registry);
  const text = formulaOf(measure.expression);
  if (name === undefined || name.metric === "formula") return { title: text, unit: "value" };
  return { title: name.title, unit: unitOf({ ...name, times: measure.times }, registry) };
}

interface Measured {
  readonly metric: string;
  readonly title: string;
  /** UCUM */
  readonly unit: string;
  /** 7 where a day's amount stands for a week's. */
  readonly times: number;
}

/** UCUM is for programs. Amounts of a day or a week say so, levels do not. */
function unitOf({ metric, title, unit, times }: Measured, registry: Registry = builtIn): string {
  const words = unitWords(title, unit);
  const rule = registry.metric(metric)?.rule;
  if (times === 7) return `${words} a week`;
  return rule !== "sum" ? words : `${words} a ${title.includes("sleep") ? "night" : "day"}`;
}

function unitWords(title: string, ucum: string): string {
  if (ucum === "/min") return title.includes("heart rate") ? "beats per minute" : "per minute";
  if (ucum === "min") return "minutes";
  return ucum.replaceAll(/[{}]/g, "") || "value";
}
