// A synthetic population of gym members with wearables: for simulations, demonstrations and tests. Plausible in its
// margins, with missing days, spells without the wearable, and members who drift away in a way that can be foreseen.
import { fail } from "../base/errors.ts";
import type { Member } from "../records/types.ts";
import { drawCourse } from "./course.ts";
import { simulateDays } from "./days.ts";
import { withEvents } from "./events.ts";
import { Random } from "./random.ts";
import { drawTraits } from "./traits.ts";

export interface PopulationOptions {
  /** Equal options give equal populations; a member does not depend on how many others there are. */
  readonly seed: string;
  /** The last simulated day, as a day number. */
  readonly lastDay: number;
  /** Default 3,000. */
  readonly members?: number;
  /** Default 16. */
  readonly weeks?: number;
}

const MEMBERS_MAX = 1_000_000;
const WEEKS_MAX = 520;

/**
 * Daily values of steps, moderate and vigorous (min), visits (0 or 1) and, where a device is worn at night, rhr (/min) and
 * sleep (min); the hours of visits and topics of support contacts as events; profiles with ageBand, site, deviceClass and tenureBand.
 * @throws PacelineError invalid_argument
 */
export function population({ seed, lastDay, members = 3000, weeks = 16 }: PopulationOptions): Member[] {
  within(members, 0, MEMBERS_MAX, "members");
  within(weeks, 1, WEEKS_MAX, "weeks");
  if (!Number.isInteger(lastDay)) fail("invalid_argument", "lastDay is not a day number");
  const days = 7 * weeks;
  return Array.from({ length: members }, (_, index) => simulateMember(seed, index, lastDay - days + 1, days));
}

function simulateMember(seed: string, index: number, firstDay: number, days: number): Member {
  const random = new Random(`${seed}/${index}`);
  const id = `member-${String(index).padStart(6, "0")}-${hex(random)}${hex(random)}`;
  const traits = drawTraits(random);
  return {
    id,
    profile: traits.profile,
    days: withEvents(
      simulateDays(traits, drawCourse(traits, days, random), firstDay, random),
      // A stream of its own: what else a member is does not depend on it.
      new Random(`${seed}/${index}/events`),
    ),
  };
}

function hex(random: Random): string {
  return random.below(65_536).toString(16).padStart(4, "0");
}

function within(value: number, low: number, high: number, name: string): void {
  if (!Number.isInteger(value) || value < low || value > high)
    fail("invalid_argument", `${name} is not a whole number from ${low} to ${high}`);
}
