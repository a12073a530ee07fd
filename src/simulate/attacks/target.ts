// Who is attacked.
import { parseDay, weekday } from "../../base/calendar.ts";
import { fail } from "../../base/errors.ts";
import type { Member } from "../../records/types.ts";
import type { PlannedTask } from "../../task/manifest.ts";
import { population } from "../population.ts";
import { exposureOf, type Released, releasedOf } from "./released.ts";

/** So many synthetic members are looked at. */
const LOOKED_AT = 80;
/** Long enough for every drift and every spell. */
const WEEKS = 12;

/** Of synthetic members with something to say: the one in the middle, or the one whom the answer tells most about. */
export function chosenTarget(plan: PlannedTask, seed: string, target: "usual" | "extreme"): Released {
  const last = plan.window.end - 1;
  // Simulated days end on a Sunday, as windows of whole weeks do.
  const lastDay = last + 7 - weekday(last);
  const weeks = Math.max(WEEKS, Math.ceil((lastDay + 1 - plan.window.start) / 7));
  const members = population({ seed, lastDay, members: LOOKED_AT, weeks });
  const released = members.flatMap((member) => releasedOf(plan, member) ?? []);
  const sorted = released.sort((a, b) => exposureOf(a) - exposureOf(b));
  return (
    (target === "usual" ? sorted[sorted.length >> 1] : sorted.at(-1)) ??
    fail("invalid_query", "no synthetic member has anything to say to this question", {
      hint: "Ask about something that they have, such as rhr, sleep or steps.",
    })
  );
}

const FIRST = parseDay("2024-01-01");
const DAYS = 800;

/** The only one of their age with their device, with values that nobody else has, every day. */
export const conspicuous: Member = {
  id: "conspicuous",
  profile: { ageBand: "65+", deviceClass: "ring", site: "north", tenureBand: "5y+" },
  days: Array.from({ length: DAYS }, (_, at) => ({
    day: FIRST + at,
    values: { rhr: 110, steps: 40_000, sleep: 600, moderate: 300, vigorous: 300, visits: 1 },
  })),
};
