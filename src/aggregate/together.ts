// Group commit: what comes while a transaction is written is written in the next one, all of it together, so that many devices
// share one disk flush.
import { fail, PacelineError } from "../base/errors.ts";

export interface TogetherParts<Item, Answer> {
  /** One transaction. @returns an answer for each item; an error is that item's alone, and what is thrown is everyone's */
  write(items: readonly Item[]): Promise<readonly (Answer | PacelineError)[]>;
  bytesOf(item: Item): number;
  /** Resolves when more may have come, which is then written together; at once when left out. */
  readonly soon?: (() => Promise<void>) | undefined;
}

/** Of one transaction. Nothing else is done while it is written. */
const TOGETHER_MAX = 256;
const TOGETHER_BYTES = 2 * 1024 * 1024;
/** Bytes that wait to be written. */
const WAITING_BYTES_MAX = 64 * 1024 * 1024;

/** @returns resolves when the item is durable @throws PacelineError unavailable when too much waits */
export function newTogether<Item, Answer>(parts: TogetherParts<Item, Answer>): (item: Item) => Promise<Answer> {
  interface Waiting {
    readonly item: Item;
    readonly resolve: (answer: Answer) => void;
    readonly reject: (error: unknown) => void;
  }
  const waiting: Waiting[] = [];
  let waitingBytes = 0;
  let writing = false;

  /** Takes the first ones off the list: one, and as many more as are written together. */
  function next(): readonly Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const { item } of waiting) {
      const more = parts.bytesOf(item);
      if (count > 0 && (count === TOGETHER_MAX || bytes + more > TOGETHER_BYTES)) break;
      bytes += more;
      count += 1;
    }
    waitingBytes -= bytes;
    return waiting.splice(0, count);
  }

  async function writeAll(): Promise<void> {
    writing = true;
    while (waiting.length > 0) {
      await parts.soon?.();
      const together = next();
      try {
        const answers = await parts.write(together.map(({ item }) => item));
        together.forEach(({ resolve, reject }, i) => {
          const answer = answers[i] as Answer | PacelineError;
          if (answer instanceof PacelineError) reject(answer);
          else resolve(answer);
        });
      } catch (error) {
        for (const { reject } of together) reject(error);
      }
    }
    writing = false;
  }

  return async (item) => {
    const bytes = parts.bytesOf(item);
    if (waitingBytes + bytes > WAITING_BYTES_MAX)
      fail("unavailable", "too much waits to be stored", { hint: "Send the same bytes again later." });
    waitingBytes += bytes;
    return await new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!writing) void writeAll();
    });
  };
}
