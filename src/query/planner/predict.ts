// How exact the answers of a plan will be: the released integers as they are to be expected, without noise, go through the
// estimates' own methods. Members are assumed to lie in a bell over each measure's range; who knows better says so.
import { cellsOf, type Released } from "../../estimate/answers.ts";
import type { PredictedWidth } from "../../estimate/predict.ts";
import type { Answer } from "../../task/answers.ts";
import { type Part, partColumns } from "../../task/encoders/kinds.ts";
import { bernstein } from "../../task/encoders/moments/bernstein.ts";
import type { MomentsPart } from "../../task/encoders/moments/part.ts";
import { groupCount, type ProductEncoder, productMap } from "../../task/encoders/product.ts";
import type { PlannedTask } from "../../task/manifest.ts";
import { ASSUMED_SD, bell } from "./bell.ts";
import { resolutionOf, roundingOf } from "./structure.ts";

/** Assumed between two measures of one correlation or slope. */
export const ASSUMED_CORRELATION = 0.3;

/** @param members who contribute, over all groups, split evenly @returns one group's widths */
export function predictAnswers(
  plan: Pick<PlannedTask, "name" | "source" | "encoder" | "noise" | "definitions">,
  members: number,
): PredictedWidth[] {
  const { encoder } = plan;
  if (encoder.kind !== "product") return [];
  const one: ProductEncoder = { ...encoder, groups: [] };
  const values = expectedValues(one, members / groupCount(encoder));
  const released = { ...plan, encoder: one, draws: 2, values } as Released;
  const resolutions = resolutionsOf(plan.source, encoder.parts, members / groupCount(encoder));
  return cellsOf(released).map(({ statistic, estimate: { interval95, privacyInterval95 } }, cell) => ({
    statistic,
    halfWidth: (interval95[1] - interval95[0]) / 2,
    privacyHalfWidth: (privacyInterval95[1] - privacyInterval95[0]) / 2,
    ...resolutions.get(cell),
  }));
}

/** Of each cell that is a quantile or a mean read off bins. */
function resolutionsOf(
  source: PlannedTask["source"],
  parts: readonly Part[],
  members: number,
): Map<number, { resolution: number }> {
  const found = new Map<number, { resolution: number }>();
  if (source.kind !== "statistics") return found;
  let cell = 0;
  for (const answer of source.answers) {
    const part = parts[answer.part];
    if (answer.statistic === "quantile" && part?.kind === "histogram")
      for (const [i] of answer.levels.entries()) found.set(cell + i, { resolution: resolutionOf(part.edges) });
    if (answer.statistic === "mean" && part?.kind === "histogram")
      found.set(cell, { resolution: roundingOf(part.edges, members) });
    cell += cellCount(answer, part);
  }
  return found;
}

/** Cells of a group that an answer makes. */
export function cellCount(answer: Answer, part: Part | undefined): number {
  if (answer.statistic === "quantile") return answer.levels.length;
  if (answer.statistic === "histogram" && part?.kind === "histogram") return part.edges.length - 1;
  if (answer.statistic === "top" && part?.kind === "category") return Math.min(answer.limit, part.values.length);
  return 1;
}

/** The rows of a product without keys, for members who lie as assumed. */
export function expectedValues(encoder: ProductEncoder, members: number): number[] {
  const columns = encoder.parts.flatMap((part) => expectedColumns(part).map((share) => share * members));
  return productMap(encoder).rows.map((row) => {
    let sum = 0;
    for (let i = 0; i < row.length; i += 2) sum += (row[i + 1] as number) * (columns[row[i] as number] ?? 0);
    return sum;
  });
}

/** One member's expected integers. */
function expectedColumns(part: Part): number[] {
  switch (part.kind) {
    case "histogram":
      return bell(part.edges);
    case "category":
    case "events":
      return new Array<number>(partColumns(part)).fill(1 / partColumns(part));
    case "moments":
      return part.values.length === 1 ? ofOne(part) : ofTwo(part);
  }
}

/** Points of the bell, each with its share of the members: enough of them that powers up to the eighth are the bell's. */
const nodes: readonly (readonly [z: number, share: number])[] = Array.from({ length: 33 }, (_, i) => {
  const z = (i - 16) / 4;
  return [z, Math.exp((-z * z) / 2) / Math.sqrt(32 * Math.PI)];
});

function ofOne({ order, resolution }: MomentsPart): number[] {
  return added(nodes.map(([z, share]) => bernstein(order, placeOf(z)).map((one) => one * share * resolution)));
}

/** y = ρx + √(1 − ρ²)·z */
function ofTwo({ order, resolution }: MomentsPart): number[] {
  const rest = Math.sqrt(1 - ASSUMED_CORRELATION ** 2);
  return added(
    nodes.flatMap(([x, share]) =>
      nodes.map(([z, other]) => {
        const second = bernstein(order, placeOf(ASSUMED_CORRELATION * x + rest * z));
        const points = share * other * resolution;
        return bernstein(order, placeOf(x)).flatMap((one) => second.map((two) => one * two * points));
      }),
    ),
  );
}

const placeOf = (z: number) => Math.min(1, Math.max(0, 0.5 + ASSUMED_SD * z));

function added(vectors: readonly (readonly number[])[]): number[] {
  const sum = new Array<number>(vectors[0]?.length ?? 0).fill(0);
  for (const vector of vectors) for (const [i, one] of vector.entries()) sum[i] = (sum[i] as number) + one;
  return sum;
}
