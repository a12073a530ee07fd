// The member's own days and profile, where the app leaves them to this client: kept in the device's store, thirty-two days a
// row, so that one corrected day rewrites little.
import type { MemberDay, Profile } from "../records/types.ts";
import type { Settings } from "./options.ts";
import { entry, keys, readJson } from "./state.ts";

export const DAYS_A_ROW = 32;

export type Kept = Readonly<Record<string, Omit<MemberDay, "day">>>;

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
