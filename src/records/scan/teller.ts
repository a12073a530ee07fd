// What readers of known formats share: where they are in the file, and what they say of it.
import type { Input, ReadOptions, Sink } from "../reader.ts";
import type { Place, Source, When, Zone } from "../sample.ts";
import type { NoteKind, SkipReason } from "../says.ts";
import type { MetricId } from "../types.ts";
import { zoneOfInstant } from "../zones.ts";

export class Teller {
  protected readonly options: ReadOptions;
  protected readonly sink: Sink;
  readonly #file: string;
  #record = 0;

  constructor({ path }: Input, sink: Sink, options: ReadOptions) {
    this.#file = path;
    this.sink = sink;
    this.options = options;
  }

  /** Goes on to the next record of the file: places count from 1. */
  next(): void {
    this.#record += 1;
  }

  placeOf(column?: string): Place {
    const place = this.#record === 0 ? { file: this.#file } : { file: this.#file, record: this.#record };
    return column === undefined ? place : { ...place, column };
  }

  skip(reason: SkipReason, column?: string): void {
    this.sink.skip(reason, this.placeOf(column));
  }

  note(kind: NoteKind, count = 1): void {
    this.sink.note(kind, this.placeOf(), count);
  }

  /** A value in the metric's own unit. */
  own(metric: MetricId, when: When, value: number, source: Source, member = ""): void {
    if (this.options.registry.metric(metric) !== undefined)
      this.sink.sample({ member, metric, when, value, source, place: this.placeOf() });
  }

  /** The zone of an instant that is known in UTC alone. */
  zoneAt(instant: number): Zone {
    return zoneOfInstant(this.options, instant);
  }
}
