// A ledger as an analyst needs it: what is left, for whom, and for how long at this rate.
import type { Budget, EpochBudget } from "../api/analyst.ts";
import type { LedgerView } from "../api/routes.ts";
import { isoWeek, weekday } from "../base/calendar.ts";
import { formatRho, nanoRho } from "../privacy/accounting/nano-rho.ts";
import { epochsOf } from "../task/prove.ts";

const DAY_MS = 86_400_000;
/** Of spending, and of the window that people ask about by default. */
const DAYS = 28;
const WEEKS_SHOWN = 8;

export const decimal = (nano: bigint): string => formatRho(nanoRho(nano < 0n ? 0n : nano));

export interface CapsKnown {
  readonly week: bigint;
  readonly year: bigint;
}

/** @param caps of epochs that are not in the ledger yet; another party's are not known */
export function amountsOf(ledger: LedgerView, epochs: readonly string[], caps?: CapsKnown): readonly EpochBudget[] {
  const rows = new Map(ledger.epochs.map((row) => [row.epoch, row]));
  return epochs.flatMap((epoch) => {
    const row = rows.get(epoch);
    const cap = row === undefined ? (epoch.includes("W") ? caps?.week : caps?.year) : BigInt(row.cap);
    if (cap === undefined) return [];
    const spent = BigInt(row?.spent ?? 0);
    return [{ epoch, cap: decimal(cap), spent: decimal(spent), left: decimal(cap - spent) }];
  });
}

/** The least that any of them leaves. */
export function leastLeft(amounts: readonly EpochBudget[]): EpochBudget | undefined {
  return [...amounts].sort((a, b) => Number(a.left) - Number(b.left))[0];
}

export function budgetOf(ledger: LedgerView, nowMilliseconds: number, uploadSeconds: number, caps?: CapsKnown): Budget {
  const today = Math.floor(nowMilliseconds / DAY_MS);
  const now = Math.floor(nowMilliseconds / 1000);
  const end = today - weekday(today) + 1;
  const usual = epochsOf({
    window: { start: end - DAYS, end },
    upload: { opens: now, closes: now + Math.max(1, uploadSeconds) },
  });
  const since = isoWeek(today - 7 * WEEKS_SHOWN);
  const inUse = ledger.epochs.map(({ epoch }) => epoch).filter((epoch) => epoch >= since.slice(0, epoch.length));
  const shown = [...new Set([...inUse, ...usual])].sort();
  const rate = nanoADay(ledger, nowMilliseconds);
  const year = amountsOf(ledger, [usual.at(-1) as string], caps)[0];
  return {
    epochs: [...amountsOf(ledger, shown, caps)],
    left: leastLeft(amountsOf(ledger, usual, caps))?.left ?? null,
    rhoPerDay: rate / 1e9,
    exhaustedInDays: rate > 0 && year !== undefined ? Math.round((10 * Number(year.left) * 1e9) / rate) / 10 : null,
  };
}

function nanoADay({ debits, releases }: LedgerView, nowMilliseconds: number): number {
  const released = new Set(releases.map(({ task }) => task));
  const recent = debits.filter(({ task, at }) => !released.has(task) && at > nowMilliseconds - DAYS * DAY_MS);
  return Number(recent.reduce((sum, { rho }) => sum + BigInt(rho), 0n)) / DAYS;
}
