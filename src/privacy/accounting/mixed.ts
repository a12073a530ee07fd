// Plans in which some mechanisms have no known loss distribution: those are bounded first, each at a share of delta, and
// enter the rest of the plan as plain (epsilon, delta) guarantees.
import { fail, isPacelineError } from "../../base/errors.ts";
import type { Neighbouring } from "../units.ts";
import { compose, type Run, runsOf } from "./algebra/compose.ts";
import { fewerRuns } from "./algebra/fewer.ts";
import type { PrivacyEvent } from "./algebra/types.ts";
import { type PrivacyLossOptions, privacyLossOf } from "./pld/privacy-loss.ts";
import { rdpOf } from "./rdp/of-event.ts";
import { epsilonOfShuffle } from "./shuffle.ts";

/** Different parts without a loss distribution that are bounded one by one; of more, those that differ least together. */
const othersMax = 16;

/** Numbers of clones that shuffled rounds are summed over, once for each share of delta and each step of a search. */
const [clonesOfOne, clonesOfAll] = [1 << 14, 1 << 16];

/** Parts of delta that are tried for what has no loss distribution. */
const shares = [0.1, 0.5, 0.9];

/**
 * The smallest epsilon that some share proves at delta: composing the optimal guarantees of independent parts is valid, as
 * each part is no worse than the guarantee's own worst mechanism (Kairouz, Oh, Viswanath 2015).
 * @param delta above 0 @throws PacelineError unsupported where nothing is to be mixed, or a part has no bound at all
 */
export function mixedEpsilon(
  event: PrivacyEvent,
  neighbouring: Neighbouring,
  delta: number,
  options: PrivacyLossOptions,
): number {
  const runs = runsOf(event);
  const plain = runs.filter((run) => hasLoss(run, neighbouring, options));
  const without = new Set(plain);
  const others = fewerRuns(
    runs.filter((run) => !without.has(run)),
    othersMax,
    "stronger",
  );
  if (others.length === 0) return fail("unsupported", "every part has a loss distribution: nothing is to be mixed");
  if (plain.length === 0 && others.every(({ event: one }) => one.mechanism !== "shuffled"))
    return fail("unsupported", "no part has a loss distribution: nothing is to be mixed");
  const clonesMax = Math.min(clonesOfOne, clonesOfAll / others.length);
  const at = (share: number): number => {
    const each = (delta * share) / others.length;
    const guarantees = others.map((run) => guaranteeOf(run, neighbouring, each, clonesMax));
    const whole = compose(neighbouring, [...plain, ...guarantees]) as PrivacyEvent;
    return privacyLossOf(whole, neighbouring, { ...options, bound: "upper" }).epsilon(delta).upper;
  };
  return Math.min(...shares.map(at));
}

function hasLoss(run: Run, neighbouring: Neighbouring, options: PrivacyLossOptions): boolean {
  try {
    privacyLossOf(run.event as PrivacyEvent, neighbouring, options);
    return true;
  } catch (error) {
    if (isPacelineError(error) && error.code === "unsupported") return false;
    throw error;
  }
}

/** All of a part's runs together by Rényi divergences; shuffled rounds one by one. */
function guaranteeOf(
  { event, count }: Run,
  neighbouring: Neighbouring,
  delta: number,
  clonesMax: number,
): { event: PrivacyEvent; count: number } {
  // Fewer digits than the true share: the deltas must not add up to more.
  const share = (parts: number) => (delta / parts) * (1 - 1e-12);
  if (event.mechanism === "shuffled") {
    const epsilon = epsilonOfShuffle(event.localEpsilon, event.reports, share(count), clonesMax).upper;
    return { event: { mechanism: "epsilon-delta", epsilon, delta: share(count) }, count };
  }
  const part = compose(neighbouring, [{ event, count }]) as PrivacyEvent;
  const { epsilon } = rdpOf(part, neighbouring).epsilon(share(1));
  if (!(epsilon <= 1e6)) return fail("unsupported", `a ${event.mechanism} event protects too little to be mixed`);
  return { event: { mechanism: "epsilon-delta", epsilon, delta: share(1) }, count: 1 };
}
