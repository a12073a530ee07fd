// The services' ledger with their default caps, over rows that are forgotten: how many of a list of questions would be paid for.
import { isPacelineError } from "../../base/errors.ts";
import { type Caps, charged } from "../../release/ledger.ts";
import type { BudgetRow } from "../../release/store.ts";
import { epochsOf } from "../../task/prove.ts";
import type { AskedOf } from "./released.ts";

/** ρ 0.5 a week and 1 a year: the services' defaults. */
export const CAPS: Caps = { whose: "coordinator", epoch: 500_000_000n, year: 1_000_000_000n };

const DAY = 86_400;

export interface Paid<T> {
  readonly paid: readonly T[];
  /** Of all of them together, in nano-ρ. */
  readonly rho: bigint;
  /** Why the first that was not paid for was refused. */
  readonly refusal: string | undefined;
}

/** One after the other; what is refused costs nothing, and later ones may still fit. */
export async function payFor<T extends { readonly asked: AskedOf }>(wanted: readonly T[]): Promise<Paid<T>> {
  const budgets = new Map<string, BudgetRow>();
  const rows = { budget: async (epoch: string) => budgets.get(epoch) };
  const paid: T[] = [];
  let [rho, refusal] = [0n, undefined as string | undefined];
  for (const one of wanted) {
    const { window, rho: cost } = one.asked;
    const upload = { opens: window.end * DAY, closes: (window.end + 7) * DAY };
    try {
      for (const row of await charged(rows, { rho: cost, epochs: epochsOf({ window, upload }) }, CAPS))
        budgets.set(row.epoch, row);
    } catch (error) {
      if (!isPacelineError(error) || error.code !== "budget_exhausted") throw error;
      refusal ??= error.message;
      continue;
    }
    paid.push(one);
    rho += cost;
  }
  return { paid, rho, refusal };
}
