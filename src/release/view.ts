// The ledger as people and programs read it.
import { toBase64Url } from "../base/bytes.ts";
import type { LedgerEvent, LedgerEventKind, LedgerRows } from "./store.ts";

/** Amounts in nano-rho as decimal strings. */
export interface LedgerDocument {
  epochs: { epoch: string; cap: string; spent: string }[];
  debits: EventDocument[];
  /** Debits that were released because no device could see the task. */
  releases: EventDocument[];
}

interface EventDocument {
  task: string;
  at: number;
  rho: string;
  epochs: string[];
  mechanism: string;
}

export async function ledgerDocument(rows: LedgerRows): Promise<LedgerDocument> {
  const budgets = await rows.budgets();
  const events = await rows.events();
  return {
    epochs: budgets.map(({ epoch, cap, spent }) => ({ epoch, cap: `${cap}`, spent: `${spent}` })),
    debits: documents("debit", events),
    releases: documents("release", events),
  };
}

function documents(wanted: LedgerEventKind, events: readonly LedgerEvent[]): EventDocument[] {
  return events
    .filter(({ kind }) => kind === wanted)
    .map(({ task, at, rho, epochs, mechanism }) => ({
      task: toBase64Url(task),
      at,
      rho: `${rho}`,
      epochs: [...epochs],
      mechanism,
    }));
}
