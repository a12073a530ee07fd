/**
 * Durable rows behind one kind of transaction. `work` sees its own writes; when it rejects, nothing of it remains;
 * when `transaction` resolves, everything of it survives a crash. Transactions do not nest.
 */
export interface Store<Rows> {
  transaction<R>(work: (rows: Rows) => Promise<R>): Promise<R>;
  close(): Promise<void>;
}
