// The answers of a release of statistics, group by group: what was asked, read off the parts.
import { fail } from "../base/errors.ts";
import type { NoiseLaw } from "../privacy/distributions/noise-law.ts";
import { mechanismFrom } from "../privacy/mechanisms/from-event.ts";
import type { Answer } from "../task/answers.ts";
import { groupRows, type PartRows } from "../task/encoders/decode.ts";
import { type Part, partColumns } from "../task/encoders/kinds.ts";
import type { MomentsPart } from "../task/encoders/moments/part.ts";
import { groupLabel, type ProductEncoder } from "../task/encoders/product.ts";
import { registryOf } from "../task/metrics/definition.ts";
import type { ReleaseDocument } from "../task/release.ts";
import type { StatisticsSource } from "../task/statistics.ts";
import type { Cell, CellOptions } from "./cell.ts";
import { countOf } from "./count.ts";
import type { Estimate } from "./estimate.ts";
import { type CountedGroup, type Interval, opener } from "./group.ts";
import { type HistogramGroup, partOpener } from "./histogram.ts";
import { periodName, valueName } from "./labels.ts";
import { meanOfMoments, totalOfMoments } from "./moments.ts";
import { cellNoiseOf } from "./noise.ts";
import { correlationOf, slopeOf } from "./pair.ts";
import { type Counted, clippingOf, type ErrorParts, nonResponseOf, partsOf } from "./parts.ts";
import { quantileOf } from "./quantile.ts";
import { meanOf, shareOf } from "./ratio.ts";
import { stddevOf } from "./spread.ts";
import { weightedTotal } from "./total.ts";

/** What of a release its answers depend on: also a plan's, with values as they are to be expected. */
export type Released = Pick<ReleaseDocument, "name" | "source" | "encoder" | "noise" | "values" | "definitions"> & {
  /** Noises in each value: two of a release, one of a share. */
  readonly draws: 1 | 2;
};

/** @throws PacelineError invalid_argument unless the release holds statistics */
export function cellsOf(release: Released, { floor = 0 }: CellOptions = {}): Cell[] {
  const { source, encoder } = release;
  if (source.kind !== "statistics" || encoder.kind !== "product")
    return fail("invalid_argument", `the release "${release.name}" holds no statistics`);
  const law = mechanismFrom(release.noise).law(release.draws);
  const read = readerOf(encoder, law);
  const noise = cellNoiseOf(law);
  const counts = source.answers.findIndex(({ part }) => isPresence(encoder.parts[part] as Part, source));
  return groupRows(encoder, release.values).flatMap(({ group, parts }) => {
    const named = groupLabel(group);
    const reads = source.answers.map((answer) => read(answer, parts[answer.part] as PartRows));
    const present = reads[counts];
    return source.answers.flatMap((answer, index) => {
      const { total = present?.total, counted, clipping, cells } = reads[index] as Read;
      const reason = suppression(total, floor);
      const nonResponse = counted === undefined ? noEvents : nonResponseOf(present?.counted, counted, noise);
      const form = formOf(answer, encoder.parts[answer.part] as Part, source);
      return cells.map(({ statistic, estimate }): Cell => {
        const label = labelOf(statistic, answer, source, encoder, release);
        const doubtful = (total !== undefined && total[0] < 0) || estimate.uninformative;
        const caution = doubtful ? ({ caution: "large noise" } as const) : {};
        const error = partsOf(estimate, clipping, nonResponse);
        const key = `${named ?? "all"}/${label}`;
        return { key, group: named, statistic: label, estimate, ...form, parts: error, ...reason, ...caution };
      });
    });
  });
}

/** What cannot be shown to have enough members is hidden. */
function suppression(total: Interval | undefined, floor: number): { suppressed?: string } {
  if (floor <= 0) return {};
  if (total === undefined) return { suppressed: "the release does not count the members behind this number" };
  const [least] = total;
  return least < floor ? { suppressed: `fewer than ${floor} contributors cannot be ruled out` } : {};
}

function formOf({ statistic }: Answer, part: Part, { values }: StatisticsSource): Pick<Cell, "form"> {
  if (statistic === "histogram" || statistic === "top") return { form: "line" };
  const value = values[part.kind === "moments" ? (part.values[0] as number) : part.value];
  if (value?.kind === "mean" && value.days !== undefined) return { form: "period" };
  return statistic === "mean" && (value?.kind === "change" || value?.kind === "trend") ? { form: "change" } : {};
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
  const openers = encoder.parts.map((part) => readPart(part, law));
  return (answer, { values }) => (openers[answer.part] as ReturnType<typeof readPart>)(answer, values);
}

function readPart(part: Part, law: NoiseLaw): (answer: Answer, values: readonly number[]) => Read {
  switch (part.kind) {
    case "histogram": {
      const open = partOpener(part, law);
      return (answer, values) => {
        const group = open(null, values);
        const clipping = group.counts.length > 1 ? clippingOf(group) : nothingClipped;
        return { ...readOf(group), clipping, cells: fromBins(answer, group) };
      };
    }
    case "category": {
      const unit = 1 / part.weight;
      const open = opener(part.values.length, law, unit);
      return (answer, values) => {
        const group = open(
          null,
          values.map((value) => value * unit),
        );
        return { ...readOf(group), clipping: nothingClipped, cells: fromList(answer, group, part.values) };
      };
    }
    case "moments": {
      const unit = 1 / (part.weight * part.resolution);
      const open = opener(partColumns(part), law, unit);
      return (answer, values) => {
        const group = open(
          null,
          values.map((value) => value * unit),
        );
        return { ...readOf(group), clipping: unbinned, cells: [fromMoments(answer, part, group)] };
      };
    }
    case "events": {
      // A member counts for several values: the sum of all is no number of members.
      const open = opener(1, law, 1 / part.weight);
      return (answer, values) => {
        const counts = values.map((value) => open(null, [value / part.weight]));
        return { clipping: capped, cells: topOf(answer, part.values, (i) => countOf(counts[i] as CountedGroup)) };
      };
    }
  }
}

/** The members behind the numbers, and the released rows' weights in them. */
function readOf({ total, totalInterval, counts, noise, noiseOf }: CountedGroup): Pick<Read, "total" | "counted"> {
  const weights = noiseOf(counts.map(() => 1)).map((weight) => weight * noise.unit);
  return { total: totalInterval, counted: { total, weights } };
}

function fromMoments(answer: Answer, part: MomentsPart, group: CountedGroup): Read["cells"][number] {
  const { statistic } = answer;
  switch (statistic) {
    case "mean":
      return { statistic, estimate: meanOfMoments(part, group) };
    case "sum":
      return { statistic, estimate: totalOfMoments(part, group) };
    case "correlation":
      return { statistic, estimate: correlationOf(part, group) };
    case "slope":
      return { statistic, estimate: slopeOf(part, group) };
    default:
      return fail("invalid_argument", `no ${statistic} can be read off moments`);
  }
}

const noEvents = {
  unknown: "members to whom nothing of the list happened, and those whose app does not record it, look alike",
};
const capped = { unknown: "how many members had more values than one counts for is not released" };
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
      return group.counts.map((_, i) => ({
        statistic: `[${group.edges[i]}, ${group.edges[i + 1]})`,
        estimate: cellCount(i, group),
      }));
    default:
      return fail("invalid_argument", `no ${answer.statistic} can be read off a histogram`);
  }
}

/** Counts by value, the largest first; ranked by what was released, so a close race may be decided by noise. */
function fromList(answer: Answer, group: CountedGroup, values: readonly string[]): Read["cells"] {
  if (answer.statistic === "count") return [{ statistic: "count", estimate: countOf(group) }];
  return topOf(answer, values, (i) => cellCount(i, group));
}

function topOf(answer: Answer, values: readonly string[], estimateOf: (index: number) => Estimate): Read["cells"] {
  if (answer.statistic !== "top") return fail("invalid_argument", `no ${answer.statistic} can be read off a category`);
  return values
    .map((value, i) => ({ statistic: value, estimate: estimateOf(i) }))
    .sort((a, b) => b.estimate.estimate - a.estimate.estimate)
    .slice(0, answer.limit);
}

/** One cell's members. */
function cellCount(cell: number, group: CountedGroup): Estimate {
  return weightedTotal(
    group,
    group.counts.map((_, i) => (i === cell ? 1 : 0)),
  );
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
  const registry = registryOf(release);
  const values = (part.kind === "moments" ? part.values : [part.value]).map((index) => source.values[index]);
  const of = values
    .map((value) => valueName(value, registry))
    .filter((name) => name !== "")
    .join(", ");
  if (of === "") return statistic;
  const from = periodName(values[0]);
  if (!statistic.startsWith("share>=")) return `${statistic} ${of}${from}`;
  return values[0]?.kind === "all" ? `share ${of}` : `share ${of}${statistic.slice("share".length)}${from}`;
}

const trimmed = (percent: number) => `${Number(percent.toPrecision(6))}`;
