// What a reader is: it knows its files by their content and pushes what they hold, one sample after the other, so that a
// file of any length passes through. Readers do not decide between devices, days or duplicates: days/ does.
import type { Registry } from "../task/metrics.ts";
import type { Place, Sample } from "./sample.ts";
import type { NoteKind, SkipReason } from "./says.ts";
import type { DateFormat } from "./tables/dates/cell.ts";
import type { ColumnMapping } from "./tables/mapping.ts";
import type { MetricId } from "./types.ts";

/** One file, or one file of an archive. Reading it again gives the same bytes: readers may pass over it twice. */
export interface Input {
  /** From what was given, with `/`: for messages, whole. */
  readonly path: string;
  /** In bytes; undefined where only reading it would tell. */
  readonly size: number | undefined;
  open(): AsyncIterable<Uint8Array>;
  /** Bytes from `start` up to `end`, where the platform can begin anywhere. */
  range?(start: number, end: number): AsyncIterable<Uint8Array>;
}

/** Where a reader puts what it finds. Synchronous: nothing waits in a queue. */
export interface Sink {
  sample(sample: Sample): void;
  /** A band or label of the member's profile, by the registry's id of the attribute. */
  attribute(member: string, attribute: string, value: string, place: Place): void;
  /** A row, record or cell that gave nothing. */
  skip(reason: SkipReason, place: Place): void;
  /** What was assumed or repaired, counted by kind with its first place. */
  note(note: NoteKind, place: Place, count?: number): void;
}

export interface ReadOptions {
  readonly registry: Registry;
  /** Where the member lives, for times without a zone: minutes east of UTC at an instant. zones.ts has what readers ask. */
  offsetAt?(instant: number): number;
  /** What a table's columns mean, where its header does not say. */
  readonly columns?: ColumnMapping;
  /** The order of year, month and day, where dates alone do not tell. */
  readonly dateFormat?: DateFormat;
  readonly signal?: AbortSignalLike;
  /** Whether a file of an archive ends in the middle, once its end was met: what stands last may be half of something. */
  isCutOff?(path: string): boolean;
}

/** What readers need of an AbortSignal. */
interface AbortSignalLike {
  throwIfAborted(): void;
}

export interface Reader {
  /** As in `apple-health`. */
  readonly id: string;
  /** As in "Apple Health export". */
  readonly title: string;
  /** What to do about a file of which nothing can be used. */
  readonly hint?: string;
  /** Every metric it can give: the coverage table of the documentation. */
  readonly gives: readonly MetricId[];
  /** @param head the first bytes, 64 KiB at most @param path a hint only: names are localised and changed */
  recognises(head: Uint8Array, path: string): boolean;
  /** @throws PacelineError invalid_data for a file that gives nothing and why; what it gave before stays */
  read(input: Input, sink: Sink, options: ReadOptions): Promise<void>;
}
