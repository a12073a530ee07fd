// The noise of a plan: pure ε by discrete Laplace, a ρ by whichever of Laplace and Gaussian is quieter at that price.
import { fail } from "../../base/errors.ts";
import { type DiscreteGaussian, discreteGaussian } from "../../privacy/mechanisms/discrete-gaussian/mechanism.ts";
import { type DiscreteLaplace, discreteLaplace } from "../../privacy/mechanisms/discrete-laplace/mechanism.ts";
import { type Rational, rational } from "../../privacy/rational.ts";
import { l1Sensitivity, l2SquaredSensitivity } from "../../privacy/units.ts";
import type { Sensitivity } from "../../task/linear-map.ts";
import type { Question } from "../question/schema.ts";

export type Noise = "laplace" | "gaussian";

/** A decimal as an exact fraction. */
export function fraction(decimal: string): Rational {
  const [whole = "0", digits = ""] = decimal.split(".");
  return rational(BigInt(`${whole}${digits}`), 10n ** BigInt(digits.length));
}

/** Which noises a budget can buy. */
export function noisesFor({ privacy }: Pick<Question, "privacy">): readonly Noise[] {
  return "epsilon" in privacy ? ["laplace"] : ["gaussian", "laplace"];
}

export function mechanismFor(
  { privacy }: Pick<Question, "privacy">,
  sensitivity: Sensitivity & { readonly l1: bigint },
  noise: Noise,
): DiscreteLaplace | DiscreteGaussian {
  const l1 = l1Sensitivity(sensitivity.l1);
  if ("epsilon" in privacy) return discreteLaplace({ epsilon: fraction(privacy.epsilon), sensitivity: l1 });
  const rho = fraction(privacy.rho);
  if (noise === "gaussian") return discreteGaussian({ rho, sensitivity: l2SquaredSensitivity(sensitivity.l2Squared) });
  return laplaceOfRho(rho, sensitivity.l1);
}

/** The quietest Laplace noise that costs at most ρ: its own tight ρ falls with its scale. */
function laplaceOfRho(rho: Rational, l1: bigint): DiscreteLaplace {
  const nano = (rho.num * 1_000_000_000n) / rho.den;
  if (nano === 0n) fail("invalid_query", "a budget below a billionth of ρ buys no answer");
  // ε in millionths; above ε = 1 the cost is nearly linear in ε, far below it is ε²/2.
  let [low, high] = [1n, 1_000_000_000n];
  const at = (micro: bigint) =>
    discreteLaplace({ epsilon: rational(micro, 1_000_000n), sensitivity: l1Sensitivity(l1) });
  if (at(low).rho > nano) fail("invalid_query", "this budget buys less than the quietest noise there is");
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (at(middle).rho <= nano) low = middle;
    else high = middle;
  }
  return at(low);
}
