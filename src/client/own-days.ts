// The member's own days and profile, where the app leaves them to this client: kept in the device's store, thirty-two days a
// row, so that one corrected day rewrites little.
import type { MemberDay, Profile } from "../records/types.ts";
import type { Settings } from "./options.ts";
import { entry, keys, readJson } from "./state.ts";

const DAYS_A_ROW = 32;

type Kept = Readonly<Record<string, Omit<MemberDay, "day">>>;

/**
 * What a day says of a metric, or of a list of events, takes the place of what it said before; the others of the day stay. So
 * importing a file anew corrects, and never adds up.
 * @param days checked @returns how many days were written
 */
export async function keepDays({ store }: Pick<Settings, "store">, days: readonly MemberDay[]): Promise<number> {
  const rows = new Map<string, MemberDay[]>();
  for (const each of days) {
    const key = keys.days(Math.floor(each.day / DAYS_A_ROW));
    rows.set(key, [...(rows.get(key) ?? []), each]);
  }
  const put: (readonly [string, Uint8Array])[] = [];
  const expect: (readonly [string, Uint8Array | undefined])[] = [];
  for (const [key, some] of rows) {
    expect.push([key, await store.get(key)]);
    const kept = new Map(Object.entries((await readJson<Kept>(store, key)) ?? {}));
    for (const { day, values, events } of some) {
      const before = kept.get(`${day}`);
      const happened = events === undefined && before?.events === undefined ? {} : { ...before?.events, ...events };
      kept.set(`${day}`, {
        values: { ...before?.values, ...values },
        ...(Object.keys(happened).length === 0 ? {} : { events: happened }),
      });
    }
    put.push(entry(key, Object.fromEntries(kept)));
  }
  if (days.length > 0) await store.transaction({ put: [...put, entry(keys.imported, true)], delete: [], expect });
  return days.length;
}

/** In ascending order. */
export async function keptDays({ store }: Pick<Settings, "store">): Promise<readonly MemberDay[]> {
  const days: MemberDay[] = [];
  for (const key of await store.keys("days/"))
    for (const [day, kept] of Object.entries((await readJson<Kept>(store, key)) ?? {}))
      days.push({ day: Number(day), ...kept });
  return days.sort((a, b) => a.day - b.day);
}

export async function countDays({ store }: Pick<Settings, "store">): Promise<number> {
  let count = 0;
  for (const key of await store.keys("days/")) count += Object.keys((await readJson<Kept>(store, key)) ?? {}).length;
  return count;
}

export async function keepProfile({ store }: Pick<Settings, "store">, profile: Profile): Promise<void> {
  await store.transaction({ put: [entry(keys.profile, profile)], delete: [] });
}

export async function keptProfile({ store }: Pick<Settings, "store">): Promise<Profile> {
  return (await readJson<Profile>(store, keys.profile)) ?? {};
}
