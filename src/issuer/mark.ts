// The issuer's high-water mark: how many requests it had answered, in a file apart from its database, written before the first, after
// each commit and before the answer. An older copy of the database would give tokens a second time: beside its mark it is found.
import { fromUtf8, utf8 } from "../base/bytes.ts";
import { canonicalJson } from "../base/canonical.ts";
import { fail } from "../base/errors.ts";
import { parseJson } from "../base/json.ts";
import type { Clock } from "../ports/clock.ts";
import type { MarkFile } from "../ports/mark-file.ts";
import type { Store } from "../ports/store.ts";
import type { IssuerRows } from "./store.ts";
import { yearOf } from "./year.ts";

const FORMAT = "paceline-issuer-mark-1";

interface IssuerMark {
  readonly sequence: number;
  /** The latest that tokens were given of. */
  readonly year: string;
}

async function read(file: MarkFile): Promise<IssuerMark | undefined> {
  const bytes = await file.read();
  if (bytes === undefined) return undefined;
  try {
    const { format, sequence, year } = parseJson(fromUtf8(bytes), "the mark", "invalid_data") as IssuerMark & {
      readonly format: string;
    };
    if (format !== FORMAT || !Number.isSafeInteger(sequence) || !/^\d{4}$/.test(year)) throw new Error("not a mark");
    return { sequence, year };
  } catch (cause) {
    return fail("invalid_data", "the mark beside the issuer's database is damaged", {
      cause,
      hint: "Restore it; or remove it, and say with `acknowledgeLoss` of paceline/issuer that it is lost.",
    });
  }
}

const replace = (file: MarkFile, mark: IssuerMark): Promise<void> =>
  file.replace(utf8(`${canonicalJson({ format: FORMAT, ...mark })}\n`));

/**
 * A new issuer's mark is written here: answers are counted several at a time, and a crash between its first ones and their mark would
 * leave a past without one.
 * @param year that it is @throws PacelineError ledger_behind when the database is older than its mark, or has a past and no mark
 */
export async function checkMark(store: Store<IssuerRows>, file: MarkFile, year: string): Promise<void> {
  const mark = await read(file);
  const { sequence } = await store.read((rows) => rows.issuance());
  if (mark !== undefined && mark.sequence <= sequence) return;
  // One answer and no mark: what an issuer of before left that died right after its first.
  if (mark === undefined && sequence <= 1) return await replace(file, { sequence, year });
  const why =
    mark === undefined
      ? `the mark beside the issuer's database is missing, and the database has ${sequence} answers`
      : `the mark beside the issuer's database says that it had ${mark.sequence} answers; it has ${sequence}`;
  fail("ledger_behind", why, {
    hint: "Restore the newest copy of the database and its mark, or call `acknowledgeLoss` of paceline/issuer.",
  });
}

/** Raises the mark. Durable when it resolves; it never goes down. */
export function newMarkWriter(file: MarkFile): (mark: IssuerMark) => Promise<void> {
  let highest = 0;
  let last: Promise<void> = Promise.resolve();
  return (mark) => {
    const write = async () => {
      if (mark.sequence <= highest) return;
      await replace(file, mark);
      highest = mark.sequence;
    };
    const done = last.then(write);
    last = done.catch(() => undefined);
    return done;
  };
}

export interface LossParts {
  readonly store: Store<IssuerRows>;
  readonly mark: MarkFile;
  readonly clock: Clock;
}

/**
 * An operator's word that a part of the database's past is lost. Who had tokens in it is not known any more, so nobody is given any
 * until the next year of ISO weeks; requests that are known to have been answered are answered again. Call it while no process of the
 * issuer runs.
 * @returns the year that is closed
 */
export async function acknowledgeLoss({ store, mark: file, clock }: LossParts): Promise<string> {
  // A damaged mark says nothing of a later year than the clock does.
  const mark = await read(file).catch(() => undefined);
  const now = yearOf(clock);
  const closed = mark !== undefined && mark.year > now ? mark.year : now;
  const sequence = await store.transaction(async (rows) => {
    const before = await rows.issuance();
    const next = Math.max(before.sequence, mark?.sequence ?? 0) + 1;
    await rows.setIssuance({ sequence: next, closed });
    return next;
  });
  await newMarkWriter(file)({ sequence, year: closed });
  return closed;
}
