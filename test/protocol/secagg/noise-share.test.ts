// Noise shares: the variance that the honest ones sum to, what the accountant is told, and where they are refused.
import { describe, expect, test } from "vitest";
import { nodeEntropy } from "../../../src/platform/node/index.ts";
import { l1Sensitivity, l2SquaredSensitivity, rational, rdpOf } from "../../../src/privacy/index.ts";
import { noiseShare } from "../../../src/protocol/secagg/noise-share.ts";

const sensitivities = { l1: l1Sensitivity<"zero-out">(200n), l2Squared: l2SquaredSensitivity<"zero-out">(10_000n) };
const parameters = {
  ...{ variance: rational(65_000n), members: 100, survivors: 70, corrupt: 5, dimension: 4, sensitivities },
};

test("m_h honest shares have exactly the variance that was asked for", () => {
  const noise = noiseShare(parameters);
  expect(noise.honest).toBe(65);
  expect(noise.centralVariance).toEqual(rational(65_000n));
  expect(noise.event).toMatchObject({
    ...{ mechanism: "distributed-discrete-gaussian", localVariance: "1000", clients: 100, dropouts: 35, dimension: 4 },
    sensitivities: { l1: 200, l2: 100 },
  });
});

test("the accountant charges what a central Gaussian of that variance costs, but for a trifle", () => {
  const curve = rdpOf(noiseShare(parameters).event, "zero-out");
  // α Δ²/2σ² at α = 8.
  const central = (8 * 10_000) / (2 * 65_000);
  const ours = curve.at(8);
  expect(ours).toBeGreaterThanOrEqual(central * (1 - 1e-12));
  expect(ours).toBeLessThan(central * 1.000001);
});

test("draws have the share's variance", () => {
  const noise = noiseShare({ ...parameters, dimension: 20_000 });
  const draws = noise.drawShare(nodeEntropy).map(Number);
  const variance = draws.reduce((sum, x) => sum + x * x, 0) / draws.length;
  // Its standard error is 1 %; six of them.
  expect(Math.abs(variance / 1000 - 1)).toBeLessThan(0.06);
});

describe("refused", () => {
  test.each([
    ["as many corrupt as stay", { survivors: 5 }],
    ["more corrupt than stay", { survivors: 3 }],
    ["more who stay than there are", { survivors: 101 }],
    ["half a survivor", { survivors: 70.5 }],
    ["a share's variance below 1/4", { variance: rational(16n) }],
    ["no noise", { variance: rational(0n) }],
    ["no cell", { dimension: 0 }],
  ])("%s", (_, change) => {
    expect(() => noiseShare({ ...parameters, ...change })).toThrowError(
      expect.objectContaining({ code: "invalid_argument" }),
    );
  });

  test("a quarter is where it ends: 65 shares of it", () => {
    expect(noiseShare({ ...parameters, variance: rational(65n, 4n) }).honest).toBe(65);
  });
});
