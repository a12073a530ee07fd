// As much of IndexedDB as the device store uses, in memory: requests answer later, writing transactions run one after
// another, and a transaction commits by itself once nothing more is asked of it.

interface Request<T = unknown> {
  result?: T;
  error?: unknown;
  onsuccess?: () => void;
  onerror?: () => void;
  onupgradeneeded?: () => void;
}
type Rows = Map<string, unknown>;

export class KeyRange {
  readonly least: string;
  readonly most: string;
  private constructor(least: string, most: string) {
    this.least = least;
    this.most = most;
  }
  static bound(least: string, most: string): KeyRange {
    return new KeyRange(least, most);
  }
}

class Transaction {
  oncomplete?: () => void;
  onabort?: () => void;
  error: unknown = null;
  #state: "waiting" | "running" | "done" = "waiting";
  #rows: Rows = new Map();
  readonly #queue: (() => void)[] = [];
  readonly #database: Database;
  readonly #ended: () => void;

  constructor(database: Database, start: Promise<void>, ended: () => void) {
    this.#database = database;
    this.#ended = ended;
    start.then(() => this.#run());
  }

  async #run(): Promise<void> {
    this.#rows = new Map(this.#database.rows);
    if (this.#state === "waiting") this.#state = "running";
    // a request made while an earlier one is answered keeps the transaction going
    for (let idle = 0; this.#state === "running" && idle < 2; ) {
      const next = this.#queue.shift();
      if (next) next();
      idle = next ? 0 : idle + 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (this.#state === "running") {
      this.#state = "done";
      this.#database.rows = this.#rows;
      this.oncomplete?.();
    } else this.onabort?.();
    this.#ended();
  }

  #ask<T>(work: (rows: Rows) => T): Request<T> {
    if (this.#state === "done") throw new DOMException("over", "TransactionInactiveError");
    const request: Request<T> = {};
    this.#queue.push(() => {
      request.result = work(this.#rows);
      request.onsuccess?.();
    });
    return request;
  }

  abort(): void {
    this.#state = "done";
  }

  objectStore() {
    return {
      get: (key: string) => this.#ask((rows) => structuredClone(rows.get(key))),
      put: (value: unknown, key: string) => {
        const clone = structuredClone(value);
        return this.#ask((rows) => void rows.set(key, clone));
      },
      clear: () => this.#ask((rows) => rows.clear()),
      delete: (key: string) => this.#ask((rows) => void rows.delete(key)),
      getAllKeys: ({ least, most }: KeyRange) =>
        this.#ask((rows) => [...rows.keys()].filter((key) => key >= least && key <= most).sort()),
    };
  }
}

class Database {
  rows: Rows = new Map();
  #writers: Promise<void> = Promise.resolve();

  createObjectStore(): void {}
  close(): void {}
  transaction(_: string, mode = "readonly"): Transaction {
    const start = this.#writers;
    const { promise, resolve } = Promise.withResolvers<void>();
    if (mode === "readwrite") this.#writers = promise;
    return new Transaction(this, start, resolve);
  }
}

export class Factory {
  readonly #databases = new Map<string, Database>();
  open(name: string): Request<Database> {
    const request: Request<Database> = {};
    setImmediate(() => {
      const known = this.#databases.get(name);
      request.result = known ?? new Database();
      this.#databases.set(name, request.result);
      if (known === undefined) request.onupgradeneeded?.();
      request.onsuccess?.();
    });
    return request;
  }
}
