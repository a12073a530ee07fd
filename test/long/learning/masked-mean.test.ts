// Mean estimation from 16-bit sums within 2 % of the central Gaussian's error, at several budgets and cohorts.
import { expect, test } from "vitest";
import { meanEstimation } from "../../learning/mean-estimation.ts";

const demand = { bits: 16, dimension: 1024, members: 100, honest: 100, clip: 1, rho: 0.5, overflow: 2 ** -20 };

test.each([
  ["100 members, rho 0.5", {}],
  ["100 members, rho 0.05", { rho: 0.05 }],
  ["100 members, rho 5", { rho: 5 }],
  ["300 members, rho 0.5", { members: 300, honest: 300 }],
  ["4,096 cells", { dimension: 4096 }],
  ["a clip of 0.03", { clip: 0.03 }],
])("%s", (name, change) => {
  const { ratio, standardError } = meanEstimation({ demand: { ...demand, ...change }, trials: 60, seed: name });
  process.stderr.write(
    `${name}: ${ratio.toFixed(4)} of the central Gaussian's error, standard error ${standardError.toFixed(4)}\n`,
  );
  expect(standardError).toBeLessThan(0.003);
  expect(ratio).toBeLessThan(1.02);
  expect(ratio).toBeGreaterThan(0.98);
});
