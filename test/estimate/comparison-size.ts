// How often comparisons find a difference where there is none, and where there is one: plans as the planner makes them, columns as
// devices fill them, rows of the public map, seeded noise of both aggregators.
import { type Comparison, comparisonsOf } from "../../src/estimate/compare.ts";
import { planQuestion } from "../../src/query/planner/plan.ts";
import { completeDraft } from "../../src/query/question/complete.ts";
import { compileSql } from "../../src/query/sql/compile.ts";
import { Random } from "../../src/simulate/random.ts";
import { partColumns } from "../../src/task/encoders/kinds.ts";
import { groupCount, type ProductEncoder, productColumns } from "../../src/task/encoders/product.ts";
import { catalogue, defaults, operator } from "../query/catalogue.ts";
import { fill, noiseOf, valuesOf } from "./statistics-coverage.ts";

/** Two measures from 0 to 1 over their ranges, each with mean 1/2, so that a change of that mean is none. */
export const nulls = {
  bell: (random: Random): [number, number] => [0.5 + random.normal() / 10, 0.5 + random.normal() / 6],
  skewed: (random: Random): [number, number] => [0.38 + random.gamma(2, 0.12), 0.44 + random.gamma(1, 0.06)],
  "far out, rarely": (random: Random): [number, number] => {
    const far = () => (random.chance(0.02) ? 0.5 + (random.chance(0.5) ? 0.4 : -0.4) : 0.5 + random.normal() / 50);
    return [far(), far()];
  },
} as const satisfies Record<string, (random: Random) => [number, number]>;

export interface Sized {
  /** p-values told, by statistic. */
  readonly found: Map<string, { told: number; rejected: number }>;
  readonly runs: number;
  /** Releases with any adjusted p of at most 5 %. */
  falseFamilies: number;
}

export interface SizeSetting {
  readonly sql: string;
  readonly shape: (random: Random) => readonly [number, number];
  /** In each group. */
  readonly members: number;
  readonly runs: number;
  /** Added to both measures in the first group. */
  readonly shift?: number;
  readonly seed?: string;
}

export function sizeOf({ sql, shape, members, runs, shift = 0, seed = "" }: SizeSetting): Sized {
  const question = completeDraft(compileSql(sql, catalogue).draft, catalogue, defaults);
  const plan = planQuestion(question, catalogue, { operator }).chosen.plan;
  const { encoder } = plan;
  if (encoder.kind !== "product") throw new Error("a plan of statistics has a product");
  const random = new Random(`${seed} ${sql} ${members}`);
  const noise = noiseOf(plan.noise, random);
  const sized: Sized = { found: new Map(), runs, falseFamilies: 0 };
  for (let run = 0; run < runs; run++) {
    const columns = columnsOf(encoder, { shape, members, shift }, random);
    const { comparisons } = comparisonsOf({ ...plan, draws: 2, values: valuesOf(plan.map, columns, noise) });
    for (const one of comparisons) count(sized, one);
    if (comparisons.some(({ adjusted }) => adjusted !== null && adjusted <= 0.05)) sized.falseFamilies++;
  }
  return sized;
}

/** The summed columns of so many members a group. */
function drawn(
  encoder: ProductEncoder,
  shape: (random: Random) => readonly [number, number],
  members: number,
  groups: number,
  random: Random,
): number[] {
  const all = groupCount(encoder);
  const columns = new Array<number>(productColumns(encoder)).fill(0);
  for (let group = 0; group < groups; group++)
    for (let i = 0; i < members; i++) {
      const measures = shape(random);
      let offset = 0;
      for (const part of encoder.parts) {
        const own = partColumns(part);
        fill(part, measures, columns, offset + group * own, random);
        offset += all * own;
      }
    }
  return columns;
}

/** The first group is filled with shifted members, every other one as it is. */
function columnsOf(
  encoder: ProductEncoder,
  { shape, members, shift }: Required<Pick<SizeSetting, "shape" | "members" | "shift">>,
  random: Random,
): number[] {
  const groups = groupCount(encoder);
  if (shift === 0) return drawn(encoder, shape, members, groups, random);
  const shifted = (own: Random): [number, number] => shape(own).map((value) => value + shift) as [number, number];
  const all = drawn(encoder, shape, members, groups, random);
  const moved = drawn(encoder, shifted, members, 1, random);
  const width = (productColumns(encoder) - (productColumns(encoder) % groups)) / groups;
  if (encoder.parts.length !== 1) throw new Error("shifts are of one part");
  return all.map((value, at) => (at < width ? (moved[at] as number) : value));
}

function count({ found }: Sized, { statistic, kind, p }: Comparison): void {
  if (p === null) return;
  const key = `${kind} ${statistic}`;
  const before = found.get(key) ?? { told: 0, rejected: 0 };
  found.set(key, { told: before.told + 1, rejected: before.rejected + (p <= 0.05 ? 1 : 0) });
}
