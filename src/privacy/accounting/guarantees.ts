// What is known of an event as plain (epsilon, delta) guarantees: the common ground of pure mechanisms.
import { fail, isPacelineError } from "../../base/errors.ts";
import { discreteLaplaceParameters } from "../mechanisms/discrete-laplace/event.ts";
import { logAdd } from "../numeric/log-add.ts";
import { toNumber } from "../rational.ts";
import type { Neighbouring } from "../units.ts";
import { type Run, runsOf } from "./algebra/compose.ts";
import { parsePrivacyEvent } from "./algebra/parse.ts";
import type { EpsilonDeltaEvent, PrivacyEvent } from "./algebra/types.ts";
import { basicComposition, type Guarantee } from "./optimal-composition.ts";

/** Covers the rounding of the few operations below. */
const upward = 1 + 1e-14;

/**
 * The (epsilon, delta) guarantee of each mechanism in a plan, rounded up, for optimal or basic composition.
 * @throws PacelineError as parsePrivacyEvent; unsupported for mechanisms that have no single such guarantee.
 */
export function guaranteesOf<N extends Neighbouring>(event: PrivacyEvent<N>, neighbouring: N): readonly Guarantee[] {
  return runsOf(parsePrivacyEvent(event, neighbouring) as PrivacyEvent).map(({ event: one, count }) => ({
    ...guaranteeOf(one, neighbouring),
    count,
  }));
}

function guaranteeOf(event: Run["event"], neighbouring: Neighbouring): Omit<Guarantee, "count"> {
  const pure = (epsilon: number) => ({ epsilon: epsilon * upward, delta: 0 });
  switch (event.mechanism) {
    case "epsilon-delta":
      return { epsilon: event.epsilon, delta: event.delta };
    case "laplace":
      return pure((neighbouring === "replace-one" ? 2 : 1) / event.noiseMultiplier);
    case "discrete-laplace": {
      const { sensitivity, scale } = discreteLaplaceParameters({ ...event, neighbouring: "zero-out" });
      return pure(Number(sensitivity) / toNumber(scale));
    }
    case "randomized-response":
      return pure(responseEpsilon(event.probability, event.buckets, neighbouring));
    case "exponential":
    case "permute-and-flip":
      return { epsilon: event.epsilon, delta: 0 };
    case "poisson-sampled":
      return sampledGuarantee(event.probability, event.event, neighbouring, neighbouring !== "replace-one");
    case "sampled-without-replacement":
      return sampledGuarantee(event.sampleSize / event.populationSize, event.event, neighbouring, true);
    default:
      return fail("unsupported", `a ${event.mechanism} event has no single epsilon and delta`, {
        hint: "Known are epsilon-delta and the pure mechanisms, samples and compositions of them.",
      });
  }
}

/** The largest loss: right against wrong answer, or either against a uniform one. */
function responseEpsilon(probability: number, buckets: number, neighbouring: Neighbouring): number {
  if (neighbouring === "replace-one") return Math.log1p(((1 - probability) * buckets) / probability);
  return Math.max(Math.log1p((1 - probability) * (buckets - 1)), -Math.log(probability));
}

/**
 * An (epsilon, delta) guarantee on a secret sample: (ln(1 + q(e^ε - 1)), qδ) for Poisson samples under add or remove and for
 * samples of fixed size under replace-one (Balle, Barthe, Gaboardi 2018, Theorems 8 and 11). A Poisson sample under replace-one
 * is with q either of two neighbours and else the same: (ε, qδ), as its hockey-stick is convex.
 */
function sampledGuarantee(
  q: number,
  event: PrivacyEvent,
  neighbouring: Neighbouring,
  amplified: boolean,
): Omit<Guarantee, "count"> {
  const { epsilon, delta } = basicComposition(guaranteesOf(event, neighbouring));
  const grown = epsilon < 600 ? Math.log1p(q * Math.expm1(epsilon)) : logAdd(Math.log1p(-q), Math.log(q) + epsilon);
  return {
    epsilon: amplified ? Math.min(epsilon, grown * upward) : epsilon,
    delta: Math.min(delta, q * delta * upward),
  };
}

/**
 * The event as what is known of it alone, where that is a guarantee: for accountants that know samples only of what cannot
 * fail openly. Undefined where no guarantee is known.
 */
export function asGuarantee(event: Run["event"], neighbouring: Neighbouring): EpsilonDeltaEvent | undefined {
  try {
    return { mechanism: "epsilon-delta", ...guaranteeOf(event, neighbouring) };
  } catch (error) {
    if (isPacelineError(error) && error.code === "unsupported") return undefined;
    throw error;
  }
}
