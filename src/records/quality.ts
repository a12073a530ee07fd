// What an import tells of itself: which files were read as what, what became of every value, what was left out and where.
// It holds counts, places and kinds: never a cell of data and never a name.
import { formatDay } from "../base/calendar.ts";
import type { Unread } from "./archive/expand.ts";
import type { MetricCounts } from "./days/counts.ts";
import type { Place } from "./sample.ts";
import { type NoteKind, noteSays, type SkipReason, skipSays } from "./says.ts";
import type { Member } from "./types.ts";

export interface FileRead {
  readonly file: string;
  /** The reader's id. */
  readonly as: string;
  /** Values and attributes it gave. */
  readonly values: number;
}

/** One kind of trouble of one column of a file, or of a file, with the first place. */
export interface Happened<Kind extends string> extends Place {
  readonly kind: Kind;
  /** In words. */
  readonly says: string;
  readonly count: number;
}

export interface QualityReport {
  readonly version: 1;
  readonly members: number;
  readonly memberDays: number;
  /** As YYYY-MM-DD; absent where no day has a value. */
  readonly firstDay?: string;
  readonly lastDay?: string;
  readonly metrics: Readonly<Record<string, Readonly<MetricCounts>>>;
  readonly files: readonly FileRead[];
  /** What was not read, what it is and what to do about it; files beyond the first thousand are counted alone. */
  readonly unread: readonly Unread[];
  readonly unreadCount: number;
  /** Rows, records and cells that gave nothing. */
  readonly skipped: readonly Happened<SkipReason>[];
  /** What was assumed or repaired. */
  readonly notes: readonly Happened<NoteKind>[];
}

const UNREAD_MAX = 1000;

export class Quality {
  readonly #files: FileRead[] = [];
  readonly #unread: Unread[] = [];
  readonly #skipped = new Map<string, { -readonly [K in keyof Happened<SkipReason>]: Happened<SkipReason>[K] }>();
  readonly #notes = new Map<string, { -readonly [K in keyof Happened<NoteKind>]: Happened<NoteKind>[K] }>();
  #unreadCount = 0;

  read(file: FileRead): void {
    this.#files.push(file);
  }

  unread(file: Unread): void {
    this.#unreadCount++;
    if (this.#unread.length < UNREAD_MAX) this.#unread.push(file);
  }

  skip(kind: SkipReason, place: Place): void {
    tally(this.#skipped, kind, skipSays[kind], place, 1);
  }

  note(kind: NoteKind, place: Place, count: number): void {
    tally(this.#notes, kind, noteSays[kind], place, count);
  }

  /** How often, in all files. */
  noted(kind: NoteKind): number {
    let count = 0;
    for (const each of this.#notes.values()) if (each.kind === kind) count += each.count;
    return count;
  }

  /** What a file was left with, for refusing it: the most frequent reason. */
  worstOf(file: string): Happened<SkipReason> | undefined {
    return [...this.#skipped.values()]
      .filter((each) => each.file === file)
      .reduce<Happened<SkipReason> | undefined>((a, b) => (a === undefined || b.count > a.count ? b : a), undefined);
  }

  /** Targets of the mapping for which no table had a column. */
  missingEverywhere(): string[] {
    const tables = this.#files.filter(({ as }) => as === "tables").length;
    const missing = new Map<string, number>();
    for (const { kind, column = "" } of this.#notes.values())
      if (kind === "column_missing") missing.set(column, (missing.get(column) ?? 0) + 1);
    return [...missing].filter(([, count]) => count === tables).map(([column]) => column);
  }

  /** @param counts as they are after the last member was made */
  report(members: readonly Member[], counts: ReadonlyMap<string, MetricCounts>): QualityReport {
    let memberDays = 0;
    let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const { days } of members) {
      memberDays += days.length;
      first = Math.min(first, days[0]?.day ?? first);
      last = Math.max(last, days.at(-1)?.day ?? last);
    }
    return {
      version: 1,
      members: members.length,
      memberDays,
      ...(memberDays === 0 ? {} : { firstDay: formatDay(first), lastDay: formatDay(last) }),
      metrics: Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))),
      files: this.#files,
      unread: this.#unread,
      unreadCount: this.#unreadCount,
      skipped: [...this.#skipped.values()],
      notes: [...this.#notes.values()],
    };
  }
}

function tally<Kind extends string>(
  into: Map<string, { -readonly [K in keyof Happened<Kind>]: Happened<Kind>[K] }>,
  kind: Kind,
  says: string,
  place: Place,
  count: number,
): void {
  const key = `${kind}\n${place.file}\n${place.column ?? ""}`;
  const before = into.get(key);
  if (before === undefined) into.set(key, { kind, says, count, ...place });
  else before.count += count;
}
