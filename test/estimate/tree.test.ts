// Consistent counts of a tree against the normal equations solved densely, and what is read off them.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cellsOf } from "../../src/estimate/answers.ts";
import { partOpener } from "../../src/estimate/histogram.ts";
import { quantileOf } from "../../src/estimate/quantile.ts";
import { meanOf, shareOf } from "../../src/estimate/ratio.ts";
import { stddevOf } from "../../src/estimate/spread.ts";
import { consistentTree } from "../../src/estimate/tree.ts";
import { discreteLaplace } from "../../src/privacy/mechanisms/discrete-laplace/mechanism.ts";
import { rational } from "../../src/privacy/rational.ts";
import { l1Sensitivity } from "../../src/privacy/units.ts";
import { type HistogramPart, levelsOf } from "../../src/task/encoders/histogram/part.ts";
import { partRows } from "../../src/task/encoders/kinds.ts";

const partOf = (bins: number, fanout: number | null, weight = 1): HistogramPart => ({
  kind: "histogram",
  value: 0,
  edges: Array.from({ length: bins + 1 }, (_, i) => 10 * i),
  weight,
  fanout,
});
const treeOf = (part: HistogramPart) => consistentTree({ levels: levelsOf(part), fanout: part.fanout as number });
/** The rows as a dense matrix of 0 and 1. */
const matrixOf = (part: HistogramPart): number[][] =>
  partRows(part).map((row) => {
    const dense = new Array<number>(part.edges.length - 1).fill(0);
    for (let i = 0; i < row.length; i += 2) dense[row[i] as number] = 1;
    return dense;
  });
const times = (matrix: readonly (readonly number[])[], x: readonly number[]) =>
  matrix.map((row) => row.reduce((sum, one, i) => sum + one * (x[i] as number), 0));
const transposed = (matrix: readonly (readonly number[])[]) =>
  (matrix[0] as readonly number[]).map((_, column) => matrix.map((row) => row[column] as number));

const shape = fc.tuple(fc.integer({ min: 2, max: 40 }), fc.integer({ min: 2, max: 16 }));
const noised = (length: number) =>
  fc.array(fc.integer({ min: -50, max: 300 }), { minLength: length, maxLength: length });
const trees = shape.chain(([bins, fanout]) => {
  const part = partOf(bins, fanout);
  return fc.tuple(fc.constant(part), noised(partRows(part).length), noised(bins));
});

describe("consistent counts", () => {
  test("satisfy the normal equations, whatever was released and however the levels end", () => {
    fc.assert(
      fc.property(trees, ([part, values]) => {
        const matrix = matrixOf(part);
        const counts = treeOf(part).counts(values);
        const residual = times(matrix, counts).map((sum, row) => (values[row] as number) - sum);
        for (const zero of times(transposed(matrix), residual)) expect(Math.abs(zero)).toBeLessThan(1e-7);
      }),
    );
  });

  test("are the counts themselves where the levels agree", () => {
    fc.assert(
      fc.property(trees, ([part, _, counts]) => {
        const read = treeOf(part).counts(times(matrixOf(part), counts));
        for (const [bin, count] of counts.entries()) expect(read[bin]).toBeCloseTo(count, 8);
      }),
    );
  });

  test("of a weighted sum the rows' weights are known, and are no larger than of bins alone", () => {
    fc.assert(
      fc.property(trees, ([part, values, weights]) => {
        const tree = treeOf(part);
        const rows = tree.rowsOf(weights);
        const sum = tree.counts(values).reduce((all, count, i) => all + count * (weights[i] as number), 0);
        expect(rows.reduce((all, one, i) => all + one * (values[i] as number), 0)).toBeCloseTo(sum, 5);
        const squares = rows.reduce((all, one) => all + one * one, 0);
        expect(tree.squaresOf(weights)).toBeCloseTo(squares, 5);
        expect(squares).toBeLessThanOrEqual(weights.reduce((all, one) => all + one * one, 0) * (1 + 1e-9));
      }),
    );
  });
});

describe("read off a tree", () => {
  const { law } = discreteLaplace({ epsilon: rational(1n, 1n), sensitivity: l1Sensitivity(9n) });
  const counts = [5, 0, 40, 90, 120, 60, 30, 8, 2];
  const part = partOf(9, 3, 3);
  const values = times(matrixOf(part), counts).map((value) => 3 * value);
  const tree = partOpener(part, law(2))(null, values);
  const flat = partOpener(partOf(9, null, 3), law(2))(
    null,
    counts.map((count) => 3 * count),
  );

  test("every point is that of the bins", () => {
    for (const statistic of [
      meanOf,
      stddevOf,
      (group: typeof tree) => quantileOf(group, 0.3),
      (group: typeof tree) => shareOf(group, [0, 0, 0, 0, 1, 1, 1, 1, 1]),
    ])
      expect(statistic(tree).estimate).toBeCloseTo(statistic(flat).estimate, 9);
    expect(tree.total).toBeCloseTo(355, 9);
  });

  test("at the same noise a row, every interval is narrower, and says that counts were made consistent", () => {
    for (const statistic of [meanOf, (group: typeof tree) => quantileOf(group, 0.3)]) {
      const [narrow, wide] = [statistic(tree), statistic(flat)];
      expect(narrow.privacyNoiseSd).toBeLessThan(wide.privacyNoiseSd);
      expect(narrow.privacyInterval95[1]).toBeLessThan(wide.privacyInterval95[1]);
      expect(narrow.processing).toEqual(["consistent"]);
      expect(wide.processing).toBeUndefined();
    }
  });

  test("quantiles of counts that noise made negative say so", () => {
    const part = partOf(4, null);
    const group = partOpener(part, law(2))(null, [400, -9, 700, 300]);
    expect(quantileOf(group, 0.5).processing).toEqual(["monotone"]);
  });

  test("the privacy interval holds what noise moved as often as it says", () => {
    const draw = seeded();
    const laplace = () => {
      const u = draw() - 0.5;
      return -9 * Math.sign(u) * Math.log(1 - 2 * Math.abs(u));
    };
    const truth = quantileOf(tree, 0.5).estimate;
    const open = partOpener(part, law(2));
    let held = 0;
    const runs = 400;
    for (let run = 0; run < runs; run++) {
      const [low, high] = quantileOf(
        open(
          null,
          values.map((value) => Math.round(value + laplace() + laplace())),
        ),
        0.5,
      ).privacyInterval95;
      if (low <= truth && truth <= high) held++;
    }
    // Four standard errors around 95 %.
    expect(held / runs).toBeGreaterThan(0.905);
    expect(held / runs).toBeLessThan(0.995);
  });
});

test("a release of a tree is read through its levels, group by group", () => {
  const { event } = discreteLaplace({ epsilon: rational(1000n, 1n), sensitivity: l1Sensitivity(2n) });
  const part = partOf(4, 2);
  const rows = (counts: readonly number[]) => times(matrixOf(part), counts);
  const cells = cellsOf({
    name: "tree",
    source: {
      kind: "statistics",
      values: [{ kind: "mean", expression: { metric: "steps" }, times: 1, daysMin: 1 }],
      where: [],
      answers: [
        { statistic: "histogram", part: 0 },
        { statistic: "quantile", part: 0, levels: [0.5] },
      ],
    },
    encoder: { kind: "product", groups: [{ attribute: "site", values: ["a", "b"] }], parts: [part] },
    noise: event,
    draws: 2,
    values: [...rows([10, 20, 30, 40]), ...rows([40, 30, 20, 10])],
  });
  expect(cells.map(({ estimate }) => Math.round(estimate.estimate))).toEqual([10, 20, 30, 40, 27, 40, 30, 20, 10, 13]);
  expect(cells.every(({ estimate }) => estimate.processing?.includes("consistent"))).toBe(true);
});

/** A small generator of its own, so that figures repeat (Park and Miller 1988). */
function seeded(): () => number {
  let state = 20_261_125;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
