// The event algebra: everything an accountant may be asked about, as plain JSON-able values discriminated by
// `mechanism`. Each event exists only under the neighbouring relations that give it a meaning; composing events of
// different relations does not compile. The ledger's events (../events.ts) are members of it, byte for byte.
import type { DiscreteGaussianEvent } from "../../mechanisms/discrete-gaussian/event.ts";
import type { DiscreteLaplaceEvent } from "../../mechanisms/discrete-laplace/event.ts";
import type { Neighbouring, PrivacyUnit } from "../../units.ts";

/** Normal noise. noiseMultiplier = σ / (L2 bound of one record); under replace-one the sensitivity is twice the bound. */
export type GaussianEvent = { readonly mechanism: "gaussian"; readonly noiseMultiplier: number };

/** Laplace noise. noiseMultiplier = b / (L1 bound of one record); under replace-one the sensitivity is twice the bound. */
export type LaplaceEvent = { readonly mechanism: "laplace"; readonly noiseMultiplier: number };

/** An integer noise event says itself under which relation its sensitivity bound holds: nothing is doubled. */
type Stated<E, N extends Neighbouring> = Omit<E, "neighbouring"> & { readonly neighbouring: N };

/** Skellam noise of variance mu (a fraction such as "7/5") on an integer vector with these bounds (decimal text). */
export type SkellamEvent<N extends Neighbouring> = {
  readonly mechanism: "skellam";
  readonly unit: PrivacyUnit;
  readonly neighbouring: N;
  readonly sensitivities: { readonly l1: string; readonly l2Squared: string };
  readonly mu: string;
};

/** Local integer noise, summed over the clients that stay: at least clients - dropouts shares of it. */
type DistributedNoise = {
  /** Variance of one client's share, in the scaled integer domain: a fraction. */
  readonly localVariance: string;
  readonly clients: number;
  readonly dropouts: number;
  readonly dimension: number;
  /** Bounds of one client's rounded, scaled vector. */
  readonly sensitivities: { readonly l1: number; readonly l2: number };
};

export type DistributedDiscreteGaussianEvent = {
  readonly mechanism: "distributed-discrete-gaussian";
} & DistributedNoise;
export type DistributedSkellamEvent = { readonly mechanism: "distributed-skellam" } & DistributedNoise;

/** With this probability a uniform bucket is reported, else the true one. */
export type RandomizedResponseEvent = {
  readonly mechanism: "randomized-response";
  readonly probability: number;
  readonly buckets: number;
};

/** Any mechanism known to be (epsilon, delta)-DP, and no more known of it. */
export type EpsilonDeltaEvent = {
  readonly mechanism: "epsilon-delta";
  readonly epsilon: number;
  readonly delta: number;
};

/** Any mechanism known to be rho-zCDP. */
export type ZcdpEvent = { readonly mechanism: "zcdp"; readonly rho: number };

/** Any mechanism known to be mu-GDP: no easier to tell apart than N(0, 1) from N(mu, 1). */
export type GdpEvent = { readonly mechanism: "gdp"; readonly mu: number };

/** The exponential mechanism, epsilon-DP by its epsilon bounded range. */
export type ExponentialEvent = { readonly mechanism: "exponential"; readonly epsilon: number };

/** Permute-and-flip, epsilon-DP. Its range is not bounded by epsilon: epsilon²/8 does not hold. */
export type PermuteAndFlipEvent = { readonly mechanism: "permute-and-flip"; readonly epsilon: number };

/** Each record takes part independently with this probability, hidden from the attacker. */
export type PoissonSampledEvent<N extends Neighbouring> = {
  readonly mechanism: "poisson-sampled";
  readonly probability: number;
  readonly event: PrivacyEvent<N>;
};

/** A uniform subset of fixed size takes part, hidden from the attacker. Its event states its noise as anywhere else: σ over the
 * bound of one record, of which a replaced record moves the sum by twice. */
export type SampledWithoutReplacementEvent<N extends Neighbouring> = {
  readonly mechanism: "sampled-without-replacement";
  readonly populationSize: number;
  readonly sampleSize: number;
  readonly event: PrivacyEvent<N>;
};

/** Binary tree sums with Gaussian nodes, restarted after each of stepCounts; a record takes part in one step of one tree
 * only. Several epochs are a composition. */
export type TreeAggregationEvent = {
  readonly mechanism: "tree-aggregation";
  readonly noiseMultiplier: number;
  readonly stepCounts: readonly number[];
};

/** The best of a random number of runs (Papernot, Steinke 2022): truncated negative binomial, or Poisson. */
export type RepeatAndSelectEvent<N extends Neighbouring> = {
  readonly mechanism: "repeat-and-select";
  readonly event: PrivacyEvent<N>;
  readonly mean: number;
  readonly shape: number | "poisson";
};

/** Normal noise on a sum to which one record adds sensitivities[i] with probabilities[i]. */
export type MixtureOfGaussiansEvent = {
  readonly mechanism: "mixture-of-gaussians";
  readonly standardDeviation: number;
  readonly sensitivities: readonly number[];
  readonly probabilities: readonly number[];
};

/** Poisson sampling whose batches are cut to a fixed greatest size, with Gaussian noise. */
export type TruncatedSubsampledGaussianEvent = {
  readonly mechanism: "truncated-subsampled-gaussian";
  readonly populationSize: number;
  readonly probability: number;
  readonly truncatedBatchSize: number;
  readonly noiseMultiplier: number;
};

/** One round of localEpsilon-DP local reports, their order hidden by a shuffler. */
export type ShuffledEvent = { readonly mechanism: "shuffled"; readonly localEpsilon: number; readonly reports: number };

declare const relation: unique symbol;

/** Several events on the same data set, each `count` times (a decimal integer, 1 … 2^31). */
export type ComposedPrivacyEvent<N extends Neighbouring> = {
  readonly mechanism: "composed";
  readonly parts: readonly { readonly count: string; readonly event: PrivacyEvent<N> }[];
  /** Never present: keeps compositions under different relations apart. */
  readonly [relation]?: N;
};

export type NoOpEvent = { readonly mechanism: "no-op" };
export type NonPrivateEvent = { readonly mechanism: "non-private" };

type UnderEvery =
  | GaussianEvent
  | LaplaceEvent
  | EpsilonDeltaEvent
  | ZcdpEvent
  | GdpEvent
  | ExponentialEvent
  | PermuteAndFlipEvent
  | TruncatedSubsampledGaussianEvent
  | NoOpEvent
  | NonPrivateEvent;

type Under<N extends Neighbouring> =
  | UnderEvery
  | Stated<DiscreteLaplaceEvent, N>
  | Stated<DiscreteGaussianEvent, N>
  | SkellamEvent<N>
  | PoissonSampledEvent<N>
  | RepeatAndSelectEvent<N>
  | ComposedPrivacyEvent<N>;

/** The events that mean something under the relation N. */
export type PrivacyEvent<N extends Neighbouring = Neighbouring> = N extends "add-or-remove-one"
  ? Under<N> | AddOrRemove
  : N extends "replace-one"
    ? Under<N> | RandomizedResponseEvent | ShuffledEvent | SampledWithoutReplacementEvent<N>
    : N extends "zero-out"
      ? Under<N> | AddOrRemove | RandomizedResponseEvent | TreeAggregationEvent
      : never;

type AddOrRemove = MixtureOfGaussiansEvent | DistributedDiscreteGaussianEvent | DistributedSkellamEvent;
