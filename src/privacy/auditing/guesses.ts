// Auditing by guesses (Steinke, Nasr and Jagielski 2023, "Privacy auditing with one (1) training run", arXiv 2305.08846, at
// δ = 0): many members are each in the data or not by a fair coin, and an attacker guesses as many of the coins as it likes. Against an ε-DP
// mechanism the number of right guesses is stochastically at most that of independent coins of e^ε/(1 + e^ε), however the
// guesses depend on each other; runs with fresh coins add up.
import { fail } from "../../base/errors.ts";
import { type Claim, checkClaim } from "./claim.ts";
import { proportionAtLeast } from "./proportions.ts";

export interface GuessAudit {
  readonly claim: Claim;
  readonly audited: number;
  readonly crossed: boolean;
  readonly confidence: number;
  readonly among: number;
  readonly guesses: number;
  readonly right: number;
}

/**
 * The least ε, with this confidence.
 * @param claim pure: a δ above 0 needs a term that is not here
 * @throws PacelineError invalid_argument; unsupported for another claim
 */
export function auditGuesses(
  claim: Claim,
  { guesses, right }: { readonly guesses: number; readonly right: number },
  { confidence, among = 1 }: { readonly confidence: number; readonly among?: number },
): GuessAudit {
  if (claim.kind !== "epsilon" || claim.delta !== 0)
    return fail("unsupported", "guesses are counted against a pure epsilon only");
  checkClaim(claim);
  if (!(confidence > 0 && confidence < 1 && Number.isSafeInteger(among) && among >= 1))
    fail("invalid_argument", "an audit has a confidence between 0 and 1, and is one of 1 or more");
  const share = proportionAtLeast(right, guesses, (1 - confidence) / among);
  const audited = Math.max(0, Math.log(share / (1 - share)));
  return { claim, audited, crossed: audited > claim.epsilon, confidence, among, guesses, right };
}
