// The member's days and profile as a report reads them: the app's, checked, or those that this client keeps, which were checked
// when they came.
import type { MemberDay, Profile } from "../records/types.ts";
import type { Settings } from "./options.ts";
import { keptDays, keptProfile } from "./own-days.ts";
import { entry, keys } from "./state.ts";

/**
 * The member's days, in order, or undefined while none are loaded: `days()` says so itself, or is empty and always was.
 * @throws PacelineError invalid_argument naming the entry that is wrong
 */
export async function loadedDays(
  settings: Pick<Settings, "days" | "store" | "pinned">,
): Promise<readonly MemberDay[] | undefined> {
  const { days, store, pinned } = settings;
  const given = days === undefined ? await keptDays(settings) : await days();
  if (given === undefined) return undefined;
  const operator = pinned.registry !== undefined;
  const checked =
    days === undefined
      ? (given as readonly MemberDay[])
      : (await import("./member-checks.ts")).checkDays(given, operator);
  const before = (await store.get(keys.imported)) !== undefined;
  if (checked.length > 0 && !before) await store.transaction({ put: [entry(keys.imported, true)], delete: [] });
  return checked.length > 0 || before ? checked : undefined;
}

export async function checkedProfile(settings: Pick<Settings, "profile" | "pinned" | "store">): Promise<Profile> {
  const { profile, pinned } = settings;
  if (profile === undefined) return await keptProfile(settings);
  const { checkProfile } = await import("./member-checks.ts");
  return checkProfile(await profile(), pinned.registry !== undefined);
}
