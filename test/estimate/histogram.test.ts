import { describe, expect, test } from "vitest";
import { openHistogram } from "../../src/estimate/histogram.ts";
import { distributionOf, twoSidedQuantile } from "../../src/privacy/distributions/noise-law.ts";
import { decodeRelease, encodeRelease } from "../../src/task/release.ts";
import { releaseWith } from "./releases.ts";

const shape = { edges: [0, 10, 20, 40], groups: ["18-24", "25-34"] };

describe("a release opened as a histogram", () => {
  test("groups are rows, in the encoder's order, with negative counts as released", () => {
    const [young, older] = openHistogram(releaseWith(shape, [5, -2, 30, 7, 8, 9]));
    expect(young).toMatchObject({ group: "18-24", counts: [5, -2, 30], total: 33, edges: shape.edges });
    expect(older).toMatchObject({ group: "25-34", counts: [7, 8, 9], total: 24 });
  });

  test("its fixture survives the codec", () => {
    const release = releaseWith(shape, [5, -2, 30, 7, 8, 9]);
    expect(decodeRelease(encodeRelease(release))).toEqual(release);
  });

  test("no split is one group called null", () => {
    expect(openHistogram(releaseWith({ edges: [0, 1, 2] }, [3, 4])).map(({ group }) => group)).toEqual([null]);
  });

  test("the total's interval is that of two aggregators' noise on every bin", () => {
    const [only] = openHistogram(releaseWith({ edges: [0, 1] }, [100]));
    const law = { mechanism: "discrete-laplace", scale: { num: 1n, den: 1n }, draws: 2 } as const;
    const half = twoSidedQuantile(distributionOf(law), 0.95);
    expect(only?.totalInterval).toEqual([100 - half, 100 + half]);
    expect(half).toBe(4);
    const [three] = openHistogram(releaseWith({ edges: [0, 1, 2, 3] }, [100, 0, 0]));
    expect((three?.totalInterval[1] ?? 0) - 100).toBe(7);
  });

  test("Gaussian noise opens too", () => {
    const noise = {
      mechanism: "discrete-gaussian",
      unit: "member",
      neighbouring: "zero-out",
      sensitivity: { norm: "l2-squared", bound: "1" },
      sigmaSquared: "8",
    } as const;
    const [only] = openHistogram({ ...releaseWith({ edges: [0, 1] }, [100]), noise });
    expect(only?.noise.variance).toBeCloseTo(16, 6);
    expect(only?.totalInterval).toEqual([92, 108]);
  });
});

describe("refused", () => {
  test("a vector", () => {
    const encoder = { kind: "vector", length: 2, bound: 5, l2Squared: 25 } as const;
    expect(() => openHistogram({ ...releaseWith(shape, []), encoder })).toThrow("holds a vector");
  });

  test("values that are not the histogram's cells", () => {
    expect(() => openHistogram(releaseWith(shape, [1, 2, 3]))).toThrow("3 values for 6 rows");
  });
});
