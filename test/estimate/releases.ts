// Releases as the two aggregators would make them: true counts plus two independent draws of exact noise from the CSPRNG.

import { cellsOf } from "../../src/estimate/answers.ts";
import type { Cell, CellOptions } from "../../src/estimate/cell.ts";
import { nodeEntropy } from "../../src/platform/node/entropy.ts";
import { answerLifetime } from "../../src/privacy/accounting/lifetime.ts";
import { discreteLaplace } from "../../src/privacy/mechanisms/discrete-laplace/mechanism.ts";
import { rational } from "../../src/privacy/rational.ts";
import { l1Sensitivity } from "../../src/privacy/units.ts";
import type { Answer } from "../../src/task/answers.ts";
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

/** Everything that a histogram of so many bins tells. */
function answersFor(edges: readonly number[]): Answer[] {
  const count: Answer = { statistic: "count", part: 0 };
  if (edges.length === 2) return [count];
  if (edges.length === 3) return [count, { statistic: "share", part: 0, atLeast: edges[1] as number }];
  return [count, { statistic: "mean", part: 0 }, { statistic: "quantile", part: 0, levels: [0.25, 0.5, 0.75] }];
}

/** A release holding exactly these values. */
export function releaseWith(shape: Shape, values: readonly number[]): ReleaseDocument {
  const { groups, edges, epsilonTenths = 10 } = shape;
  return {
    version: 2,
    task: "dGFzaw",
    name: "test",
    question: "How much?",
    queryHash: "aGFzaA",
    purpose: "service-improvement",
    window: { start: 20_000, end: 20_028 },
    source: {
      kind: "statistics",
      values: [{ kind: "mean", expression: { metric: "steps" }, times: 1, daysMin: 7 }],
      where: [],
      answers: answersFor(edges),
    },
    encoder: {
      kind: "product",
      groups: groups === undefined ? [] : [{ attribute: "ageBand", values: [...groups] }],
      parts: [{ kind: "histogram", value: 0, edges: [...edges], weight: 1, fanout: null }],
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

/** Cells by the statistic's name alone: "median", not "median steps". */
export function plainCells(release: ReleaseDocument, options?: CellOptions): readonly Cell[] {
  const plain = (text: string) => text.replace(" steps", "");
  return cellsOf(release, options).map((cell) => ({ ...cell, key: plain(cell.key), statistic: plain(cell.statistic) }));
}
