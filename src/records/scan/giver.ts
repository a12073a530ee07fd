// A value and the unit that the format states become a sample, or a counted reason why not.
import type { Source, When, Zone } from "../sample.ts";
import type { MetricId } from "../types.ts";
import { unitFactor } from "../units.ts";
import { instantOfWall } from "../zones.ts";
import { readNumber } from "./numbers.ts";
import { Teller } from "./teller.ts";

export class Giver extends Teller {
  /** By metric and unit; none where the unit is not of the metric, or this registry has no such metric. */
  readonly #factors = new Map<string, number | undefined>();

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
    const known = this.options.registry.metric(metric);
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
    const sample = { member, metric, when, source, place: this.placeOf(column) };
    this.sink.sample(
      factor === 1
        ? { ...sample, value: number }
        : {
            ...sample,
            value: Math.abs(converted) < 1e6 ? Math.round(converted * 1e9) / 1e9 : converted,
            converted: unit,
          },
    );
  }

  /** A time of a clock on the wall, without a zone. */
  wall(ms: number): { readonly ms: number; readonly zone: Zone } {
    const { instant, zone } = instantOfWall(this.options, ms);
    return { ms: instant, zone };
  }
}
