// How exact the answers of a plan will be: the released integers as they are to be expected, without noise, go through the
// estimates' own methods. Members are assumed to lie in a bell over each measure's range; who knows better says so.
import { answersOf, type Released } from "../../estimate/answers.ts";
import type { PredictedWidth } from "../../estimate/predict.ts";
import { normalCdf } from "../../privacy/numeric/normal.ts";
import { type Part, partColumns } from "../../task/encoders/kinds.ts";
import { groupCount, type ProductEncoder, productMap } from "../../task/encoders/product.ts";
import type { PlannedTask } from "../../task/manifest.ts";

/** Standard deviation of the assumed bell, as a share of the measure's public range; its centre is the range's middle. */
export const ASSUMED_SD = 1 / 8;
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
  return answersOf(released).map(({ statistic, estimate: { interval95, privacyInterval95 } }) => ({
    statistic,
    halfWidth: (interval95[1] - interval95[0]) / 2,
    privacyHalfWidth: (privacyInterval95[1] - privacyInterval95[0]) / 2,
  }));
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
    case "sum":
      return [part.resolution / 2];
    case "moments": {
      // z has this variance: the range is 2 wide.
      const square = (2 * ASSUMED_SD) ** 2;
      const m = part.resolution;
      const first = part.values.map(() => m / 2);
      if (part.order === 1) return [1, ...first];
      const squares = part.values.map(() => m * square);
      const product = part.values.length === 2 ? [(m * (1 + ASSUMED_CORRELATION * square)) / 2] : [];
      return [1, ...first, ...squares, ...product];
    }
  }
}

/** Shares of a normal law over the bins, with its tails in the outer ones. */
function bell(edges: readonly number[]): number[] {
  const [low, high] = [edges[0] as number, edges.at(-1) as number];
  const [middle, sd] = [(low + high) / 2, (high - low) * ASSUMED_SD];
  const below = edges.map((edge, i) => (i === 0 ? 0 : i === edges.length - 1 ? 1 : normalCdf((edge - middle) / sd)));
  return below.slice(1).map((share, i) => share - (below[i] as number));
}
