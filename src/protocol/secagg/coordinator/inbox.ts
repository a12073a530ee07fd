// One stage's words, by member.
import { equalBytes } from "../../../base/bytes.ts";
import { fail } from "../../../base/errors.ts";

/** What came from each member; the first word of each counts. */
export class Inbox<T> {
  readonly #of = new Map<number, { readonly message: Uint8Array; readonly value: T }>();

  get members(): number[] {
    return [...this.#of.keys()].sort((a, b) => a - b);
  }
  get size(): number {
    return this.#of.size;
  }
  has(index: number): boolean {
    return this.#of.has(index);
  }
  value(index: number): T | undefined {
    return this.#of.get(index)?.value;
  }
  values(): T[] {
    return this.members.map((index) => this.#of.get(index)?.value as T);
  }
  /** Whether it is the first word. @throws PacelineError conflict when it differs from the first */
  isNew(index: number, message: Uint8Array): boolean {
    const before = this.#of.get(index);
    if (before === undefined) return true;
    return equalBytes(before.message, message) ? false : fail("conflict", `member ${index} says two things`);
  }
  put(index: number, message: Uint8Array, value: T): void {
    this.#of.set(index, { message, value });
  }
  clear(): void {
    this.#of.clear();
  }
}
