// What readers of known formats share: a value and the unit that the format states become a sample, or a counted reason why not.
import type { Input, ReadOptions, Sink } from "../reader.ts";
import type { Place, Source, When, Zone } from "../sample.ts";
import type { NoteKind, SkipReason } from "../says.ts";
import type { MetricId } from "../types.ts";
import { unitFactor } from "../units.ts";
import { instantOfWall, zoneOfInstant } from "../zones.ts";

const decimal = /^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?\s*$/i;

/** A number, or the text of one as many JSON exports write it. Nothing else is: not "", not "1,234", not Infinity. */
export function readNumber(value: unknown): number | undefined {
  const number = typeof value === "string" && value.length < 40 && decimal.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

export class Giver {
  readonly #file: string;
  readonly #sink: Sink;
  readonly #options: ReadOptions;
  /** By metric and unit; none where the unit is not of the metric, or this registry has no such metric. */
  readonly #factors = new Map<string, number | undefined>();
  #record = 0;

  constructor({ path }: Input, sink: Sink, options: ReadOptions) {
    this.#file = path;
    this.#sink = sink;
    this.#options = options;
  }

  /** Goes on to the next record of the file: places count from 1. */
  next(): void {
    this.#record += 1;
  }

  get place(): Place {
    return this.#record === 0 ? { file: this.#file } : { file: this.#file, record: this.#record };
  }

  skip(reason: SkipReason, column?: string): void {
    this.#sink.skip(reason, column === undefined ? this.place : { ...this.place, column });
  }

  note(kind: NoteKind, count = 1): void {
    this.#sink.note(kind, this.place, count);
  }

  /**
   * One value of a metric, in the unit that the format states. What is absent (undefined, null, "") is not measured and passes
   * without a word.
   * @param column the field's name @param member whose it is, where the file tells several apart
   */
  value(
    metric: MetricId,
    when: When,
    value: unknown,
    unit: string,
    source: Source,
    column?: string,
    member = "",
  ): void {
    if (value === undefined || value === null || value === "") return;
    const number = readNumber(value);
    if (number === undefined) {
      this.skip("not_a_number", column);
      return;
    }
    const known = this.#options.registry.metric(metric);
    if (known === undefined) return;
    const key = `${metric} ${unit}`;
    let factor = this.#factors.get(key);
    if (factor === undefined && !this.#factors.has(key)) {
      factor = unitFactor(known, unit);
      this.#factors.set(key, factor);
    }
    if (factor === undefined) {
      this.skip("unknown_unit", column);
      return;
    }
    if (typeof value === "string") this.note("numbers_as_text");
    const converted = number * factor;
    const place = column === undefined ? this.place : { ...this.place, column };
    const sample = { member, metric, when, source, place };
    this.#sink.sample(
      factor === 1
        ? { ...sample, value: number }
        : {
            ...sample,
            value: Math.abs(converted) < 1e6 ? Math.round(converted * 1e9) / 1e9 : converted,
            converted: unit,
          },
    );
  }

  /** The zone of an instant that is known in UTC alone. */
  zoneAt(instant: number): Zone {
    return zoneOfInstant(this.#options, instant);
  }

  /** A time of a clock on the wall, without a zone. */
  wall(ms: number): { readonly ms: number; readonly zone: Zone } {
    const { instant, zone } = instantOfWall(this.#options, ms);
    return { ms: instant, zone };
  }
}
