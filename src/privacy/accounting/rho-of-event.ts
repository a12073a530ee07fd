// The zCDP price of any event that has one: the smallest rho with D_α ≤ α·rho for all α > 1 that is known to hold. For
// plans; the ledger books its own two mechanisms exactly (events.ts).
import { fail } from "../../base/errors.ts";
import { discreteGaussianParameters } from "../mechanisms/discrete-gaussian/event.ts";
import { discreteLaplaceParameters } from "../mechanisms/discrete-laplace/event.ts";
import { expMinusLine } from "../numeric/exp-minus.ts";
import { parseRational, toNumber } from "../rational.ts";
import type { Neighbouring } from "../units.ts";
import { type Run, runsOf } from "./algebra/compose.ts";
import { parsePrivacyEvent } from "./algebra/parse.ts";
import type { PrivacyEvent } from "./algebra/types.ts";
import { closeness } from "./rdp/distributed.ts";
import { randomizedResponse, randomizedResponseNulled } from "./rdp/noise.ts";
import { supremumRho } from "./rdp/supremum.ts";
import { rhoOfTree } from "./tree.ts";

/** Covers the rounding of the closed forms below. */
const slack = 1e-12;

/**
 * @returns rho, rounded up; infinite for a non-private event.
 * @throws PacelineError as parsePrivacyEvent; unsupported for events without a zCDP bound.
 */
export function rhoOfEvent<N extends Neighbouring>(event: PrivacyEvent<N>, neighbouring: N): number {
  let rho = 0;
  for (const run of runsOf(parsePrivacyEvent(event, neighbouring) as PrivacyEvent))
    rho += run.count * rhoOfRun(run.event, neighbouring);
  return rho * (1 + slack);
}

function rhoOfRun(event: Run["event"], neighbouring: Neighbouring): number {
  const change = neighbouring === "replace-one" ? 2 : 1;
  switch (event.mechanism) {
    case "gaussian":
      return (change / event.noiseMultiplier) ** 2 / 2;
    case "laplace":
      // The limit of the discrete law below for small steps.
      return expMinusLine(-change / event.noiseMultiplier);
    case "permute-and-flip":
      // Dominated by Laplace noise of scale 1/ε (permute-and-flip.md); ε²/8 does not hold.
      return expMinusLine(-event.epsilon);
    case "discrete-laplace": {
      const { sensitivity, scale } = discreteLaplaceParameters({ ...event, neighbouring: "zero-out" });
      return divergenceOfDiscreteLaplace(1 / toNumber(scale), Number(sensitivity));
    }
    case "discrete-gaussian": {
      const { sensitivity, sigmaSquared } = discreteGaussianParameters({ ...event, neighbouring: "zero-out" });
      return Number(sensitivity) / toNumber(sigmaSquared) / 2;
    }
    case "randomized-response":
      return rhoOfResponse(event.probability, event.buckets, neighbouring);
    case "epsilon-delta":
      return event.delta === 0 ? rhoOfPure(event.epsilon) : refuse("an epsilon-delta event with a delta above 0");
    case "zcdp":
      return event.rho;
    case "gdp":
      return event.mu ** 2 / 2;
    case "exponential":
      // Bounded range: Cesar and Rogers 2021.
      return Math.min(event.epsilon ** 2 / 8, rhoOfPure(event.epsilon));
    case "tree-aggregation":
      return rhoOfTree(event);
    case "distributed-discrete-gaussian":
      return distributedRho(event);
    case "non-private":
      return Number.POSITIVE_INFINITY;
    default:
      return refuse(`a ${event.mechanism} event`);
  }
}

function refuse(what: string): never {
  return fail("unsupported", `no zCDP bound is known here for ${what}`, {
    hint: "Ask the accountant by Rényi curves or by privacy loss distributions.",
  });
}

/** ε·tanh(ε/2): binary randomised response is the worst epsilon-DP mechanism, and the discrete law below at Δ = 1. */
function rhoOfPure(epsilon: number): number {
  return epsilon * Math.tanh(epsilon / 2);
}

/** KL = w - h(1 - e^-w)/sinh h with w = hΔ (mechanisms/discrete-laplace/PROOF.md), summed from positive terms. */
function divergenceOfDiscreteLaplace(step: number, sensitivity: number): number {
  const whole = step * sensitivity;
  const bend = step > 1 ? 1 - step / Math.sinh(step) : (expMinusLine(step) - expMinusLine(-step)) / 2 / Math.sinh(step);
  return expMinusLine(-whole) - Math.expm1(-whole) * bend;
}

function rhoOfResponse(probability: number, buckets: number, neighbouring: Neighbouring): number {
  if (probability === 1) return 0;
  const wrong = probability / buckets;
  const largest = Math.log1p((1 - probability) / wrong);
  if (neighbouring !== "replace-one") return supremumRho(randomizedResponseNulled(probability, buckets), largest);
  return buckets === 2 ? rhoOfPure(largest) : supremumRho(randomizedResponse(probability, buckets), largest);
}

/** The two of Kairouz, Liu, Steinke's bounds that are multiples of the order. */
function distributedRho(event: Extract<PrivacyEvent, { mechanism: "distributed-discrete-gaussian" }>): number {
  const shares = event.clients - event.dropouts;
  const variance = toNumber(parseRational(event.localVariance, "a variance"));
  const tau = closeness(shares, variance);
  const [first, second] = [event.sensitivities.l1, event.sensitivities.l2].map((l) => l / Math.sqrt(shares * variance));
  const [d1, d2] = [first as number, second as number];
  const cells = tau * tau * event.dimension;
  return Math.min(d2 * d2 + 2 * d1 * tau + cells, (d2 + Math.sqrt(cells)) ** 2) / 2;
}
