// The high-water mark: how far this ledger had come, what it had spent by then, and the other side's newest head, in a
// file apart from the database. Written after each commit that changed the ledger, before anyone is answered.
import { fromBase64Url, fromUtf8, toBase64Url, utf8 } from "../base/bytes.ts";
import { canonicalJson } from "../base/canonical.ts";
import { fail } from "../base/errors.ts";
import type { MarkFile } from "../ports/mark-file.ts";
import { headOf, type Mark, markJson } from "./chain.ts";
import type { CounterpartRow, LedgerRows } from "./store.ts";

const FORMAT = "paceline-ledger-mark-1";

export interface HighWater extends Mark {
  /** Nano-rho spent by epoch. */
  readonly spent: ReadonlyMap<string, bigint>;
  readonly counterpart: CounterpartRow | undefined;
}

export async function highWaterOf(rows: LedgerRows): Promise<HighWater> {
  const spent = new Map((await rows.budgets()).map((row) => [row.epoch, row.spent]));
  return { ...(await headOf(rows)), spent, counterpart: await rows.counterpart() };
}

export async function writeHighWater(file: MarkFile, mark: HighWater): Promise<void> {
  const { counterpart } = mark;
  const text = canonicalJson({
    format: FORMAT,
    ...markJson(mark),
    spent: Object.fromEntries([...mark.spent].map(([epoch, amount]) => [epoch, `${amount}`])),
    counterpart:
      counterpart === undefined
        ? null
        : {
            key: toBase64Url(counterpart.key),
            head: toBase64Url(counterpart.head),
            signature: toBase64Url(counterpart.signature),
          },
  });
  await file.replace(utf8(`${text}\n`));
}

interface Document {
  readonly format: string;
  readonly sequence: number;
  readonly hash: string;
  readonly spent: Readonly<Record<string, string>>;
  readonly counterpart: { readonly key: string; readonly head: string; readonly signature: string } | null;
}

/** @returns undefined when there is no mark. @throws PacelineError invalid_data when it is damaged */
export async function readHighWater(file: MarkFile): Promise<HighWater | undefined> {
  const bytes = await file.read();
  if (bytes === undefined) return undefined;
  try {
    const { format, sequence, hash, spent, counterpart } = JSON.parse(fromUtf8(bytes)) as Document;
    if (format !== FORMAT || !Number.isSafeInteger(sequence)) fail("invalid_data", "not a mark");
    return {
      sequence,
      hash: fromBase64Url(hash),
      spent: new Map(Object.entries(spent).map(([epoch, amount]) => [epoch, BigInt(amount)])),
      counterpart:
        counterpart === null
          ? undefined
          : {
              key: fromBase64Url(counterpart.key),
              head: fromBase64Url(counterpart.head),
              signature: fromBase64Url(counterpart.signature),
            },
    };
  } catch (cause) {
    return fail("invalid_data", "the mark beside the ledger's database is damaged", {
      cause,
      hint: "Restore it, or remove it and say with `paceline ledger acknowledge` what happened.",
    });
  }
}
