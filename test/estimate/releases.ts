// Releases as the two aggregators would make them: true counts plus two independent draws of exact noise from the CSPRNG.

import { nodeEntropy } from "../../src/platform/node/entropy.ts";
import { answerLifetime } from "../../src/privacy/accounting/lifetime.ts";
import { discreteLaplace } from "../../src/privacy/mechanisms/discrete-laplace/mechanism.ts";
import { rational } from "../../src/privacy/rational.ts";
import { l1Sensitivity } from "../../src/privacy/units.ts";
import type { ReleaseDocument } from "../../src/task/release.ts";

export interface Shape {
  readonly edges: readonly number[];
  /** Absent: the release is not split. */
  readonly groups?: readonly string[];
  /** Of one aggregator, as tenths: 10 is ε = 1. Default 10. */
  readonly epsilonTenths?: number;
}

function mechanismOf({ epsilonTenths = 10 }: Shape) {
  return discreteLaplace({
    epsilon: rational(BigInt(Math.round(1e5 * epsilonTenths)), 1_000_000n),
    sensitivity: l1Sensitivity(1n),
  });
}

/** A release holding exactly these values. */
export function releaseWith(shape: Shape, values: readonly number[]): ReleaseDocument {
  const { groups, edges, epsilonTenths = 10 } = shape;
  return {
    version: 1,
    task: "dGFzaw",
    name: "test",
    question: "How much?",
    queryHash: "aGFzaA",
    purpose: "service-improvement",
    window: { start: 20_000, end: 20_028 },
    source: {
      kind: "statistic",
      metric: "steps",
      title: "Steps",
      unit: "steps",
      expression: { metric: "steps" },
      statistic: { of: "daily-mean", times: 1, daysMin: 7 },
    },
    encoder: {
      kind: "histogram",
      group: groups === undefined ? null : { attribute: "ageBand", values: [...groups] },
      edges: [...edges],
    },
    noise: mechanismOf(shape).event,
    draws: 2,
    values: [...values],
    batch: { atLeast: 50, counts: "reports, empty ones included" },
    privacy: {
      epsilon: epsilonTenths / 10,
      delta: 0,
      rho: 0.4,
      unit: "member",
      neighbouring: "zero-out",
      mechanism: "discrete-laplace",
      noiseSd: { one: 0, both: 0 },
      trustMode: "two-aggregators",
      lifetime: answerLifetime({ week: 500_000_000n, year: 1_000_000_000n }, "member", mechanismOf(shape)),
    },
  };
}

/** A release of these true counts, with fresh noise. */
export function releaseOf(shape: Shape, counts: readonly number[]): ReleaseDocument {
  const mechanism = mechanismOf(shape);
  const [one, two] = [mechanism.drawNoise(nodeEntropy, counts.length), mechanism.drawNoise(nodeEntropy, counts.length)];
  return releaseWith(
    shape,
    counts.map((count, i) => count + Number((one[i] as bigint) + (two[i] as bigint))),
  );
}

/** Counts of values per bin, clipped into the outer bins. */
export function countInto(edges: readonly number[], values: readonly number[]): number[] {
  const counts = new Array<number>(edges.length - 1).fill(0);
  for (const value of values) {
    const above = edges.findIndex((edge) => value < edge);
    const bin = above === -1 ? counts.length - 1 : Math.max(0, above - 1);
    counts[bin] = (counts[bin] as number) + 1;
  }
  return counts;
}
