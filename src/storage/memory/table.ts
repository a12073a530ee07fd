import { toHex } from "../../base/bytes.ts";

/** A map whose changes since `begin` can be undone: what a transaction needs of a table. */
export class Table<Row> {
  readonly #rows: Map<string, Row>;
  #undo: (() => void)[] = [];

  constructor(rows: Iterable<readonly [string, Row]> = []) {
    this.#rows = new Map(rows);
  }

  get(key: string): Row | undefined {
    return this.#rows.get(key);
  }
  values(): readonly Row[] {
    return [...this.#rows.values()];
  }
  entries(): readonly (readonly [string, Row])[] {
    return [...this.#rows];
  }
  put(key: string, row: Row): void {
    const before = this.#rows.get(key);
    this.#undo.push(before === undefined ? () => this.#rows.delete(key) : () => this.#rows.set(key, before));
    this.#rows.set(key, row);
  }
  delete(key: string): void {
    const before = this.#rows.get(key);
    if (before === undefined) return;
    this.#undo.push(() => this.#rows.set(key, before));
    this.#rows.delete(key);
  }
  begin(): void {
    this.#undo = [];
  }
  rollback(): void {
    for (const undo of this.#undo.reverse()) undo();
    this.#undo = [];
  }
}

/** A list a few at a time. */
export async function* pages<Row>(rows: readonly Row[], most: number): AsyncIterable<readonly Row[]> {
  for (let from = 0; from < rows.length; from += most) yield rows.slice(from, from + most);
}

/** A key of a row that a task has several of. */
export const both = (task: Uint8Array, id: Uint8Array) => `${toHex(task)}/${toHex(id)}`;

export const ofTaskIn = <Row extends { readonly task: Uint8Array }>(table: Table<Row>, task: Uint8Array) => {
  const wanted = toHex(task);
  return table.values().filter((row) => toHex(row.task) === wanted);
};
