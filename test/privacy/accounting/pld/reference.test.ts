// Published and computed anchors: closed forms, exact convolutions, dp_accounting's loss distributions on fine grids.
import { expect, test } from "vitest";
import type { PrivacyEvent } from "../../../../src/privacy/accounting/algebra/types.ts";
import { privacyLossOf } from "../../../../src/privacy/accounting/pld/privacy-loss.ts";
import type { Neighbouring } from "../../../../src/privacy/units.ts";
import { fraction, referenceCases, referencePresent } from "../../reference.ts";

// biome-ignore lint/suspicious/noExplicitAny: the files are test data of many shapes.
type Data = any;
type Event = PrivacyEvent<"add-or-remove-one">;
const add = "add-or-remove-one";

interface Anchor {
  readonly event: object;
  readonly count: number;
  readonly neighbouring: Neighbouring;
  readonly delta: number;
  readonly epsilon: number;
  /** How far below and above the anchor the exact value may lie. */
  readonly below: number;
  readonly above: number;
}

const text = (value: number, inverse: boolean) => {
  const [num, den] = fraction(value);
  let [a, b] = [num, den];
  while (b > 0n) [a, b] = [b, a % b];
  const [top, bottom] = inverse ? [den / a, num / a] : [num / a, den / a];
  return bottom === 1n ? `${top}` : `${top}/${bottom}`;
};
const stated = { unit: "member", neighbouring: add } as const;
const kinds: Record<string, (parameter: Data) => object> = {
  gaussian: (noiseMultiplier) => ({ mechanism: "gaussian", noiseMultiplier }),
  laplace: (noiseMultiplier) => ({ mechanism: "laplace", noiseMultiplier }),
  discreteLaplace: ([a, shift]) => ({
    mechanism: "discrete-laplace",
    ...stated,
    sensitivity: { norm: "l1", bound: `${shift}` },
    scale: text(a, true),
  }),
  discreteGaussian: ([sigma, shift]) => ({
    mechanism: "discrete-gaussian",
    ...stated,
    sensitivity: { norm: "l2-squared", bound: `${shift ** 2}` },
    sigmaSquared: text(Math.round(sigma ** 2 * 1e6) / 1e6, false),
  }),
  epsDelta: ([epsilon, delta]) => ({ mechanism: "epsilon-delta", epsilon, delta }),
};
const make = (kind: string, parameter: Data) => (kinds[kind] as (parameter: Data) => object)(parameter);
const sample = (probability: number, event: object) => ({ mechanism: "poisson-sampled", probability, event });

/** For each group: what is asked, and the best anchor. */
const groups: Record<string, (inputs: Data, expected: Data) => Partial<Anchor>[]> = {
  gaussian: (i, e) => [{ event: make("gaussian", i.noiseMultiplier), epsilon: e.eps_exact, below: 1e-9, above: 1e-9 }],
  laplace: (i, e) => [
    { event: make("laplace", i.noiseMultiplier), epsilon: e.eps_exact ?? e.eps_pld_fine, below: 1e-5, above: 1e-9 },
  ],
  discrete_laplace: (i, e) => [
    {
      event: make("discreteLaplace", [i.noiseParameter, i.sensitivity]),
      epsilon: e.eps_exact,
      below: 1e-9,
      above: 1e-9,
    },
  ],
  discrete_gaussian: (i, e) => [
    { event: make("discreteGaussian", [i.sigma, i.sensitivity]), epsilon: e.eps_exact, below: 1e-8, above: 1e-8 },
  ],
  dpsgd_poisson: (i, e) => [
    {
      event: sample(i.q, make("gaussian", i.noiseMultiplier)),
      epsilon: e.eps_exact ?? e["eps_pld_tilted_h2e-5"],
      below: 3e-4,
      above: 1e-9,
    },
  ],
  dpsgd_poisson_replace: (i, e) => [
    {
      event: sample(i.q, make("gaussian", i.noiseMultiplier)),
      neighbouring: "replace-one",
      epsilon: e.eps_pld,
      below: 1e-3,
      above: 1e-9,
    },
    {
      event: sample(i.q, make("gaussian", i.noiseMultiplier)),
      neighbouring: "zero-out",
      epsilon: e.eps_pld_replace_special,
      below: 1e-3,
      above: 1e-9,
    },
  ],
  poisson_laplace: (i, e) => [
    { event: sample(i.q, make("laplace", i.noiseMultiplier)), epsilon: e.eps_pld_fine, below: 2e-4, above: 1e-9 },
  ],
  heterogeneous: (i, e) => [
    {
      event: {
        mechanism: "composed",
        parts: i.events.map((one: Data) => ({ count: `${one.count}`, event: make(one.kind, one.param) })),
      },
      count: 1,
      epsilon: e.eps_pld_fine,
      below: 3e-4,
      above: 1e-9,
    },
  ],
  randomized_response: (i, e) => [
    {
      event: { mechanism: "randomized-response", probability: i.noiseParameter, buckets: i.numBuckets },
      neighbouring: "replace-one",
      epsilon: e.eps_exact,
      below: 1e-9,
      above: 1e-9,
    },
  ],
  permute_and_flip: (i, e) => [
    { event: { mechanism: "permute-and-flip", epsilon: i.epsilon }, epsilon: e.eps_pld, below: 5e-4, above: 5e-4 },
  ],
  truncated_poisson: (i, e) => [
    {
      event: {
        mechanism: "truncated-subsampled-gaussian",
        populationSize: i.datasetSize,
        probability: i.q,
        truncatedBatchSize: i.truncatedBatch,
        noiseMultiplier: i.noiseMultiplier,
      },
      epsilon: e.eps_pld,
      below: 1e-3,
      above: 1e-9,
    },
  ],
  mixture_of_gaussians: (i, e) => [
    {
      event: {
        mechanism: "mixture-of-gaussians",
        standardDeviation: i.stddev,
        sensitivities: i.sensitivities,
        probabilities: i.probs,
      },
      epsilon: e.eps_pld,
      below: 1e-3,
      above: 1e-9,
    },
  ],
  composition_theorems: (i, e) => [
    {
      event: { mechanism: "epsilon-delta", epsilon: i.epsilon, delta: i.delta },
      count: i.k,
      delta: i.totalDelta,
      epsilon: e.eps_optimal_continuous,
      below: 1e-9,
      above: 1e-9,
    },
  ],
  tree_aggregation: (i, e) => [
    {
      event: {
        mechanism: "tree-aggregation",
        noiseMultiplier: i.noiseMultiplier,
        stepCounts: [i.stepCounts].flat(),
      },
      neighbouring: "zero-out",
      epsilon: e.eps_exact_gaussian,
      below: 1e-9,
      above: 1e-9,
    },
  ],
};

for (const [group, anchorsOf] of Object.entries(groups))
  test.skipIf(!referencePresent)(group, () => {
    const cases = referenceCases(group);
    expect(cases.length).toBeGreaterThan(0);
    for (const { inputs, expected } of cases as Data[])
      for (const anchor of anchorsOf(inputs, expected)) {
        const { event, neighbouring = add, below = 0, above = 0 } = anchor;
        const count = anchor.count ?? inputs.compositions ?? inputs.steps ?? inputs.epochs ?? 1;
        const plan = { mechanism: "composed", parts: [{ count: `${count}`, event }] } as Event;
        const loss = privacyLossOf(plan, neighbouring as typeof add, { cells: "one" });
        const found = loss.epsilon(anchor.delta ?? inputs.delta);
        const exact = Number(anchor.epsilon);
        const where = `${group} ${JSON.stringify(inputs)}`;
        expect(found.lower, where).toBeLessThanOrEqual(exact + above);
        expect(found.upper, where).toBeGreaterThanOrEqual(exact - below);
        expect(found.upper - found.lower, where).toBeLessThanOrEqual(5e-4);
        expect(Math.abs(found.upper - exact), where).toBeLessThanOrEqual(1e-3);
      }
  });
