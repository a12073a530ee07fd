// The budget ledger, as pure rules over rows: every epoch of a task is debited in full, whoever the question is about,
// before a device is asked. Only what no device could see is released, with an event of its own; nothing else is ever
// returned. Coordinator and helper each run this on their own rows.
import { fail } from "../base/errors.ts";
import { tryCharge } from "../privacy/accounting/filter.ts";
import { formatRho, nanoRho } from "../privacy/accounting/nano-rho.ts";
import type { BudgetRow, LedgerEvent, LedgerRows } from "./store.ts";

/** What an epoch gets when it is first used, in nano-rho: an ISO week, or a year of them. */
export interface Caps {
  /** Whose ledger it is: a refusal says so. */
  readonly whose: "coordinator" | "helper";
  readonly epoch: bigint;
  readonly year: bigint;
}

/** Else it is an ISO week. */
export const isYear = (epoch: string): boolean => /^\d{4}$/.test(epoch);

export interface Debit {
  readonly task: Uint8Array;
  /** Nano-rho, rounded up by the accountant. */
  readonly rho: bigint;
  /** ISO weeks that the data window and the time for reports touch, e.g. "2026-W14", and their years, e.g. "2026". */
  readonly epochs: readonly string[];
  readonly mechanism: string;
}

/**
 * Debits every epoch, or none. A task that was debited before costs nothing more: its debit stands.
 * @param caps fixed when an epoch is first used, later values do not change it
 * @throws PacelineError budget_exhausted naming the ledger and the epoch that cannot pay, conflict when the task was released
 */
export async function debit(rows: LedgerRows, charge: Debit, caps: Caps, at: number): Promise<void> {
  const { task, rho, epochs, mechanism } = charge;
  await refuseClosed(task)(rows);
  if ((await rows.eventOf(task, "debit")) !== undefined) return;
  for (const row of await charged(rows, charge, caps)) await rows.putBudget(row);
  await rows.addEvent({ kind: "debit", at, task, rho, epochs, mechanism });
}

/** @throws PacelineError conflict when the task was closed for ever */
export function refuseClosed(task: Uint8Array): (rows: LedgerRows) => Promise<void> {
  return async (rows) => {
    if (await rows.isForgotten(task)) fail("conflict", "the task is closed for ever: its reservation was released");
  };
}

/** The rows as so many debits would leave them. @throws PacelineError budget_exhausted */
export async function charged(
  rows: Pick<LedgerRows, "budget">,
  { rho, epochs }: Pick<Debit, "rho" | "epochs">,
  caps: Caps,
  tasks = 1,
): Promise<readonly BudgetRow[]> {
  if (rho <= 0n) fail("invalid_argument", "a debit is a positive amount of nano-rho");
  if (epochs.length === 0) fail("invalid_argument", "a debit names at least one epoch");
  const next: BudgetRow[] = [];
  for (const epoch of epochs) {
    const row = (await rows.budget(epoch)) ?? newBudget(epoch, caps);
    const all = rho * BigInt(tasks);
    const charge = tryCharge(nanoRho(row.spent), nanoRho(row.cap), nanoRho(all));
    if (!charge.ok) exhausted(row, all, caps.whose, tasks);
    else next.push({ ...row, spent: charge.spent });
  }
  return next;
}

/**
 * Closes a task for ever and releases its debit, if it has one. Only for a task of which no device's answer was used:
 * the caller proves that from its own rows.
 * @returns whether there was a debit to release
 */
export async function releaseDebit(rows: LedgerRows, task: Uint8Array, at: number): Promise<boolean> {
  await rows.addForgotten(task);
  const event = await rows.eventOf(task, "debit");
  if (event === undefined || (await rows.eventOf(task, "release")) !== undefined) return false;
  for (const epoch of event.epochs) {
    const row = (await rows.budget(epoch)) ?? fail("internal", "a debited epoch has its row");
    await rows.putBudget({ ...row, spent: row.spent - event.rho });
  }
  await rows.addEvent({ ...event, kind: "release", at });
  return true;
}

export function capOf(epoch: string, caps: Caps): bigint {
  return isYear(epoch) ? caps.year : caps.epoch;
}

function newBudget(epoch: string, caps: Caps): BudgetRow {
  return { epoch, cap: capOf(epoch, caps), spent: 0n };
}

function exhausted({ epoch, cap, spent }: BudgetRow, rho: bigint, whose: Caps["whose"], tasks: number): never {
  const [left, all, cost] = [cap - spent, cap, rho].map((amount) => formatRho(nanoRho(amount)));
  const span = isYear(epoch) ? "year" : "week";
  const has = `the ${whose}'s ledger of the ${span} ${epoch} has ρ = ${left} of ${all} left`;
  if (tasks > 1)
    fail("budget_exhausted", `${has}; the ${tasks} rounds that are asked at one time cost ${cost}`, {
      hint: "Let fewer rounds overlap, or let each cost less, or wait for a later week of data and of answering.",
    });
  fail("budget_exhausted", `${has}; this costs ${cost}`, {
    hint: "Ask for a smaller ε, wait for a later week of data and of answering, or use an answer already released.",
  });
}

/**
 * Compares every epoch's spending with its debits less what was released; a service does so before it serves. A table that was restored from an
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

/** Recomputes every epoch's spending from the events: debits less releases. */
export function spentByEpoch(events: readonly LedgerEvent[]): ReadonlyMap<string, bigint> {
  const spent = new Map<string, bigint>();
  for (const { kind, rho, epochs } of events)
    for (const epoch of epochs) spent.set(epoch, (spent.get(epoch) ?? 0n) + (kind === "debit" ? rho : -rho));
  return spent;
}
