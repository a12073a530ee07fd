// What the budget ledger and the register of queries must keep, durably. The helper keeps LedgerRows only.

/** One epoch's budget, in nano-rho. Spent never exceeds cap: the tables check it too. */
export interface BudgetRow {
  readonly epoch: string;
  readonly cap: bigint;
  readonly spent: bigint;
}

/** A debit, or the release of one that no device could see. */
export type LedgerEventKind = "debit" | "release";

/** A release repeats its debit. The mechanism event is stored in canonical form so that it can be re-accounted. */
export interface LedgerEvent {
  readonly kind: LedgerEventKind;
  readonly at: number;
  readonly task: Uint8Array;
  readonly rho: bigint;
  readonly epochs: readonly string[];
  /** Canonical JSON of the mechanism event. */
  readonly mechanism: string;
}

/** One event of the hash chain; chain.ts says what is hashed. */
export interface ChainEntry {
  /** From 1, without gaps but before an operator's acknowledgement. */
  readonly sequence: number;
  readonly kind: string;
  /** Canonical JSON. */
  readonly body: string;
  /** 32 bytes, over the hash before, sequence, kind and body. */
  readonly hash: Uint8Array;
}

/** The newest head that the other party has shown: its exact bytes, as signed. */
export interface CounterpartRow {
  /** Ed25519, 32 bytes */
  readonly key: Uint8Array;
  readonly head: Uint8Array;
  readonly signature: Uint8Array;
}

export interface ChainRows {
  /** The last entry. */
  chainHead(): Promise<ChainEntry | undefined>;
  chainEntry(sequence: number): Promise<ChainEntry | undefined>;
  chainOf(kind: string): Promise<readonly ChainEntry[]>;
  /** All of it in order, at most `most` at a time. */
  chain(most: number): AsyncIterable<readonly ChainEntry[]>;
  /** Fails (and with it the transaction) when the sequence is taken. */
  addChainEntry(entry: ChainEntry): Promise<void>;
  counterpart(): Promise<CounterpartRow | undefined>;
  putCounterpart(row: CounterpartRow): Promise<void>;
  /** Whether an operator's acknowledgement closed the task for ever. */
  isForgotten(task: Uint8Array): Promise<boolean>;
  /** Changes nothing when it is there. */
  addForgotten(task: Uint8Array): Promise<void>;
  forgotten(): Promise<readonly Uint8Array[]>;
}

export interface LedgerRows extends ChainRows {
  budget(epoch: string): Promise<BudgetRow | undefined>;
  budgets(): Promise<readonly BudgetRow[]>;
  putBudget(row: BudgetRow): Promise<void>;
  /** Fails (and with it the transaction) when the task has an event of this kind: one debit a task, released once. */
  addEvent(event: LedgerEvent): Promise<void>;
  eventOf(task: Uint8Array, kind: LedgerEventKind): Promise<LedgerEvent | undefined>;
  events(): Promise<readonly LedgerEvent[]>;
  /** Tasks debited at or after a moment (milliseconds since 1970) and not released. */
  debitsSince(at: number): Promise<number>;
  /** Nano-rho that a training's rounds have cost here, by its run; 0 for one that is not known. */
  trained(run: string): Promise<bigint>;
  putTrained(run: string, rho: bigint): Promise<void>;
  /** How many tasks of this aggregator's are not over (Unix seconds), neither collected nor closed for ever. */
  takingReports(seconds: number): Promise<number>;
}

export type QueryState = "reserved" | "published" | "settled";

export interface QueryRow {
  /** Canonical query hash with its window, base64url: the idempotency key. */
  readonly hash: string;
  readonly task: Uint8Array;
  readonly state: QueryState;
  readonly manifest: Uint8Array;
  /** Devices may send reports from `opens` until before `closes`, in Unix seconds: the manifest's. */
  readonly opens: number;
  readonly closes: number;
  /** Canonical JSON of the signed envelope, once published. */
  readonly envelope: string | null;
  /** The release, once settled: the same bytes for ever. */
  readonly release: Uint8Array | null;
  /** The canonical question, as JSON; null for a training round, whose manifest says all. */
  readonly question: string | null;
  /** When it was settled, in Unix seconds. */
  readonly settled: number | null;
}

/** A training as its coordinator goes on with it. */
export interface TrainingRow {
  /** base64url of its 16 random bytes. */
  readonly run: string;
  /** JSON: see coordinator/training. */
  readonly state: string;
  /** What the optimiser remembers: two moments of the model's size, at most. */
  readonly optimiser: Uint8Array;
}

export interface TrainingRows {
  training(run: string): Promise<TrainingRow | undefined>;
  /** In the order in which they began. */
  trainings(): Promise<readonly TrainingRow[]>;
  putTraining(row: TrainingRow): Promise<void>;
  /** The weights of a model, by their hash in base64url. */
  model(hash: string): Promise<Uint8Array | undefined>;
  /** Inserts, or changes nothing when it is there. */
  putModel(hash: string, weights: Uint8Array): Promise<void>;
  dropModel(hash: string): Promise<void>;
}

/** joining: the registrar takes members. open: stages wait for them. done and aborted are for ever. */
export type MaskedState = "joining" | "open" | "done" | "aborted";

/** A round that this coordinator sums alone; its release, when there is one, is a query's. */
export interface MaskedRow {
  readonly task: Uint8Array;
  /** The round's identity, base64url: asked again, it is the same. */
  readonly hash: string;
  readonly state: MaskedState;
  readonly manifest: Uint8Array;
  /** Canonical JSON of the signed envelope. */
  readonly envelope: string;
  /** Members join until then, and it is over then whatever happens: Unix seconds. */
  readonly closes: number;
  readonly ends: number;
  /** Terms and roster as the registrar signed them, and when they came (milliseconds); null before, and when it is over. */
  readonly opening: Uint8Array | null;
  readonly opened: number | null;
  /** Why there is no sum. */
  readonly because: string | null;
}

/** What the coordinator took in of a round, in order: run again, it comes to the same bytes. */
export interface MaskedEntry {
  /** From 1, without gaps. */
  readonly sequence: number;
  /** Unix milliseconds. */
  readonly at: number;
  /** A member's; null where the clock alone closed a stage. */
  readonly message: Uint8Array | null;
}

export interface MaskedRows {
  maskedRound(task: Uint8Array): Promise<MaskedRow | undefined>;
  /** Cheap beside the whole row. */
  maskedState(task: Uint8Array): Promise<MaskedState | undefined>;
  maskedRoundOf(hash: string): Promise<MaskedRow | undefined>;
  /** Those that are joining or open, as they were asked. */
  maskedRunning(): Promise<readonly MaskedRow[]>;
  /** Inserts, or overwrites what changes: state, opening, reason. */
  putMaskedRound(row: MaskedRow): Promise<void>;
  /** In order, those after `sequence`, at most `most`. */
  maskedEntries(task: Uint8Array, sequence: number, most: number): Promise<readonly MaskedEntry[]>;
  /** @returns false, and nothing changes, when the sequence is taken */
  addMaskedEntry(task: Uint8Array, entry: MaskedEntry): Promise<boolean>;
  dropMaskedEntries(task: Uint8Array): Promise<void>;
}

export interface ReleaseRows extends LedgerRows, TrainingRows, MaskedRows {
  query(hash: string): Promise<QueryRow | undefined>;
  queryOfTask(task: Uint8Array): Promise<QueryRow | undefined>;
  /** Ids of the tasks that can take reports now: published, within their times, with no batch; as they were asked. */
  openTasks(nowSeconds: number): Promise<readonly Uint8Array[]>;
  putQuery(row: QueryRow): Promise<void>;
  /** Removes a question whose reservation was released, so that it can be asked again. */
  dropQuery(hash: string): Promise<void>;
  /** Newest first, those that were asked before `before` when it is given; at most `most`. */
  queriesBefore(before: Uint8Array | undefined, most: number): Promise<readonly QueryRow[]>;
  /** Questions that are reserved and not published yet. */
  reservedQueries(): Promise<readonly QueryRow[]>;
  /** What was settled, at most `most` at a time. */
  releases(most: number): AsyncIterable<readonly { readonly task: Uint8Array; readonly release: Uint8Array }[]>;
  /** Appends to the audit log. @returns the leaf's index */
  addLeaf(leaf: Uint8Array): Promise<number>;
  leaves(): Promise<readonly Uint8Array[]>;
  leafCount(): Promise<number>;
  /** Leaves from `index` on, at most so many. */
  leavesFrom(index: number, most: number): Promise<readonly Uint8Array[]>;
}
