// The largest rho for a target: the exact values, and the way back through the ledger's own conversion.
import fc from "fast-check";
import { expect, test } from "vitest";
import { nanoRho } from "../../../src/privacy/accounting/nano-rho.ts";
import { epsilonOf } from "../../../src/privacy/accounting/zcdp.ts";
import { zcdpRho } from "../../../src/privacy/calibration/zcdp.ts";

test.each([
  [1, 1e-6, 0.02435597035953837],
  [3, 1e-9, 0.12058242891102],
])("epsilon %f, delta %f: never above the exact rho", (epsilon, delta, exact) => {
  const rho = zcdpRho({ epsilon, delta });
  expect(rho).toBeLessThanOrEqual(exact * (1 + 1e-13));
  expect(rho / exact).toBeGreaterThan(1 - 1e-12);
});

test("any target: the rho keeps it, a millionth more does not", () => {
  fc.assert(
    fc.property(
      fc.double({ min: -3, max: 5, noNaN: true }),
      fc.double({ min: -40, max: -1, noNaN: true }),
      (logEpsilon, logDelta) => {
        const target = { epsilon: Math.exp(logEpsilon), delta: Math.exp(logDelta) };
        const nanos = zcdpRho(target) * 1e9;
        expect(epsilonOf(nanoRho(BigInt(Math.floor(nanos))), target.delta)).toBeLessThanOrEqual(target.epsilon);
        const more = BigInt(Math.ceil(nanos * (1 + 1e-6))) + 1n;
        expect(epsilonOf(nanoRho(more), target.delta)).toBeGreaterThan(target.epsilon);
      },
    ),
  );
});
