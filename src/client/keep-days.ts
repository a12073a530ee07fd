// Writing the member's own days: what is new takes the place of what a day said before.
import type { DeviceStore } from "../ports/device-store.ts";
import type { MemberDay } from "../records/types.ts";
import { checkDays } from "./member-checks.ts";
import type { Settings } from "./options.ts";
import { DAYS_A_ROW, type Kept } from "./own-days.ts";
import { entry, keys, readJson } from "./state.ts";

/** What a day says now: values that take the place of what it said before, and metrics that it no longer has. */
export interface DayChange extends MemberDay {
  readonly gone?: readonly string[];
}

/**
 * What a day says of a metric, or of a list of events, takes the place of what it said before; the others of the day stay. So
 * importing a file anew corrects, and never adds up.
 * @param days checked @returns how many days were written
 */
export async function keepDays({ store }: Pick<Settings, "store">, days: readonly MemberDay[]): Promise<number> {
  const { put, expect } = await changeOfDays(store, days);
  if (days.length > 0) await store.transaction({ put: [...put, entry(keys.imported, true)], delete: [], expect });
  return days.length;
}

/** As an app gives them. @throws PacelineError invalid_argument naming the entry that is wrong */
export async function recordDays(settings: Pick<Settings, "store" | "pinned">, given: unknown): Promise<number> {
  return await keepDays(settings, checkDays(given, settings.pinned.registry !== undefined, "record"));
}

/** The rows that change with these days, for a transaction. */
export async function changeOfDays(store: DeviceStore, days: readonly DayChange[]) {
  const rows = new Map<string, DayChange[]>();
  for (const each of days) {
    const key = keys.days(Math.floor(each.day / DAYS_A_ROW));
    rows.set(key, [...(rows.get(key) ?? []), each]);
  }
  const put: (readonly [string, Uint8Array])[] = [];
  const expect: (readonly [string, Uint8Array | undefined])[] = [];
  for (const [key, some] of rows) {
    expect.push([key, await store.get(key)]);
    const kept = new Map(Object.entries((await readJson<Kept>(store, key)) ?? {}));
    for (const { day, values, events, gone = [] } of some) {
      const before = kept.get(`${day}`);
      const happened = events === undefined && before?.events === undefined ? {} : { ...before?.events, ...events };
      const staying = Object.entries(before?.values ?? {}).filter(([metric]) => !gone.includes(metric));
      const now = { ...Object.fromEntries(staying), ...values };
      if (gone.length > 0 && Object.keys(now).length + Object.keys(happened).length === 0) kept.delete(`${day}`);
      else kept.set(`${day}`, { values: now, ...(Object.keys(happened).length === 0 ? {} : { events: happened }) });
    }
    put.push(entry(key, Object.fromEntries(kept)));
  }
  return { put, expect };
}
