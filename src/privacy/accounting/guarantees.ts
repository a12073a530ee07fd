// What is known of an event as plain (epsilon, delta) guarantees: the common ground of pure mechanisms.
import { fail } from "../../base/errors.ts";
import { discreteLaplaceParameters } from "../mechanisms/discrete-laplace/event.ts";
import { toNumber } from "../rational.ts";
import type { Neighbouring } from "../units.ts";
import { type Run, runsOf } from "./algebra/compose.ts";
import { parsePrivacyEvent } from "./algebra/parse.ts";
import type { PrivacyEvent } from "./algebra/types.ts";
import type { Guarantee } from "./optimal-composition.ts";

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
    default:
      return fail("unsupported", `a ${event.mechanism} event has no single epsilon and delta`, {
        hint: "Known are epsilon-delta and the pure mechanisms, and compositions of them.",
      });
  }
}

/** The largest loss: right against wrong answer, or either against a uniform one. */
function responseEpsilon(probability: number, buckets: number, neighbouring: Neighbouring): number {
  if (neighbouring === "replace-one") return Math.log1p(((1 - probability) * buckets) / probability);
  return Math.max(Math.log1p((1 - probability) * (buckets - 1)), -Math.log(probability));
}
