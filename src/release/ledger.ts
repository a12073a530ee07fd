// The budget ledger, as pure rules over rows: every epoch a window touches is debited in full, whoever the question is
// about, before a device is asked. A debit is never returned. Coordinator and helper each run this on their own rows.
import { fail } from "../base/errors.ts";
import { tryCharge } from "../privacy/accounting/filter.ts";
import { formatRho, nanoRho } from "../privacy/accounting/nano-rho.ts";
import type { BudgetRow, LedgerEvent, LedgerRows } from "./store.ts";

/** What an epoch gets when it is first used, in nano-rho: an ISO week, or a year of them. */
export interface Caps {
  readonly epoch: bigint;
  readonly year: bigint;
}

const YEAR = /^\d{4}$/;

export interface Debit {
  readonly task: Uint8Array;
  /** Nano-rho, rounded up by the accountant. */
  readonly rho: bigint;
  /** ISO weeks the data window touches, e.g. "2026-W14", and their years, e.g. "2026". */
  readonly epochs: readonly string[];
  readonly mechanism: string;
}

/**
 * Debits every epoch, or none. A task that was debited before costs nothing more: its debit stands.
 * @param caps fixed when an epoch is first used, later values do not change it
 * @throws PacelineError budget_exhausted naming the epoch that cannot pay
 */
export async function debit(
  rows: LedgerRows,
  { task, rho, epochs, mechanism }: Debit,
  caps: Caps,
  at: number,
): Promise<void> {
  if ((await rows.eventOf(task)) !== undefined) return;
  if (rho <= 0n) fail("invalid_argument", "a debit is a positive amount of nano-rho");
  if (epochs.length === 0) fail("invalid_argument", "a debit names at least one epoch");
  const next: BudgetRow[] = [];
  for (const epoch of epochs) {
    const row = (await rows.budget(epoch)) ?? newBudget(epoch, caps);
    const charge = tryCharge(nanoRho(row.spent), nanoRho(row.cap), nanoRho(rho));
    if (!charge.ok) exhausted(row, rho);
    else next.push({ ...row, spent: charge.spent });
  }
  for (const row of next) await rows.putBudget(row);
  await rows.addEvent({ at, task, rho, epochs, mechanism });
}

function newBudget(epoch: string, caps: Caps): BudgetRow {
  return { epoch, cap: YEAR.test(epoch) ? caps.year : caps.epoch, spent: 0n };
}

function exhausted({ epoch, cap, spent }: BudgetRow, rho: bigint): never {
  const [left, all, cost] = [cap - spent, cap, rho].map((amount) => formatRho(nanoRho(amount)));
  fail("budget_exhausted", `${epoch} has ρ = ${left} of ${all} left; this costs ${cost}`, {
    hint: "Ask for a smaller ε, wait for a window of later weeks, or use an answer already released.",
  });
}

/**
 * Compares every epoch's spending with its debits; a service does so before it serves. A table that was restored from an
 * old copy, or edited, would give away what is spent already.
 * @throws PacelineError invalid_data naming the epoch
 */
export async function checkLedger(rows: LedgerRows): Promise<void> {
  const spent = spentByEpoch(await rows.events());
  const budgets = new Map((await rows.budgets()).map((row) => [row.epoch, row.spent]));
  for (const epoch of new Set([...spent.keys(), ...budgets.keys()]))
    if ((spent.get(epoch) ?? 0n) !== (budgets.get(epoch) ?? 0n))
      fail("invalid_data", `the ledger of ${epoch} does not add up to its debits`, {
        hint: "Restore the newest copy of the database; nothing is served from this one.",
      });
}

/** Recomputes every epoch's spending from the events. */
export function spentByEpoch(events: readonly LedgerEvent[]): ReadonlyMap<string, bigint> {
  const spent = new Map<string, bigint>();
  for (const event of events) for (const epoch of event.epochs) spent.set(epoch, (spent.get(epoch) ?? 0n) + event.rho);
  return spent;
}
