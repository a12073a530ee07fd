// Puts rows of any number of files together by member and day. A later value for the same member, day and metric takes
// the earlier one's place: exports are written in order of time, and a day cut short by one is whole in the next.
import type { Member, MemberDay, MetricId } from "../types.ts";

/** What a row adds: nothing new, something new, or something that contradicts a value met before. */
export type Outcome = "same" | "new" | "conflict";

interface Entry {
  readonly profile: { [attribute: string]: string };
  readonly days: Map<number, { [metric: MetricId]: number }>;
}

export class MemberTable {
  readonly #members = new Map<string, Entry>();

  putValue(id: string, day: number, metric: MetricId, value: number): Outcome {
    const { days } = this.#entry(id);
    const values = days.get(day);
    if (values !== undefined) return put(values, metric, value);
    days.set(day, { [metric]: value });
    return "new";
  }
  putAttribute(id: string, attribute: string, value: string): Outcome {
    return put(this.#entry(id).profile, attribute, value);
  }
  /** Members by id, days in order. */
  members(): Member[] {
    return [...this.#members]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, { profile, days }]) => ({
        id,
        profile,
        days: [...days].map(([day, values]): MemberDay => ({ day, values })).sort((a, b) => a.day - b.day),
      }));
  }

  #entry(id: string): Entry {
    let entry = this.#members.get(id);
    if (entry === undefined) {
      entry = { profile: {}, days: new Map() };
      this.#members.set(id, entry);
    }
    return entry;
  }
}

function put<V>(record: { [key: string]: V }, key: string, value: V): Outcome {
  const before = record[key];
  record[key] = value;
  return before === undefined ? "new" : before === value ? "same" : "conflict";
}
