// The Rényi accountant against reference values, on the grid of orders that they were computed on.
import { describe, expect, test } from "vitest";
import { compose } from "../../../../src/privacy/accounting/algebra/compose.ts";
import { rdpOf } from "../../../../src/privacy/accounting/rdp/of-event.ts";
import { defaultOrders } from "../../../../src/privacy/accounting/rdp/orders.ts";
import type { Neighbouring } from "../../../../src/privacy/units.ts";
import { referenceCases, referencePresent } from "../../reference.ts";

// biome-ignore lint/suspicious/noExplicitAny: reference files are test data of many shapes.
type Any = any;

interface Group {
  readonly neighbouring: Neighbouring;
  readonly event: (inputs: Any, expected: Any) => Any;
  readonly count?: (inputs: Any) => number;
  readonly epsilon?: (expected: Any) => unknown;
  readonly tolerance?: number;
  readonly orders?: readonly number[];
}

const noise = (mechanism: string) => (inputs: Any) => ({ mechanism, noiseMultiplier: inputs.noiseMultiplier });
const compositions = (inputs: Any) => inputs.compositions;
const wholeOrders = [...Array.from({ length: 127 }, (_, i) => i + 2), 256];
const distributed = (mechanism: string) => (inputs: Any, expected: Any) => ({
  mechanism,
  localVariance: `${Math.round((inputs.localStddev / inputs.gamma) ** 2)}`,
  clients: inputs.n_clients,
  dropouts: inputs.n_clients - inputs.n_surviving,
  dimension: inputs.dim,
  sensitivities: { l1: expected.l1_rounded_scaled, l2: expected.l2_rounded_scaled },
});

const groups: readonly (Group & { readonly group: string })[] = [
  { group: "gaussian", neighbouring: "add-or-remove-one", event: noise("gaussian"), count: compositions },
  { group: "laplace", neighbouring: "add-or-remove-one", event: noise("laplace"), count: compositions },
  {
    group: "discrete_gaussian",
    neighbouring: "add-or-remove-one",
    event: ({ sigma, sensitivity }) => ({
      mechanism: "discrete-gaussian",
      unit: "member",
      neighbouring: "add-or-remove-one",
      sensitivity: { norm: "l2-squared", bound: `${sensitivity ** 2}` },
      sigmaSquared: Number.isInteger(sigma) ? `${sigma ** 2}` : `${(2 * sigma) ** 2}/4`,
    }),
    count: compositions,
    epsilon: ({ eps_rdp_zcdp }) => eps_rdp_zcdp,
  },
  {
    group: "dpsgd_poisson",
    neighbouring: "add-or-remove-one",
    event: (inputs) => ({ mechanism: "poisson-sampled", probability: inputs.q, event: noise("gaussian")(inputs) }),
    count: ({ steps }) => steps,
    epsilon: ({ eps_rdp_true_series }) => eps_rdp_true_series,
  },
  {
    group: "wor_gaussian",
    neighbouring: "replace-one",
    event: (inputs) => ({
      mechanism: "sampled-without-replacement",
      populationSize: inputs.datasetSize,
      sampleSize: inputs.sampleSize,
      // The reference states σ over the change on replacement, which is twice the bound of one record.
      event: { mechanism: "gaussian", noiseMultiplier: 2 * inputs.noiseMultiplier },
    }),
    count: ({ steps }) => steps,
  },
  {
    group: "zcdp_to_adp",
    neighbouring: "zero-out",
    event: ({ rho }) => ({ mechanism: "zcdp", rho }),
    epsilon: ({ eps_rdp_grid }) => eps_rdp_grid,
  },
  {
    group: "heterogeneous",
    neighbouring: "add-or-remove-one",
    event: ({ events }) =>
      compose(
        "add-or-remove-one",
        events.map(({ kind, param, count }: Any) => ({
          event:
            kind === "epsDelta"
              ? { mechanism: "epsilon-delta", epsilon: param[0], delta: param[1] }
              : { mechanism: kind, noiseMultiplier: param },
          count,
        })),
      ),
    tolerance: 1e-7,
  },
  {
    group: "randomized_response",
    neighbouring: "replace-one",
    event: ({ noiseParameter, numBuckets }) => ({
      mechanism: "randomized-response",
      probability: noiseParameter,
      buckets: numBuckets,
    }),
    count: compositions,
  },
  {
    group: "tree_aggregation",
    neighbouring: "zero-out",
    event: (inputs) => ({ ...noise("tree-aggregation")(inputs), stepCounts: [inputs.stepCounts] }),
    count: ({ epochs }) => epochs,
  },
  {
    group: "permute_and_flip",
    neighbouring: "add-or-remove-one",
    event: ({ epsilon }) => ({ mechanism: "permute-and-flip", epsilon }),
    count: compositions,
  },
  {
    group: "repeat_and_select",
    neighbouring: "add-or-remove-one",
    event: (inputs) => ({
      mechanism: "repeat-and-select",
      event: noise("gaussian")(inputs),
      mean: inputs.mean,
      shape: inputs.shape === "inf" ? "poisson" : inputs.shape,
    }),
    tolerance: 1e-6,
  },
  {
    group: "distributed_dp",
    neighbouring: "zero-out",
    event: distributed("distributed-discrete-gaussian"),
    count: ({ rounds }) => rounds,
    epsilon: ({ eps_ddgauss }) => eps_ddgauss,
    tolerance: 1e-9,
    orders: wholeOrders,
  },
  {
    group: "distributed_dp",
    neighbouring: "zero-out",
    event: distributed("distributed-skellam"),
    count: ({ rounds }) => rounds,
    epsilon: ({ eps_skellam }) => eps_skellam,
    tolerance: 1e-9,
    orders: wholeOrders,
  },
];

const known = (expected: Any): unknown => expected.eps_rdp;

for (const { group, neighbouring, event, count, epsilon = known, tolerance = 1e-8, orders } of groups)
  describe.skipIf(!referencePresent)(group, () => {
    for (const { inputs, expected } of referenceCases(group)) {
      const exact = Number(epsilon(expected));
      if (Number.isNaN(exact)) continue;
      test(JSON.stringify(inputs), () => {
        const plan = compose(neighbouring, [{ event: event(inputs, expected), count: count?.(inputs) ?? 1 }]);
        const curve = rdpOf(plan as never, neighbouring);
        const onGrid = curve.epsilon(inputs.delta as number, orders ?? defaultOrders).epsilon;
        expect(Math.abs(onGrid / exact - 1)).toBeLessThan(tolerance);
        expect(curve.epsilon(inputs.delta as number).epsilon).toBeLessThanOrEqual(onGrid * (1 + 1e-12));
      });
    }
  });

describe.skipIf(!referencePresent)("raw values", () => {
  for (const { inputs, expected } of referenceCases("rdp_sgm_raw"))
    test(JSON.stringify(inputs), () => {
      const gaussian = { mechanism: "gaussian", noiseMultiplier: inputs.noiseMultiplier as number } as const;
      const event = { mechanism: "poisson-sampled", probability: inputs.q as number, event: gaussian } as const;
      const value = rdpOf(event, "add-or-remove-one").at(inputs.alpha as number);
      expect(Math.abs(value / Number(expected.rdp_quadrature) - 1)).toBeLessThan(1e-9);
      expect(value).toBeGreaterThanOrEqual(Number(expected.rdp_quadrature));
    });
  for (const { inputs, expected } of referenceCases("wor_gaussian"))
    test(`without replacement ${JSON.stringify(inputs)}`, () => {
      const event = {
        mechanism: "sampled-without-replacement",
        populationSize: inputs.datasetSize as number,
        sampleSize: inputs.sampleSize as number,
        event: { mechanism: "gaussian", noiseMultiplier: 2 * (inputs.noiseMultiplier as number) },
      } as const;
      const curve = rdpOf(event, "replace-one");
      const listed = expected.rdp_at_orders_2_4_8_16_32 as unknown as readonly number[];
      [2, 4, 8, 16, 32].forEach((order, i) => {
        expect(Math.abs(curve.at(order) / (listed[i] as number) - 1)).toBeLessThan(1e-9);
      });
    });
  // The library behind the reference uses α·ε²/8; bounded range proves a little less.
  for (const { inputs, expected } of referenceCases("exponential"))
    test(`exponential ${JSON.stringify(inputs)}`, () => {
      const event = { mechanism: "exponential", epsilon: inputs.epsilon as number } as const;
      const plan = compose("replace-one", [{ event, count: inputs.compositions as number }]);
      const { epsilon } = rdpOf(plan, "replace-one").epsilon(inputs.delta as number, defaultOrders);
      const known = Number(expected.eps_rdp_composed_one_by_one);
      expect(epsilon).toBeLessThanOrEqual(known * (1 + 1e-9));
      expect(epsilon).toBeGreaterThan(0.99 * known);
    });
});
