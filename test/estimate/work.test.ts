// Work is bounded whatever ε and the number of cells: counted in calls of the elementary functions, not in seconds.
import { afterEach, expect, test, vi } from "vitest";
import { cellsOf } from "../../src/estimate/cells.ts";
import { predictMeanHalfWidth } from "../../src/estimate/predict.ts";
import { distributionOf } from "../../src/privacy/distributions/noise-law.ts";
import { reachOf, reachStepsMax } from "../../src/privacy/distributions/reach.ts";
import { rational } from "../../src/privacy/rational.ts";
import { releaseWith } from "./releases.ts";

const epsilons = [1e-6, 1e-3, 0.1, 1, 5, 7, 10, 13, 16, 17, 20, 40, 100, 750, 1e4, 1e6];
afterEach(() => vi.restoreAllMocks());

/** Calls of exp, log, sin and cos while `work` runs. */
function callsOf(work: () => void): number {
  const spies = (["exp", "log", "sin", "cos", "sinh"] as const).map((name) => vi.spyOn(Math, name));
  for (const spy of spies) spy.mockClear();
  work();
  return spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0);
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
      for (const { estimate } of cellsOf(releaseWith({ edges, epsilonTenths: 10 * epsilon }, counts)))
        expect(estimate.interval95.every(Number.isFinite)).toBe(true);
      predictMeanHalfWidth({ edges, members: 1000, epsilon });
    });
    expect(calls, `${bins} bins`).toBeLessThan(3_000_000);
  }
});
