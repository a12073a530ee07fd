// Reserving: the first of the two transactions. The question's key, the balance, the debit and the task are one durable
// step, before any device is asked. Spent from here on.
import { type Caps, type Debit, debit } from "./ledger.ts";
import type { QueryRow, ReleaseRows } from "./store.ts";

export interface Reservation {
  /** Where its debit is kept under another name: of a stream's rounds. */
  readonly task?: Uint8Array;
  readonly hash: string;
  readonly manifest: Uint8Array;
  /** The canonical question, as JSON; null for a training round. */
  readonly question: string | null;
  /** When devices may send reports, in Unix seconds. */
  readonly upload: { readonly opens: number; readonly closes: number };
  readonly debit: Debit;
  readonly caps: Caps;
  readonly at: number;
}

/** @returns the query's row: new, or as it was when the same question came before. @throws PacelineError budget_exhausted */
export async function reserve(rows: ReleaseRows, reservation: Reservation): Promise<QueryRow> {
  const before = await rows.query(reservation.hash);
  if (before !== undefined) return before;
  await debit(rows, reservation.debit, reservation.caps, reservation.at);
  const row: QueryRow = {
    hash: reservation.hash,
    task: reservation.task ?? reservation.debit.task,
    state: "reserved",
    manifest: reservation.manifest,
    ...reservation.upload,
    envelope: null,
    release: null,
    question: reservation.question,
    settled: null,
  };
  await rows.putQuery(row);
  return row;
}
