// Synthetic examples that every phone could have: what somebody did in a minute, from six numbers of its sensors. People differ from
// each other, and some wear their phone at the hip, where it feels other things. A table, so that the command reads the same.
import { Random } from "../../simulate/random.ts";

export const ACTIVITIES = ["resting", "walking", "running", "cycling"] as const;
const COLUMNS = ["steps", "swing", "tilt", "pulse", "speed", "noise"] as const;
const PEOPLE = 60;
const MINUTES = { least: 20, most: 60 } as const;
/** One in so many wears the phone at the hip. */
const HIP = 3;

/** Means of the six numbers for an activity, with the phone at the wrist and at the hip. */
const means: Readonly<
  Record<(typeof ACTIVITIES)[number], readonly [wrist: readonly number[], hip: readonly number[]]>
> = {
  resting: [
    [0, 0.1, 0.2, 65, 0, 0],
    [0, 0.05, 0.9, 65, 0, 0],
  ],
  walking: [
    [105, 0.8, 0.5, 95, 1.4, 0],
    [105, 0.4, 0.6, 95, 1.4, 0],
  ],
  running: [
    [160, 1.6, 0.6, 145, 2.9, 0],
    [160, 1.1, 0.4, 145, 2.9, 0],
  ],
  cycling: [
    [10, 0.3, 0.8, 125, 5, 0],
    [80, 0.7, 0.2, 125, 5, 0],
  ],
};
/** Within a person's minutes of one activity, and between people. */
const SPREAD = [45, 0.45, 0.3, 22, 1.6, 1] as const;
const BETWEEN = 0.5;

/** CSV with a header: who, worn, what, and the six numbers. Equal seeds give equal texts. */
export function activitiesTable(seed: string): string {
  const random = new Random(`${seed}/activities`);
  const lines = Array.from({ length: PEOPLE }, (_, p) => {
    const hip = p % HIP === 0;
    const own = SPREAD.map((spread) => random.normal(0, BETWEEN * spread));
    const minutes = MINUTES.least + random.below(MINUTES.most - MINUTES.least + 1);
    return Array.from({ length: minutes }, () => {
      const what = ACTIVITIES[random.below(ACTIVITIES.length)] as (typeof ACTIVITIES)[number];
      const mean = means[what][hip ? 1 : 0];
      const numbers = mean.map((x, d) => x + (own[d] as number) + random.normal(0, SPREAD[d] as number));
      return [`p${p + 1}`, hip ? "hip" : "wrist", what, ...numbers.map((x) => x.toFixed(3))].join(",");
    });
  });
  return [["who", "worn", "what", ...COLUMNS].join(","), ...lines.flat(), ""].join("\n");
}
