// What changes about a simulated member over the weeks: drifting away from the gym, time away, and the last sync.
import type { Random } from "./random.ts";
import type { Traits } from "./traits.ts";

export interface Course {
  /** By day: the share of the usual visits that is left, and the share of the usual activity. */
  readonly visiting: Float64Array;
  readonly activity: Float64Array;
  /** By day: 1 when the member is away, without a gym and with the wearable off. */
  readonly away: Uint8Array;
  /** Days from here on were never synced. */
  readonly syncedDays: number;
}

/** Share of the visits that a drifting member still makes when everything else is gone. */
const VISITS_LEFT = 0.06;
/** Activity and sleep give way before the visits do. */
const WARNING_DAYS = 10;

/**
 * `days` is the length of the simulation. A drift sets in six to nine weeks before its end: most of the visits of the last
 * four weeks are gone, and the weeks before show it coming.
 */
export function drawCourse(traits: Traits, days: number, random: Random): Course {
  const visiting = new Float64Array(days).fill(1);
  const activity = new Float64Array(days).fill(1);
  const away = new Uint8Array(days);
  if (random.chance(driftRisk(traits, random))) {
    const onset = days - random.uniform(40, 64);
    const halfLife = random.uniform(8, 15);
    for (let day = 0; day < days; day++) {
      visiting[day] = VISITS_LEFT + (1 - VISITS_LEFT) * 0.5 ** (Math.max(0, day - onset) / halfLife);
      activity[day] = 0.55 + 0.45 * 0.5 ** (Math.max(0, day - onset + WARNING_DAYS) / halfLife);
    }
  }
  const spells = random.chance(0.4) ? 1 + random.below(2) : 0;
  for (let spell = 0; spell < spells; spell++) {
    const start = random.below(days);
    away.fill(1, start, start + 4 + random.below(9));
  }
  // some members stop syncing: the app is gone, or the wearable lies in a drawer
  const silent = random.chance(0.085) ? 20 + random.below(22) : 0;
  return { visiting, activity, away, syncedDays: Math.max(0, days - silent) };
}

const newcomerRisk: Readonly<Record<string, number>> = { "0-3m": 1, "3-12m": 0.3, "1-3y": -0.3, "3y+": -1 };

/** Newcomers, the less fit and those without firm days are likelier to drift away; most of the reasons are not in the data. */
function driftRisk({ profile, fitness, habit }: Traits, random: Random): number {
  const usual = habit.reduce((sum, probability) => sum + probability, 0);
  const score =
    -0.95 + (newcomerRisk[profile.tenureBand] ?? 0) - 0.3 * fitness - 0.35 * (usual - 2.2) + random.normal(0, 0.6);
  return 1 / (1 + Math.exp(-score));
}
