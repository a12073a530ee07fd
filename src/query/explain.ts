// What a question would cost and how exact its answer would be, before anything is asked. Touches no data.
import type { NoiseEvent } from "../privacy/accounting/events.ts";
import { noiseQuantile } from "../privacy/distributions/linear-noise.ts";
import { mechanismFrom } from "../privacy/mechanisms/from-event.ts";
import { binsOf, groupsOf } from "../task/encoder.ts";
import type { QueryPlan } from "./plan.ts";

export interface Explanation {
  /** Cost of one aggregator's noise, in ρ. */
  readonly rho: number;
  readonly cells: number;
  /** Half-width of the 95 % interval of one cell's count, from both aggregators' noise. */
  readonly countHalfWidth95: number;
  /** Half-width of the privacy part of a 95 % interval of one group's mean, per cohort size. */
  readonly meanHalfWidth95: readonly { readonly members: number; readonly halfWidth: number }[];
  readonly notice: string;
}

export function explainPlan(plan: QueryPlan, cohorts: readonly number[] = [100, 300, 1000, 3000, 10_000]): Explanation {
  const law = mechanismFrom(plan.noise as NoiseEvent).law(2);
  const { encoder } = plan;
  const common = {
    rho: Number(plan.rho) / 1e9,
    countHalfWidth95: noiseQuantile({ weights: [1], noise: law, level: 0.95 }),
    notice: plan.notice,
  };
  if (encoder.kind !== "histogram") return { ...common, cells: plan.map.rows.length, meanHalfWidth95: [] };
  const middles = encoder.edges.slice(1).map((edge, i) => (edge + (encoder.edges[i] as number)) / 2);
  const centre = middles.reduce((a, b) => a + b, 0) / middles.length;
  const spread = noiseQuantile({ weights: middles.map((middle) => middle - centre), noise: law, level: 0.95 });
  const groups = groupsOf(encoder);
  return {
    ...common,
    cells: groups * binsOf(encoder),
    meanHalfWidth95: cohorts.map((members) => ({ members, halfWidth: (spread * groups) / members })),
  };
}
