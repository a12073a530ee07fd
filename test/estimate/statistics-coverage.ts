// How often the intervals of every statistic of a plan hold the truth, for members who are drawn and seeded noise: plans as the
// planner makes them, columns as devices fill them, rows of the public map, cells as analysts read them.
import { cellsOf } from "../../src/estimate/answers.ts";
import { discreteGaussian } from "../../src/privacy/mechanisms/discrete-gaussian/mechanism.ts";
import { mechanismFrom } from "../../src/privacy/mechanisms/from-event.ts";
import { rational, toNumber } from "../../src/privacy/rational.ts";
import { l2SquaredSensitivity } from "../../src/privacy/units.ts";
import { planQuestion } from "../../src/query/planner/plan.ts";
import { completeDraft } from "../../src/query/question/complete.ts";
import { compileSql } from "../../src/query/sql/compile.ts";
import { Random } from "../../src/simulate/random.ts";
import { type Part, partColumns } from "../../src/task/encoders/kinds.ts";
import { encodeMoments } from "../../src/task/encoders/moments/encode.ts";
import { groupCount, type ProductEncoder, productColumns, productMap } from "../../src/task/encoders/product.ts";
import { type LinearMap, rowsOf } from "../../src/task/linear-map.ts";
import { catalogue, defaults, operator } from "../query/catalogue.ts";

/** A member's two measures, each from 0 to 1 over its public range; values beyond are clipped. */
export const shapes = {
  bell: (random: Random) => {
    const [a, b] = [random.normal(), random.normal()];
    return [0.5 + a / 8, 0.5 + (0.4 * a + 0.917 * b) / 8];
  },
  "right-skewed": (random: Random) => {
    const common = random.gamma(1, 0.06);
    return [common + random.gamma(1, 0.06), common + random.gamma(1, 0.08)];
  },
  "half at the lowest": (random: Random) => {
    const active = random.chance(0.5);
    return [active ? random.gamma(2, 0.3) : 0.01, active && random.chance(0.8) ? random.gamma(1.5, 0.25) : 0.02];
  },
  "wider where larger": (random: Random) => {
    const x = random.uniform();
    return [x, 0.3 + 0.3 * x + random.normal(0, 0.15 * x)];
  },
} as const satisfies Record<string, (random: Random) => [number, number]>;
export type ShapeName = keyof typeof shapes;

export interface Tally {
  runs: number;
  /** Of privacyInterval95, about these members: above or below. */
  privacyAbove: number;
  privacyBelow: number;
  /** Of interval95, about the population. */
  above: number;
  below: number;
  uninformative: number;
  /** Sums of widths, of interval95 and of privacyInterval95. */
  width: number;
  privacyWidth: number;
}

export interface Setting {
  readonly sql: string;
  readonly shape: ShapeName;
  /** In each group. */
  readonly members: number;
  /** Intervals of each statistic. */
  readonly runs: number;
}

/** The population: members are drawn from these with replacement, so that the truth about it is exact. */
const POPULATION = 40_000;
const COHORTS = 25;

/** @returns a tally by statistic, over all cohorts */
export function tallyOf({ sql, shape, members, runs }: Setting): Map<string, Tally> {
  const question = completeDraft(compileSql(sql, catalogue).draft, catalogue, defaults);
  const groups = groupCount({ groups: question.groupBy });
  const { plan: asked } = planQuestion(question, catalogue, { operator, members: members * groups }).chosen;
  if (asked.encoder.kind !== "product") throw new Error("a plan of statistics has a product");
  // Each run is one group, whatever the question's own: what is computed for their noise is shared.
  const cohorts = { attribute: "cohort", values: Array.from({ length: COHORTS }, (_, i) => `${i}`) };
  const encoder: ProductEncoder = { ...asked.encoder, groups: [cohorts] };
  const plan = { ...asked, encoder, map: productMap(encoder) };
  const random = new Random(`${sql} ${shape} ${members}`);
  const noise = noiseOf(plan.noise, random);
  const truth = (columns: readonly number[]) =>
    cellsOf({ ...plan, noise: silent, draws: 2, values: valuesOf(plan.map, columns, () => 0) });
  const people = peopleOf(encoder, shape, random);
  // In the first group.
  const all = truth(columnsOf(encoder, [sumOf(people)]));
  const population = all.filter(({ group }) => group === all[0]?.group);
  const whole = new Map(population.map((cell) => [cell.statistic, cell.estimate.estimate]));
  const names = [...new Set(population.map(({ statistic }) => statistic))];
  const tallies = new Map(names.map((name) => [name, empty()]));
  for (let run = 0; run < runs; run += COHORTS) {
    const sums = Array.from({ length: COHORTS }, () => sumOf(people, members, random));
    const columns = columnsOf(encoder, sums);
    const exact = new Map(truth(columns).map((cell) => [cell.key, cell.estimate.estimate]));
    const values = valuesOf(plan.map, columns, noise);
    for (const { key, statistic, estimate } of cellsOf({ ...plan, draws: 2, values })) {
      const tally = tallies.get(statistic);
      const own = exact.get(key);
      if (tally === undefined || own === undefined) continue;
      const counted = /^(count|sum|\[|phone|watch|band|ring)/.test(statistic);
      const wide = counted ? own : (whole.get(statistic) as number);
      const slack = 1e-9 * (1 + Math.abs(own));
      tally.runs++;
      if (estimate.privacyInterval95[0] > own + slack) tally.privacyAbove++;
      if (estimate.privacyInterval95[1] < own - slack) tally.privacyBelow++;
      if (estimate.interval95[0] > wide + slack) tally.above++;
      if (estimate.interval95[1] < wide - slack) tally.below++;
      if (estimate.uninformative) tally.uninformative++;
      tally.width += estimate.interval95[1] - estimate.interval95[0];
      tally.privacyWidth += estimate.privacyInterval95[1] - estimate.privacyInterval95[0];
    }
  }
  return tallies;
}

/** So quiet that every draw is 0. */
const silent = discreteGaussian({ rho: rational(1_000_000n, 1n), sensitivity: l2SquaredSensitivity(1n) }).event;

const empty = (): Tally => ({
  runs: 0,
  privacyAbove: 0,
  privacyBelow: 0,
  above: 0,
  below: 0,
  uninformative: 0,
  width: 0,
  privacyWidth: 0,
});

/** Members by what each adds to its group's columns, part after part: member i adds adds[k] to column at[k] for k from starts[i]. */
interface People {
  readonly columns: number;
  readonly starts: readonly number[];
  readonly at: readonly number[];
  readonly adds: readonly number[];
}

function peopleOf({ parts }: ProductEncoder, shape: ShapeName, random: Random): People {
  const columns = parts.reduce((sum, part) => sum + partColumns(part), 0);
  const [starts, at, adds]: [number[], number[], number[]] = [[0], [], []];
  for (let i = 0; i < POPULATION; i++) {
    const measures = shapes[shape](random);
    const own = new Array<number>(columns).fill(0);
    let offset = 0;
    for (const part of parts) {
      fill(part, measures, own, offset, random);
      offset += partColumns(part);
    }
    for (const [column, amount] of own.entries())
      if (amount !== 0) {
        at.push(column);
        adds.push(amount);
      }
    starts.push(at.length);
  }
  return { columns, starts, at, adds };
}

/** Of everybody once, or of so many drawn with replacement. */
function sumOf({ columns, starts, at, adds }: People, members?: number, random?: Random): number[] {
  const sums = new Array<number>(columns).fill(0);
  for (let drawn = 0; drawn < (members ?? POPULATION); drawn++) {
    const who = random?.below(POPULATION) ?? drawn;
    const end = starts[who + 1] as number;
    for (let k = starts[who] as number; k < end; k++)
      sums[at[k] as number] = (sums[at[k] as number] as number) + (adds[k] as number);
  }
  return sums;
}

/** Groups' sums where the encoder has them; groups without a sum are empty. */
function columnsOf(encoder: ProductEncoder, groups: readonly (readonly number[])[]): number[] {
  const columns = new Array<number>(productColumns(encoder)).fill(0);
  let [offset, before] = [0, 0];
  for (const part of encoder.parts) {
    const own = partColumns(part);
    for (const [group, sums] of groups.entries())
      for (let i = 0; i < own; i++) columns[offset + group * own + i] = sums[before + i] as number;
    offset += own * groupCount(encoder);
    before += own;
  }
  return columns;
}

/** A source's first measure is the member's first, every other the second; presence and lists are in neither. */
export function fill(part: Part, measures: readonly number[], columns: number[], at: number, random: Random): void {
  const add = (i: number, amount: number) => {
    columns[at + i] = (columns[at + i] as number) + amount;
  };
  const measure = (index: number) => Math.min(1, Math.max(0, measures[Math.min(1, index)] as number));
  if (part.kind === "category") {
    const u = random.uniform();
    // Some have a value that is in no list.
    const line = Math.floor(u * u * (part.values.length + 1));
    if (line < part.values.length) add(line, 1);
  } else if (part.kind === "histogram") {
    const { edges } = part;
    const [low, high] = [edges[0] as number, edges.at(-1) as number];
    const value = low + (high - low) * measure(part.value);
    let bin = 0;
    while (bin < edges.length - 2 && value >= (edges[bin + 1] as number)) bin++;
    add(bin, 1);
  } else if (part.kind === "moments") {
    const values = part.values.map((_, i) => {
      const [low, high] = part.clip[i] as [number, number];
      return low + (high - low) * measure(part.values.length === 1 ? (part.values[0] as number) : i);
    });
    for (const [i, integer] of (encodeMoments(part, values) as number[]).entries()) add(i, integer);
  }
}

export function valuesOf(map: LinearMap, columns: readonly number[], noise: () => number): number[] {
  return rowsOf(map).map((row) => {
    let sum = noise();
    for (let i = 0; i < row.length; i += 2) sum += (row[i + 1] as number) * (columns[row[i] as number] as number);
    return sum;
  });
}

/** Two seeded draws of the law; wide Gaussian noise is a rounded normal. */
export function noiseOf(event: Parameters<typeof mechanismFrom>[0], random: Random): () => number {
  const law = mechanismFrom(event).law(1);
  if (law.mechanism === "discrete-laplace") {
    const scale = toNumber(law.scale);
    const one = () => Math.floor(-Math.log(1 - random.uniform()) * scale);
    return () => one() - one() + one() - one();
  }
  if (law.mechanism === "discrete-gaussian") {
    const sd = Math.sqrt(2 * toNumber(law.sigmaSquared));
    return () => Math.round(random.normal(0, sd));
  }
  throw new Error("plans have Laplace or Gaussian noise");
}
