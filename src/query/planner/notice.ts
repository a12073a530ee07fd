// What people read: a name for URLs, a title, and the notice a member reads before and after taking part, all made from the
// question itself, so that they say no other thing than what is computed.
import { describeProduct } from "../../task/describe.ts";
import type { ProductEncoder } from "../../task/encoders/product.ts";
import { type Purpose, purposes } from "../../task/purposes.ts";
import type { StatisticsSource } from "../../task/statistics.ts";
import type { Catalogue } from "../question/catalogue.ts";
import type { MeanCondition, Measure, Question, Select } from "../question/schema.ts";

/** What people call a question; no part of it. */
export interface Labels {
  readonly name?: string;
  readonly title?: string;
}

const NOTICE_MAX = 1200;

function statisticWords(one: Select): string {
  const mean = ({ formula, per }: Measure | MeanCondition) => `${formula}${per === "week" ? " a week" : ""}`;
  const of = (measure: Measure) =>
    measure.since === undefined ? mean(measure) : `change of ${mean(measure)} since ${measure.since}`;
  switch (one.statistic) {
    case "count":
      return "members";
    case "quantile":
      return `${one.levels.length === 1 && one.levels[0] === 0.5 ? "median" : "quantiles"} of ${of(one.of)}`;
    case "share":
      return `share with ${of(one.of)} at least ${one.atLeast}`;
    case "meets":
      return `share with ${one.conditions.map((each) => `${mean(each)} ${each.op === ">=" ? "at least" : "below"} ${each.value}`).join(" and ")}`;
    case "top":
      return `most frequent ${one.attribute}`;
    case "correlation":
      return `correlation of ${of(one.x)} and ${of(one.y)}`;
    case "slope":
      return `slope of ${of(one.y)} on ${of(one.x)}`;
    default:
      return `${one.statistic} of ${of(one.of)}`;
  }
}

export function titleFor({ select, groupBy, every }: Question, { title }: Labels): string {
  if (title !== undefined) return title;
  const period = every === undefined ? [] : [every === 7 ? "week" : every === 1 ? "day" : `${every} days`];
  const keys = [...period, ...groupBy.map(({ attribute }) => attribute)];
  const by = keys.length === 0 ? "" : ` by ${keys.join(" and ")}`;
  const text = `${select.map(statisticWords).join(", ")}${by}`;
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`.slice(0, 300);
}

export function nameFor(question: Question, labels: Labels): string {
  if (labels.name !== undefined) return labels.name;
  const words = titleFor(question, {})
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-");
  return words.replace(/^-+/, "").slice(0, 62).replace(/-+$/, "") || "question";
}

export function noticeFor(
  question: Question,
  source: StatisticsSource,
  encoder: ProductEncoder,
  catalogue: Catalogue,
): string {
  const what = describeProduct(source, encoder, catalogue.registry);
  const text =
    `Your device computes, from ${question.window.days} days until ${question.window.end}: ${what}. It splits that answer ` +
    "into two halves that mean nothing alone and sends each to another organisation. Only sums over the answers of at least " +
    `${question.minCohort} devices, empty ones included, are computed, with random noise in them. Purpose: ${purposes[question.purpose as Purpose]}`;
  return text.length <= NOTICE_MAX ? text : `${text.slice(0, NOTICE_MAX - 1)}…`;
}
