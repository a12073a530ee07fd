/**
 * Durable rows behind one kind of transaction. `work` sees its own writes; when it rejects, nothing of it remains;
 * when `transaction` resolves, everything of it survives a crash. Transactions do not nest.
 */
export interface Store<Rows> {
  transaction<R>(work: (rows: Rows) => Promise<R>): Promise<R>;
  /** Work that only reads, in one state of the rows: another process that writes does not keep it waiting. */
  read<R>(work: (rows: Rows) => Promise<R>): Promise<R>;
  /**
   * Makes what committed transactions deleted unreadable in the store's files; a crash before it is made up for when the
   * store is opened again. @throws PacelineError unavailable while another program reads the files
   */
  scrub(): Promise<void>;
  /** Bytes that its rows take; what was deleted and is free for others is not among them. */
  size(): Promise<number>;
  /** Writes something. @throws PacelineError storage_full, unavailable when nothing can be written now */
  check(): Promise<void>;
  close(): Promise<void>;
}
