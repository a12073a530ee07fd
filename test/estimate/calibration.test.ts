import { describe, expect, test } from "vitest";
import { calibrationOf } from "../../src/estimate/calibration.ts";
import { Random } from "../../src/simulate/random.ts";

const ends = [0.2, 0.5];
const refused = expect.objectContaining({ code: "invalid_argument" });

describe("calibration", () => {
  test("of exact counts is their shares, and its intervals are Wilson's", () => {
    const { bins, all, lift } = calibrationOf({ ends, not: [90, 60, 10], came: [10, 40, 40], noiseSd: 0 });
    expect(bins.map(({ share }) => share)).toEqual([0.1, 0.4, 0.8]);
    expect(bins.map(({ from, to }) => [from, to])).toEqual([
      [0, 0.2],
      [0.2, 0.5],
      [0.5, 1],
    ]);
    expect(all).toMatchObject({ members: 250, share: 0.36 });
    // Wilson 1927, of 10 in 100.
    expect(bins[0]?.interval[0]).toBeCloseTo(0.0552, 2);
    expect(bins[0]?.interval[1]).toBeCloseTo(0.1744, 2);
    expect(lift?.point).toBeCloseTo(0.8 / 0.36, 12);
    expect(lift?.interval[0]).toBeGreaterThan(1);
    expect(lift?.interval[1]).toBeLessThan(4);
  });

  test("of counts that noise may have made up excludes nothing", () => {
    for (const [not, came] of [
      [
        [0, 0, 0],
        [0, 0, 0],
      ],
      [
        [-3, 2, 1],
        [2, -4, 1],
      ],
      [
        [-300, -2, -1],
        [-2, -400, -1],
      ],
    ] as const) {
      const { bins, lift } = calibrationOf({ ends, not, came, noiseSd: 6 });
      for (const { interval, share } of bins) {
        expect(share >= 0 && share <= 1).toBe(true);
        expect(interval).toEqual([0, 1]);
      }
      expect(lift?.interval[1] ?? null).toBe(null);
    }
  });

  test("holds in 95 of 100 cases or more, with the noise of rounds", () => {
    const random = new Random("calibration");
    const truth = [0.08, 0.3, 0.7];
    const sizes = [60, 50, 40];
    const noiseSd = 5;
    const everyone = truth.reduce((sum, p, i) => sum + p * (sizes[i] as number), 0) / 150;
    let [held, lifted, cases] = [0, 0, 0];
    for (let run = 0; run < 1000; run++) {
      const came = sizes.map((n, i) => {
        let yes = 0;
        for (let k = 0; k < n; k++) if (random.chance(truth[i] as number)) yes++;
        return yes;
      });
      const noised = (counts: readonly number[]) => counts.map((count) => count + random.normal(0, noiseSd));
      const not = sizes.map((n, i) => n - (came[i] as number));
      const { bins, lift } = calibrationOf({ ends, not: noised(not), came: noised(came), noiseSd });
      for (const [i, { interval }] of bins.entries()) {
        cases++;
        if (interval[0] <= (truth[i] as number) && (truth[i] as number) <= interval[1]) held++;
      }
      const factor = 0.7 / everyone;
      const [low, high] = lift?.interval ?? [0, null];
      if (low <= factor && (high === null || factor <= high)) lifted++;
    }
    // Standard error of 3,000 cases: 0.4 %; of 1,000: 0.7 %.
    expect(held / cases).toBeGreaterThan(0.935);
    expect(held / cases).toBeLessThan(0.985);
    expect(lifted / 1000).toBeGreaterThan(0.95 - 3 * 0.007);
  });

  test("of counts that do not belong together is refused", () => {
    for (const wrong of [
      { not: [1, 2], came: [1, 2, 3], noiseSd: 1 },
      { not: [1, 2, 3], came: [1], noiseSd: 1 },
      { not: [1, 2, 3], came: [1, 2, 3], noiseSd: Number.NaN },
    ])
      expect(() => calibrationOf({ ends, ...wrong })).toThrow(refused);
  });
});
