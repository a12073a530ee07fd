// The same statistics the plain way, from the members' own values: no bins, no clipping to the question's bounds. What lies between
// these and what the estimators estimate is the price of bins and bounds, which no budget buys back.
import { memberValues, passes } from "../../contribution/statistics.ts";
import type { Member } from "../../records/types.ts";
import type { Answer } from "../../task/answers.ts";
import { binOf } from "../../task/encoders/histogram/encode.ts";
import type { Part } from "../../task/encoders/kinds.ts";
import { groupCount, groupOf, type ProductEncoder } from "../../task/encoders/product.ts";
import type { MemberValue } from "../../task/encoders/values.ts";
import { registryOf } from "../../task/metrics/definition.ts";
import type { StatisticsSource } from "../../task/statistics.ts";
import { mean } from "../mean.ts";
import type { StudiedPlan } from "./pool.ts";

type Values = readonly MemberValue[];

/**
 * One number a group, answer and line of the answer: a list's lines by its values, in the list's own order.
 * @param clipped the members' own values are clipped to the question's bounds first, and nothing else
 */
export function directValues(
  members: readonly Member[],
  plan: StudiedPlan,
  clipped = false,
): readonly (readonly (readonly number[])[])[] {
  const { source, encoder, window } = plan;
  if (source.kind !== "statistics" || encoder.kind !== "product") return [];
  const registry = registryOf(plan);
  const groups = Array.from({ length: groupCount(encoder) }, (): Values[] => []);
  for (const member of members) {
    const group = passes(member, source, window, registry) ? groupOf(encoder, member.profile) : undefined;
    if (group !== undefined) groups[group]?.push(memberValues(member, source, window, registry));
  }
  const bounds = clipped ? boundsOf(encoder) : new Map<number, Bounds>();
  const clip = (value: MemberValue, at: number): MemberValue => {
    const [low, high] = bounds.get(at) ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    return typeof value === "number" ? Math.min(high, Math.max(low, value)) : value;
  };
  return groups.map((rows) => {
    const told = clipped ? rows.map((row) => row.map(clip)) : rows;
    return source.answers.map((answer) => answerOf(answer, told, source, encoder));
  });
}

type Bounds = readonly [low: number, high: number];

/** Of each of the source's values that a part clips. */
function boundsOf({ parts }: ProductEncoder): ReadonlyMap<number, Bounds> {
  return new Map(
    parts.flatMap((part): readonly (readonly [number, Bounds])[] => {
      if (part.kind === "histogram") return [[part.value, [part.edges[0] as number, part.edges.at(-1) as number]]];
      if (part.kind === "moments") return part.values.map((value, at) => [value, part.clip[at] as Bounds]);
      return [];
    }),
  );
}

function answerOf(
  answer: Answer,
  rows: readonly Values[],
  { values }: StatisticsSource,
  { parts }: ProductEncoder,
): readonly number[] {
  const part = parts[answer.part] as Part;
  if (part.kind === "moments" && part.values.length === 2) {
    const [x, y] = part.values as [number, number];
    const pairs = rows.map((row) => [row[x], row[y]]).filter((pair) => pair.every((one) => typeof one === "number"));
    return [lineOf(pairs as [number, number][])[answer.statistic === "slope" ? "slope" : "correlation"]];
  }
  const index = part.kind === "moments" ? (part.values[0] as number) : part.value;
  const own = rows.map((row) => row[index]);
  if (part.kind === "category") return part.values.map((value) => own.filter((one) => one === value).length);
  if (part.kind === "events")
    return part.values.map((value) => own.filter((one) => typeof one === "object" && (one[value] ?? 0) > 0).length);
  const numbers = own.filter((one) => typeof one === "number");
  const present = values[index]?.kind === "presence" ? rows.length : numbers.length;
  const centre = mean(numbers);
  switch (answer.statistic) {
    case "count":
      return [present];
    case "mean":
      return [centre];
    case "sum":
      return [numbers.reduce((a, b) => a + b, 0)];
    case "stddev":
      return [Math.sqrt(numbers.reduce((sum, one) => sum + (one - centre) ** 2, 0) / numbers.length)];
    case "quantile": {
      const sorted = numbers.toSorted((a, b) => a - b);
      return answer.levels.map((level) => quantileOf(sorted, level));
    }
    case "share":
      return [numbers.filter((one) => one >= answer.atLeast).length / numbers.length];
    case "histogram": {
      if (part.kind !== "histogram") return [];
      const counts = new Array<number>(part.edges.length - 1).fill(0);
      for (const one of numbers) {
        const bin = binOf(part.edges, one);
        counts[bin] = (counts[bin] as number) + 1;
      }
      return counts;
    }
    default:
      return [];
  }
}

/** Between order statistics (type 7 of Hyndman and Fan, 1996, which most programs use). */
function quantileOf(sorted: readonly number[], level: number): number {
  const at = (sorted.length - 1) * level;
  const [low, high] = [sorted[Math.floor(at)] ?? Number.NaN, sorted[Math.ceil(at)] ?? Number.NaN];
  return low + (at - Math.floor(at)) * (high - low);
}

function lineOf(pairs: readonly (readonly [number, number])[]): { correlation: number; slope: number } {
  const [x, y] = [mean(pairs.map(([one]) => one)), mean(pairs.map(([, other]) => other))];
  const sum = (of: (pair: readonly [number, number]) => number) => pairs.reduce((all, pair) => all + of(pair), 0);
  const [sxx, syy, sxy] = [
    sum((pair) => (pair[0] - x) ** 2),
    sum((pair) => (pair[1] - y) ** 2),
    sum((pair) => (pair[0] - x) * (pair[1] - y)),
  ];
  return { correlation: sxy / Math.sqrt(sxx * syy), slope: sxy / sxx };
}
