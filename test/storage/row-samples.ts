// Rows of every table, for the contract that each database of a service must keep.
import type { AggregateRows, JobRow, ReportRow, SettledReport } from "../../src/aggregate/store.ts";
import type { IssuerRows, RegistrarRows } from "../../src/issuer/store.ts";
import type { Store } from "../../src/ports/store.ts";
import type { LedgerEvent, QueryRow, ReleaseRows } from "../../src/release/store.ts";

export type Rows = AggregateRows & ReleaseRows & IssuerRows & RegistrarRows;
export type Open = () => Promise<Store<Rows>>;

export const bytes = (length: number, fill: number) => new Uint8Array(length).fill(fill);
export const task = bytes(32, 1);
export const other = bytes(32, 2);
export const report = (id: number, change: Partial<ReportRow> = {}): ReportRow => ({
  task,
  id: bytes(16, id),
  state: "pending",
  error: null,
  upload: bytes(3, id),
  outputShare: null,
  ...change,
});
export const settled = (id: number, change: Partial<SettledReport> = {}): SettledReport => ({
  id: bytes(16, id),
  state: "accepted",
  error: null,
  outputShare: null,
  ...change,
});
export const batch = { task, count: 3, checksum: bytes(32, 9), noisedShare: bytes(64, 8) };
export const event = (change: Partial<LedgerEvent> = {}): LedgerEvent => ({
  kind: "debit",
  at: 1_770_000_000_000,
  task,
  rho: 5n,
  epochs: ["2026-W04", "2026-W05"],
  mechanism: "{}",
  ...change,
});
export const query = (change: Partial<QueryRow> = {}): QueryRow => ({
  hash: "h1",
  task,
  state: "reserved",
  manifest: bytes(4, 1),
  opens: 100,
  closes: 200,
  envelope: null,
  release: null,
  question: null,
  settled: null,
  ...change,
});

/** Of a task, read a few at a time. */
export async function acceptedIds(rows: Pick<AggregateRows, "acceptedIds">, of: Uint8Array): Promise<Uint8Array[]> {
  const ids: Uint8Array[] = [];
  for await (const page of rows.acceptedIds(of, 3)) ids.push(...page);
  return ids;
}

/** The accepted reports of a task, in full. */
export async function accepted(rows: Rows, of: Uint8Array): Promise<readonly (ReportRow | undefined)[]> {
  return await Promise.all((await acceptedIds(rows, of)).map((id) => rows.report(of, id)));
}

export async function withTasks(open: Open): Promise<Store<Rows>> {
  const store = await open();
  await store.transaction(async (rows) => {
    for (const id of [task, other])
      await rows.addTask({ id, manifest: bytes(5, 5), verifyKey: bytes(32, 6), closes: 100 });
  });
  return store;
}

export const job = (changed: Partial<JobRow> = {}): JobRow => ({
  ...{ task, key: bytes(32, 3), reports: null, request: bytes(2, 1), response: null },
  ...{ at: 0, until: 0, tries: 0, resting: 0, faults: 0, parked: null },
  ...changed,
});
