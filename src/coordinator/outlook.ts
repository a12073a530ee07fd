// What asking would meet here, beyond what the planner can know: the budgets after it, and whatever rule says no.
import type { Blocked, EpochAfter, Outlook } from "../api/analyst.ts";
import type { LedgerView } from "../api/routes.ts";
import { isPacelineError } from "../base/errors.ts";
import type { NoiseEvent } from "../privacy/accounting/events.ts";
import { answerLifetime } from "../privacy/accounting/lifetime.ts";
import { mechanismFrom } from "../privacy/mechanisms/from-event.ts";
import type { PlannedTask, Unit } from "../task/manifest.ts";
import { epochsOf } from "../task/prove.ts";
import { amountsOf, type CapsKnown, decimal, leastLeft } from "./budget.ts";
import type { Rehearsed } from "./publish.ts";

export interface OutlookParts {
  readonly plan: PlannedTask;
  /** As the same question stands that was asked before. */
  readonly asked: Outlook["asked"];
  readonly ledger: LedgerView;
  readonly caps: CapsKnown;
  /** The helper's, when it answers. */
  readonly helper: LedgerView | undefined;
  readonly unit: Unit;
  readonly upload: { readonly opens: number; readonly closes: number };
  /** Asks every rule of both services. @throws PacelineError what would be refused */
  rehearse(): Promise<Rehearsed>;
}

export async function outlookOf({
  plan,
  asked,
  ledger,
  caps,
  helper,
  unit,
  upload,
  rehearse,
}: OutlookParts): Promise<Outlook> {
  const cost = asked === null ? BigInt(plan.rho) : 0n;
  const epochs = epochsOf({ window: plan.window, upload });
  const own = after(ledger, epochs, cost, caps);
  const others = helper === undefined ? null : after(helper, epochs, cost);
  const budget = { coordinator: own, helper: others };
  const lifetime = answerLifetime(caps, unit, mechanismFrom(plan.noise as NoiseEvent));
  if (asked !== null) return { asked, lifetime, budget, approval: null, blocked: null };
  try {
    const { approval = null } = await rehearse();
    return { asked, lifetime, budget, approval, blocked: approval === "refused" ? refusedByHand : null };
  } catch (error) {
    if (!isPacelineError(error)) throw error;
    const change = error.code === "budget_exhausted" ? affordable([...own, ...(others ?? [])]) : undefined;
    const blocked: Blocked = { code: error.code, why: error.message, change: change ?? error.hint ?? null };
    return { asked, lifetime, budget, approval: null, blocked };
  }
}

const refusedByHand: Blocked = {
  code: "policy_refused",
  why: "the helper's operator has refused this",
  change: "Ask that operator what would be approved; nothing was reserved.",
};

function after(ledger: LedgerView, epochs: readonly string[], cost: bigint, caps?: CapsKnown): EpochAfter[] {
  return amountsOf(ledger, epochs, caps).map((amounts) => {
    const left = BigInt(Math.round(Number(amounts.left) * 1e9));
    return { ...amounts, after: decimal(left - cost) };
  });
}

function affordable(amounts: readonly EpochAfter[]): string | undefined {
  const least = leastLeft(amounts);
  if (least === undefined || Number(least.left) === 0) return undefined;
  return `Ask for at most ρ = ${least.left}, which is what ${least.epoch} has left: WITH (rho = ${least.left}).`;
}
