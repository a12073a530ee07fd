// Every additive mechanism on tiny domains, by exact enumeration: one or two cells, every change of them that the
// sensitivity allows, in both directions.
import { describe, expect, test } from "vitest";
import { account } from "../../../src/privacy/accounting/account.ts";
import type { PrivacyEvent } from "../../../src/privacy/accounting/algebra/types.ts";
import { rdpOf } from "../../../src/privacy/accounting/rdp/of-event.ts";
import { distributionOf } from "../../../src/privacy/distributions/noise-law.ts";
import {
  discreteGaussian,
  discreteLaplace,
  distributedDiscreteGaussian,
  distributedSkellam,
  l1Sensitivity,
  l2SquaredSensitivity,
  rational,
  skellam,
} from "../../../src/privacy/index.ts";
import { hockeyStick, maxDivergence, renyi, shifted, vectors } from "./exact.ts";

type Event = PrivacyEvent<"zero-out">;

interface Case {
  readonly name: string;
  readonly event: Event;
  readonly pmf: (k: number) => number;
  readonly reach: number;
  readonly cells: number;
  /** Whether a change of the cells is within the sensitivities. */
  readonly allowed: (shift: readonly number[]) => boolean;
}

const l1 = (shift: readonly number[]): number => shift.reduce((sum, x) => sum + Math.abs(x), 0);
const square = (shift: readonly number[]): number => shift.reduce((sum, x) => sum + x * x, 0);

/** n-fold convolution of a symmetric law with itself within ±reach. */
function summed(pmf: (k: number) => number, shares: number, reach: number): (k: number) => number {
  let law = new Map([[0, 1]]);
  for (let i = 0; i < shares; i++) {
    const next = new Map<number, number>();
    for (const [x, p] of law)
      for (let k = -reach; k <= reach; k++) next.set(x + k, (next.get(x + k) ?? 0) + p * pmf(k));
    law = next;
  }
  return (k) => law.get(k) ?? 0;
}

const joint = (bound: bigint, squared: bigint) => ({
  l1: l1Sensitivity(bound),
  l2Squared: l2SquaredSensitivity(squared),
});
const both = (bound: number, squared: number) => (shift: readonly number[]) =>
  l1(shift) <= bound && square(shift) <= squared;
const neighbouring = "zero-out" as const;

function laplaceCase(epsilon: [bigint, bigint], bound: bigint): Case {
  const mechanism = discreteLaplace({ epsilon: rational(...epsilon), sensitivity: l1Sensitivity(bound) });
  const { pmf } = distributionOf(mechanism.law(1));
  const allowed = (shift: readonly number[]) => l1(shift) <= Number(bound);
  return { name: `discrete Laplace ${epsilon} ${bound}`, event: mechanism.event, pmf, reach: 60, cells: 2, allowed };
}

function gaussianCase(sigmaSquared: [bigint, bigint], bound: bigint): Case {
  const mechanism = discreteGaussian({
    sigmaSquared: rational(...sigmaSquared),
    sensitivity: l2SquaredSensitivity(bound),
  });
  const { pmf } = distributionOf(mechanism.law(1));
  const allowed = (shift: readonly number[]) => square(shift) <= Number(bound);
  return {
    name: `discrete Gaussian ${sigmaSquared} ${bound}`,
    event: mechanism.event,
    pmf,
    reach: 40,
    cells: 2,
    allowed,
  };
}

function skellamCase(mu: [bigint, bigint], bound: bigint, squared: bigint): Case {
  const mechanism = skellam({ mu: rational(...mu), neighbouring, sensitivities: joint(bound, squared) });
  const { pmf } = distributionOf(mechanism.law(1));
  const allowed = both(Number(bound), Number(squared));
  return { name: `Skellam ${mu} ${bound}`, event: mechanism.event, pmf, reach: 45, cells: 2, allowed };
}

function sharesCase(kind: "gaussian" | "skellam", variance: [bigint, bigint], clients: number, dropouts: number): Case {
  const parameters = {
    localVariance: rational(...variance),
    ...{ clients, dropouts, dimension: 2, neighbouring },
    sensitivities: joint(2n, 2n),
  } as const;
  const mechanism = kind === "gaussian" ? distributedDiscreteGaussian(parameters) : distributedSkellam(parameters);
  const one =
    kind === "gaussian"
      ? distributionOf({ mechanism: "discrete-gaussian", sigmaSquared: parameters.localVariance, draws: 1 })
      : distributionOf({ mechanism: "skellam", mu: parameters.localVariance, draws: 1 });
  const pmf = summed(one.pmf, clients - dropouts, 45);
  const name = `${clients} ${kind} shares of ${variance}, ${dropouts} dropped`;
  return { name, event: mechanism.event, pmf, reach: 30, cells: 2, allowed: both(2, 2) };
}

const cases: readonly Case[] = [
  laplaceCase([1n, 1n], 1n),
  laplaceCase([3n, 2n], 3n),
  laplaceCase([5n, 1n], 2n),
  gaussianCase([1n, 2n], 1n),
  gaussianCase([9n, 1n], 2n),
  gaussianCase([30n, 1n], 8n),
  skellamCase([2n, 1n], 1n, 1n),
  skellamCase([25n, 2n], 2n, 2n),
  skellamCase([60n, 1n], 3n, 9n),
  sharesCase("gaussian", [1n, 4n], 4, 1),
  sharesCase("gaussian", [1n, 1n], 3, 0),
  sharesCase("gaussian", [3n, 1n], 5, 3),
  sharesCase("skellam", [1n, 1n], 4, 2),
  sharesCase("skellam", [5n, 2n], 3, 0),
];

describe.each(cases)("$name", ({ event, pmf, reach, cells, allowed }) => {
  const still = shifted(pmf, new Array<number>(cells).fill(0), reach);
  const pairs = vectors([-3, -2, -1, 0, 1, 2, 3], cells)
    .filter((shift) => allowed(shift) && l1(shift) > 0)
    .map((shift) => shifted(pmf, shift, reach));

  test("δ at the stated ε, and ε at the stated δ, are not exceeded by any change", () => {
    for (const delta of [1e-2, 1e-6]) {
      const { upper } = account({ event, neighbouring }, { delta }, {});
      // the box leaves out less than this
      for (const moved of pairs)
        expect(Math.max(hockeyStick(still, moved, upper), hockeyStick(moved, still, upper))).toBeLessThanOrEqual(
          delta * (1 + 1e-9) + 1e-13,
        );
    }
    for (const epsilon of [0.1, 1]) {
      const { lower, upper } = account({ event, neighbouring }, { epsilon }, {});
      const worst = Math.max(
        ...pairs.map((moved) => Math.max(hockeyStick(still, moved, epsilon), hockeyStick(moved, still, epsilon))),
      );
      expect(worst).toBeLessThanOrEqual(upper * (1 + 1e-9) + 1e-13);
      expect(worst).toBeGreaterThanOrEqual(lower * (1 - 1e-9) - 1e-13);
    }
  });

  test("the Rényi curve of the event bounds every order of every change", () => {
    const curve = rdpOf(event, neighbouring);
    for (const order of [2, 3, 8, 20])
      for (const moved of pairs)
        expect(renyi(still, moved, order)).toBeLessThanOrEqual(curve.at(order) * (1 + 1e-9) + 1e-12);
  });
});

test("discrete Laplace: the largest log ratio is ε itself, and pure ε is what the event says", () => {
  const { event, pmf } = laplaceCase([3n, 2n], 3n);
  const [still, moved] = [shifted(pmf, [0], 40), shifted(pmf, [3], 40)];
  expect(maxDivergence(still, moved)).toBeCloseTo(1.5, 12);
  expect(account({ event, neighbouring }, { delta: 0 }, {}).upper).toBeCloseTo(1.5, 9);
});
