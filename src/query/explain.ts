// What a question would cost and how exact its answer would be, before anything is asked. Touches no data.
import { type PredictedWidth, predictWidths } from "../estimate/predict.ts";
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
  /**
   * Per number of members in all: half-widths of the 95 % intervals of each statistic of one group, by the estimates' own
   * methods, for members who split evenly over groups and bins. Where members are known to lie otherwise, `predictWidths`
   * of paceline/estimate takes their spread.
   */
  readonly predicted: readonly { readonly members: number; readonly widths95: readonly PredictedWidth[] }[];
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
  if (encoder.kind !== "histogram") return { ...common, cells: plan.map.rows.length, predicted: [] };
  const { edges } = encoder;
  const groups = groupsOf(encoder);
  return {
    ...common,
    cells: groups * binsOf(encoder),
    predicted: cohorts.map((members) => ({ members, widths95: predictWidths(law, { edges, members, groups }) })),
  };
}
