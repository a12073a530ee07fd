// The answers of a release of statistics, group by group: what was asked, read off the parts.
import { fail } from "../base/errors.ts";
import { noiseQuantile } from "../privacy/distributions/linear-noise.ts";
import type { NoiseLaw } from "../privacy/distributions/noise-law.ts";
import { mechanismFrom } from "../privacy/mechanisms/from-event.ts";
import type { Answer } from "../task/answers.ts";
import { groupRows, levelsFrom, type PartRows } from "../task/encoders/decode.ts";
import type { Part } from "../task/encoders/kinds.ts";
import type { ProductEncoder } from "../task/encoders/product.ts";
import { formulaOf } from "../task/expression.ts";
import { registryOf } from "../task/metrics/definition.ts";
import { nameOf } from "../task/names.ts";
import type { ReleaseDocument } from "../task/release.ts";
import type { StatisticsSource } from "../task/statistics.ts";
import type { Cell, CellOptions } from "./cell.ts";
import { countOf } from "./count.ts";
import type { Estimate } from "./estimate.ts";
import { groupOpener, type HistogramGroup, type Interval } from "./histogram.ts";
import { meanOfMoments, presentOf } from "./moments.ts";
import { type CellNoise, cellNoiseOf } from "./noise.ts";
import { correlationOf, slopeOf } from "./pair.ts";
import { type Counted, clippingOf, type ErrorParts, nonResponseOf, partsOf } from "./parts.ts";
import { quantileOf } from "./quantile.ts";
import { meanOf, shareOf } from "./ratio.ts";
import { stddevOf } from "./spread.ts";

/** What of a release its answers depend on: also a plan's, with values as they are to be expected. */
export type Released = Pick<ReleaseDocument, "name" | "source" | "encoder" | "noise" | "draws" | "values"> &
  Pick<ReleaseDocument, "definitions">;

/** @throws PacelineError invalid_argument unless the release holds statistics */
export function answersOf(release: Released, { floor = 0 }: CellOptions = {}): Cell[] {
  const { source, encoder } = release;
  if (source.kind !== "statistics" || encoder.kind !== "product")
    return fail("invalid_argument", `the release "${release.name}" holds no statistics`);
  const law = mechanismFrom(release.noise).law(release.draws);
  const read = readerOf(encoder, law);
  const noise = cellNoiseOf(law);
  const counts = source.answers.findIndex(({ part }) => isPresence(encoder.parts[part] as Part, source));
  return groupRows(encoder, release.values).flatMap(({ group, parts }) => {
    const named = group.length === 0 ? null : group.join(" × ");
    const reads = source.answers.map((answer) => read(answer, parts[answer.part] as PartRows));
    const present = reads[counts];
    return source.answers.flatMap((answer, index) => {
      const { total = present?.total, counted, clipping, cells } = reads[index] as Read;
      const reason = suppression(total, floor);
      const nonResponse = nonResponseOf(present?.counted, counted, noise);
      return cells.map(({ statistic, estimate }): Cell => {
        const label = labelOf(statistic, answer, source, encoder, release);
        const doubtful = (total !== undefined && total[0] < 0) || estimate.uninformative;
        const caution = doubtful ? ({ caution: "large noise" } as const) : {};
        const error = partsOf(estimate, clipping, nonResponse);
        const key = `${named ?? "all"}/${label}`;
        return { key, group: named, statistic: label, estimate, parts: error, ...reason, ...caution };
      });
    });
  });
}

/** What cannot be shown to have enough members is hidden. */
function suppression(total: Interval | undefined, floor: number): { suppressed?: string } {
  if (floor <= 0) return {};
  if (total === undefined) return { suppressed: "the release does not count the members behind this number" };
  return total[0] < floor ? { suppressed: `fewer than ${floor} contributors cannot be ruled out` } : {};
}

function isPresence(part: Part, { values }: StatisticsSource): boolean {
  return part.kind === "histogram" && values[part.value]?.kind === "presence";
}

interface Read {
  /** 95 % interval of the members behind the numbers, from the noise alone; undefined where the part does not count them. */
  readonly total?: Interval;
  readonly counted?: Counted;
  readonly clipping: ErrorParts["clipping"];
  readonly cells: readonly { readonly statistic: string; readonly estimate: Estimate }[];
}

/** Opens each part once, whatever the number of groups. */
function readerOf(encoder: ProductEncoder, law: NoiseLaw): (answer: Answer, rows: PartRows) => Read {
  const openers = encoder.parts.map((part) => {
    if (part.kind === "histogram") return groupOpener(part.edges, law, 1 / part.weight);
    if (part.kind === "category")
      return groupOpener(part.values.map((_, i) => i).concat(part.values.length), law, 1 / part.weight);
    return undefined;
  });
  const noise = cellNoiseOf(law);
  return (answer, rows) => {
    const { part } = rows;
    if (part.kind === "histogram" || part.kind === "category") {
      const [finest] = part.kind === "histogram" ? levelsFrom(rows as never) : [rows.values];
      const counts = (finest as readonly number[]).map((value) => value / part.weight);
      const group = (openers[answer.part] as ReturnType<typeof groupOpener>)(null, counts);
      return {
        total: group.totalInterval,
        counted: { total: group.total, weights: group.counts.map(() => 1 / part.weight) },
        clipping: part.kind === "histogram" && group.counts.length > 1 ? clippingOf(group) : nothingClipped,
        cells: part.kind === "histogram" ? fromBins(answer, group) : fromList(answer, group, part.values),
      };
    }
    if (part.kind === "moments") {
      const own = rows as PartRows<Extract<Part, { kind: "moments" }>>;
      const estimate =
        answer.statistic === "correlation"
          ? correlationOf(own, noise)
          : answer.statistic === "slope"
            ? slopeOf(own, noise)
            : meanOfMoments(own, noise);
      const { total, interval } = presentOf(own, noise);
      return {
        total: interval,
        counted: { total, weights: [1 / own.part.presentWeight] },
        clipping: unbinned,
        cells: [{ statistic: answer.statistic, estimate }],
      };
    }
    if (part.kind === "sum") {
      const unit = part.most / (part.resolution * part.weight);
      return {
        clipping: unbinned,
        cells: [{ statistic: "sum", estimate: sumOf(rows.values[0] as number, unit, noise, law) }],
      };
    }
    return fail("unsupported", `answers from ${part.kind} parts are not read yet`);
  };
}

const nothingClipped = { atMostBelow: 0, atMostAbove: 0 };
const unbinned = { unknown: "sums do not tell how many values were clipped; a histogram beside does" };

function fromBins(answer: Answer, group: HistogramGroup): Read["cells"] {
  switch (answer.statistic) {
    case "count":
      return [{ statistic: "count", estimate: countOf(group) }];
    case "mean":
      return [{ statistic: "mean", estimate: meanOf(group) }];
    case "stddev":
      return [{ statistic: "stddev", estimate: stddevOf(group) }];
    case "quantile":
      return answer.levels.map((level) => ({
        statistic: level === 0.5 ? "median" : `p${trimmed(level * 100)}`,
        estimate: quantileOf(group, level),
      }));
    case "share": {
      const from = group.edges.indexOf(answer.atLeast);
      const membership = group.counts.map((_, i) => (i >= from ? 1 : 0));
      return [{ statistic: `share>=${answer.atLeast}`, estimate: shareOf(group, membership) }];
    }
    case "histogram":
      return group.counts.map((count, i) => ({
        statistic: `[${group.edges[i]}, ${group.edges[i + 1]})`,
        estimate: cellCount(count, group),
      }));
    default:
      return fail("invalid_argument", `no ${answer.statistic} can be read off a histogram`);
  }
}

/** Counts by value, the largest first; ranked by what was released, so a close race may be decided by noise. */
function fromList(answer: Answer, group: HistogramGroup, values: readonly string[]): Read["cells"] {
  if (answer.statistic === "count") return [{ statistic: "count", estimate: countOf(group) }];
  if (answer.statistic !== "top") return fail("invalid_argument", `no ${answer.statistic} can be read off a category`);
  return values
    .map((value, i) => ({ statistic: value, estimate: cellCount(group.counts[i] as number, group) }))
    .sort((a, b) => b.estimate.estimate - a.estimate.estimate)
    .slice(0, answer.limit);
}

/** One cell's members: the same as a group of one bin. */
function cellCount(count: number, { noise }: HistogramGroup): Estimate {
  return countOf(groupOpener([0, 1], noise.law, noise.unit)(null, [count]));
}

/** A total over the contributing members: nothing is sampled, so both intervals are the noise's. */
function sumOf(row: number, unit: number, noise: CellNoise, law: NoiseLaw): Estimate {
  const estimate = Math.max(0, row * unit);
  const half = noiseQuantile({ weights: [unit], noise: law, level: 0.95 });
  const interval: Interval = [Math.max(0, row * unit - half), Math.max(0, row * unit + half)];
  const sd = unit * Math.sqrt(noise.variance);
  return {
    estimate,
    interval95: interval,
    privacyInterval95: interval,
    privacyNoiseSd: sd,
    samplingSd: 0,
    uninformative: false,
  };
}

/** "mean rhr", "share mvpa>=150", "correlation sleep, rhr": what the number is of, by the reader's registry. */
function labelOf(
  statistic: string,
  answer: Answer,
  source: StatisticsSource,
  { parts }: ProductEncoder,
  release: Released,
): string {
  const part = parts[answer.part] as Part;
  const names = (part.kind === "moments" ? part.values : [part.value]).map((index) => {
    const value = source.values[index];
    if (value === undefined || value.kind === "presence") return "";
    if (value.kind === "attribute") return value.attribute;
    const name = nameOf(value.expression, registryOf(release));
    return name === undefined || name.metric === "formula" ? formulaOf(value.expression) : name.metric;
  });
  const of = names.filter((name) => name !== "").join(", ");
  if (of === "") return statistic;
  return statistic.startsWith("share>=") ? `share ${of}${statistic.slice("share".length)}` : `${statistic} ${of}`;
}

const trimmed = (percent: number) => `${Number(percent.toPrecision(6))}`;
