// Gaussian differential privacy: mu-GDP composes by adding squares, and its (epsilon, delta) curve is a closed form.
import { fail } from "../../base/errors.ts";
import { gaussianDelta } from "../distributions/gaussian-profile.ts";
import type { Bounds } from "../numeric/bounds.ts";
import type { Neighbouring } from "../units.ts";
import { type Run, runsOf } from "./algebra/compose.ts";
import { parsePrivacyEvent } from "./algebra/parse.ts";
import type { PrivacyEvent } from "./algebra/types.ts";
import { rhoOfTree } from "./tree.ts";

/**
 * delta of mu-GDP at epsilon (Dong, Roth, Su 2022, Corollary 2.13), certified on both sides, 1e-13 apart or less.
 * @throws PacelineError invalid_argument unless mu ≥ 0 and epsilon ≥ 0, both finite.
 */
export function deltaOfGdp(mu: number, epsilon: number): Bounds {
  checkMu(mu);
  if (!(epsilon >= 0 && epsilon < Number.POSITIVE_INFINITY))
    fail("invalid_argument", "epsilon must be a number of at least 0");
  return mu === 0 ? { lower: 0, upper: 0 } : gaussianDelta(mu, epsilon);
}

/**
 * The smallest epsilon of mu-GDP at delta, by bisection between certified values.
 * @throws PacelineError invalid_argument unless mu ≥ 0 is finite and 0 < delta < 1.
 */
export function epsilonOfGdp(mu: number, delta: number): Bounds {
  checkMu(mu);
  if (!(delta > 0 && delta < 1)) fail("invalid_argument", "delta must lie strictly between 0 and 1");
  if (mu === 0) return { lower: 0, upper: 0 };
  // Φ(-ε/μ + μ/2) ≤ delta here, by the normal tail's bound e^(-t²/2).
  const start = mu * (mu / 2 + Math.sqrt(-2 * Math.log(delta))) + 1e-12;
  const search = (proven: (epsilon: number) => boolean): readonly [number, number] => {
    let [low, high] = [0, start];
    if (proven(0)) return [0, 0];
    for (let i = 0; i < 100; i++) {
      const middle = (low + high) / 2;
      if (middle === low || middle === high || high - low < 1e-15 * high) break;
      if (proven(middle)) high = middle;
      else low = middle;
    }
    return [low, high];
  };
  const [, upper] = search((epsilon) => gaussianDelta(mu, epsilon).upper <= delta);
  const [lower] = search((epsilon) => gaussianDelta(mu, epsilon).lower <= delta);
  return { lower, upper };
}

function checkMu(mu: number): void {
  if (!(mu >= 0 && mu < Number.POSITIVE_INFINITY)) fail("invalid_argument", "mu must be a number of at least 0");
}

/** Covers the rounding of a sum of squares and its root. */
const slack = 1e-14;

/**
 * mu of a plan that is made of Gaussian noise alone, rounded up: exactly as hard to tell apart as N(0,1) and N(mu,1), or
 * harder where samples are in it.
 * @throws PacelineError as parsePrivacyEvent; unsupported for plans with other events.
 */
export function muOf<N extends Neighbouring>(event: PrivacyEvent<N>, neighbouring: N): number {
  let square = 0;
  for (const run of runsOf(parsePrivacyEvent(event, neighbouring) as PrivacyEvent))
    square += run.count * squareOf(run.event, neighbouring);
  return Math.sqrt(square) * (1 + slack);
}

function squareOf(event: Run["event"], neighbouring: Neighbouring): number {
  switch (event.mechanism) {
    case "gaussian":
      return ((neighbouring === "replace-one" ? 2 : 1) / event.noiseMultiplier) ** 2;
    case "gdp":
      return event.mu ** 2;
    case "tree-aggregation":
      return 2 * rhoOfTree(event);
    case "poisson-sampled":
    case "sampled-without-replacement":
      // Profiles are convex: a sample, hidden, tells no more than its worst case, that the record is in it.
      return runsOf(event.event).reduce((sum, run) => sum + run.count * squareOf(run.event, neighbouring), 0);
    default:
      return fail("unsupported", `a ${event.mechanism} event is not known to be GDP`, {
        hint: "Known are gaussian, gdp and tree-aggregation, compositions of them, and samples as if they were none.",
      });
  }
}
