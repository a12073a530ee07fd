// Work is bounded whatever ε and the number of cells: counted in calls of the elementary functions, not in seconds.
import fc from "fast-check";
import { expect, test } from "vitest";
import { predictMeanHalfWidth } from "../../src/estimate/predict.ts";
import { distributionOf } from "../../src/privacy/distributions/noise-law.ts";
import { reachOf, reachStepsMax } from "../../src/privacy/distributions/reach.ts";
import { rational } from "../../src/privacy/rational.ts";
import { plainCells, releaseWith } from "./releases.ts";

const epsilons = [1e-6, 1e-3, 0.1, 1, 5, 7, 10, 13, 16, 17, 20, 40, 100, 750, 1e4, 1e6];
/** Calls of exp, log, sin and cos while `work` runs. */
function callsOf(work: () => void): number {
  const names = ["exp", "log", "sin", "cos", "sinh"] as const;
  const own = names.map((name) => Math[name]);
  let calls = 0;
  try {
    for (const [i, name] of names.entries())
      Math[name] = (x: number) => {
        calls++;
        return (own[i] as (x: number) => number)(x);
      };
    work();
  } finally {
    for (const [i, name] of names.entries()) Math[name] = own[i] as (x: number) => number;
  }
  return calls;
}

test.each(epsilons)("reachOf at ε = %d is finite, within its steps", (epsilon) => {
  const scale = rational(1_000_000n, BigInt(Math.round(epsilon * 1e6)));
  for (const weight of [1e-9, 1, 1e9]) {
    const cell = distributionOf({ mechanism: "discrete-laplace", scale, draws: 2 });
    let moments = 0;
    const logMoment = (t: number) => {
      moments++;
      return cell.logMoment(t);
    };
    const reach = reachOf([{ weight, count: 15 }], { ...cell, logMoment }, 0);
    expect(Number.isFinite(reach)).toBe(true);
    expect(moments).toBeLessThanOrEqual(3 * reachStepsMax);
  }
});

test.each(epsilons)("cells and predictions at ε = %d, for 3 to 256 bins", (epsilon) => {
  for (const bins of [3, 15, 256]) {
    const edges = Array.from({ length: bins + 1 }, (_, i) => i);
    const counts = Array.from({ length: bins }, (_, i) => 40 + (i % 7));
    const calls = callsOf(() => {
      for (const { estimate } of plainCells(releaseWith({ edges, epsilonTenths: 10 * epsilon }, counts)))
        expect(estimate.interval95.every(Number.isFinite)).toBe(true);
      predictMeanHalfWidth({ edges, members: 1000, epsilon });
    });
    expect(calls, `${bins} bins`).toBeLessThan(3_000_000);
  }
});

/** Groups and bins of a release of so many cells. */
const cells = fc.tuple(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1, max: 256 }));

test("thousands of groups share what was computed for their noise: cells by ε", () => {
  fc.assert(
    fc.property(cells, fc.double({ min: -6, max: 6, noNaN: true }), ([size, bins], power) => {
      const groups = Math.max(1, Math.floor(size / bins));
      const edges = Array.from({ length: bins + 1 }, (_, i) => i);
      const names = Array.from({ length: groups }, (_, i) => `${i}`);
      const counts = Array.from({ length: groups * bins }, (_, i) => (i * 7919) % 60);
      const epsilonTenths = Number((10 * 10 ** power).toPrecision(6));
      const release = releaseWith({ edges, epsilonTenths, groups: names }, counts);
      expect(callsOf(() => plainCells(release))).toBeLessThan(2_000_000 + 250 * size);
    }),
    {
      numRuns: 25,
      examples: [
        ...[0.1, 1, 4, 16].map((e): [[number, number], number] => [[9984, 4], Math.log10(e)]),
        [[9984, 156], -1],
      ],
    },
  );
});
