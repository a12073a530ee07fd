// What a caller wants to guarantee.
import { fail } from "../../base/errors.ts";

export interface Target {
  readonly epsilon: number;
  readonly delta: number;
}

/** @throws PacelineError invalid_argument unless 0 ≤ epsilon ≤ 1e6 and 1e-290 ≤ delta < 1. */
export function checkTarget(target: Target): Target {
  const { epsilon, delta } = target;
  if (!(typeof epsilon === "number" && epsilon >= 0 && epsilon <= 1e6))
    fail("invalid_argument", `a target's epsilon must lie between 0 and 1,000,000, not ${epsilon}`);
  if (!(typeof delta === "number" && delta >= 1e-290 && delta < 1))
    fail("invalid_argument", `a target's delta must lie between 1e-290 and 1, 1 left out, not ${delta}`);
  return target;
}

/** The same for mechanisms that meet delta = 0 too; epsilon must be above 0. @throws PacelineError invalid_argument */
export function checkPureTarget(target: Target): Target {
  if (!(target.epsilon > 0))
    fail("invalid_argument", `a target's epsilon must lie above 0 here, not ${target.epsilon}`);
  if (target.delta !== 0) return checkTarget(target);
  checkTarget({ epsilon: target.epsilon, delta: 0.5 });
  return target;
}
