// Our side: the planner's own plan of a question, the device's own encoding of every member, the plan's own map, exact noise of its
// mechanism, drawn once or by both aggregators, and the estimates that analysts read. Only the shares are left out: sums are plain.
import { cellsOf } from "../../src/estimate/answers.ts";
import { nodeEntropy } from "../../src/platform/node/index.ts";
import { mechanismFrom } from "../../src/privacy/mechanisms/from-event.ts";
import { planQuestion } from "../../src/query/planner/plan.ts";
import { completeDraft } from "../../src/query/question/complete.ts";
import { operatorCatalogue } from "../../src/query/question/registry.ts";
import { compileSql } from "../../src/query/sql/compile.ts";
import { groupOf } from "../../src/task/encoders/product.ts";
import { encodeProduct, type MemberValue } from "../../src/task/encoders/values.ts";
import { rowsOf } from "../../src/task/linear-map.ts";
import type { PlannedTask } from "../../src/task/manifest.ts";
import { noOperator } from "../../src/task/metrics/definition.ts";

/** A member as a question sees it: one value a value of the plan's source. */
export interface Person {
  readonly value: MemberValue;
  readonly profile: Readonly<Record<string, string>>;
}

const catalogue = operatorCatalogue(noOperator);
/** The day that questions are asked on: a Monday. */
export const TODAY = 20_773;
const defaults = { today: TODAY, minCohort: 50, privacy: { epsilon: "1" }, purpose: "service-improvement" } as const;

/** @param members expected to contribute, over all groups: what an analyst who knows says to the planner */
export function planOf(sql: string, members: number): PlannedTask {
  const question = completeDraft(compileSql(sql, catalogue).draft, catalogue, defaults);
  return planQuestion(question, catalogue, { operator: noOperator, members }).chosen.plan;
}

/** Sums over members of what the map makes of each contribution. */
export function sumsOf({ encoder, map }: PlannedTask, people: readonly Person[]): number[] {
  if (encoder.kind !== "product") throw new Error("a plan of statistics");
  const columns = new Array<number>(map.columns).fill(0);
  for (const { value, profile } of people)
    for (const [i, integer] of encodeProduct(encoder, [value], profile).vector.entries())
      columns[i] = (columns[i] as number) + integer;
  return rowsOf(map).map((row) => {
    let sum = 0;
    for (let i = 0; i < row.length; i += 2) sum += (row[i + 1] as number) * (columns[row[i] as number] as number);
    return sum;
  });
}

/** Releases read at once: as groups of one, which share what is computed for their noise. */
const AT_ONCE = 50;

/** Estimates of every cell, in the answers' order, of so many releases of the same sums of a plan of one part. */
export function release(plan: PlannedTask, sums: readonly number[], draws: 1 | 2, runs: number): number[][] {
  const { encoder } = plan;
  if (encoder.kind !== "product" || encoder.parts.length !== 1) throw new Error("a plan of one part");
  const mechanism = mechanismFrom(plan.noise);
  const results: number[][] = [];
  while (results.length < runs) {
    const some = Math.min(AT_ONCE, runs - results.length);
    const values = Array.from({ length: some }, () => {
      const noises = Array.from({ length: draws }, () => mechanism.drawNoise(nodeEntropy, sums.length));
      return sums.map((sum, row) => noises.reduce((all, noise) => all + Number(noise[row]), sum));
    }).flat();
    const groups = [
      { attribute: "release", values: Array.from({ length: some }, (_, i) => `${i}`) },
      ...encoder.groups,
    ];
    const cells = cellsOf({ ...plan, encoder: { ...encoder, groups }, draws, values });
    const each = cells.length / some;
    for (let i = 0; i < some; i++)
      results.push(cells.slice(i * each, (i + 1) * each).map(({ estimate }) => estimate.estimate));
  }
  return results;
}

/** Members of each group of the plan, in its order; everybody where it has no key. */
export function groupsOf({ encoder }: PlannedTask, people: readonly Person[]): Person[][] {
  if (encoder.kind !== "product") throw new Error("a plan of statistics");
  const groups = new Map<number, Person[]>();
  for (const person of people) {
    const group = groupOf(encoder, person.profile);
    if (group !== undefined) groups.set(group, [...(groups.get(group) ?? []), person]);
  }
  return [...groups].sort(([a], [b]) => a - b).map(([, members]) => members);
}
