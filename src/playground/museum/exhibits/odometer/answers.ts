// The same thousand answers are added up in two ways.
import { optimalComposition } from "../../../../privacy/index.ts";
import type { Trial } from "../../exhibit.ts";

export const [EPSILON, DELTA, COUNT] = [0.1, 1e-9, 1000];
/** Half of one answer's δ goes into the bound. */
export const SLACK = DELTA / 2;
/** In all. */
const DELTA_OF_ALL = 1 - (1 - DELTA) ** COUNT + SLACK;
const TRUTH = 1 / (1 + Math.exp(-EPSILON));

export const optimal = (): number =>
  optimalComposition([{ epsilon: EPSILON, delta: DELTA, count: COUNT }]).epsilon(DELTA_OF_ALL).upper;

export function addedUpTo(epsilon: number): Trial {
  return {
    claim: { kind: "epsilon", epsilon, delta: DELTA_OF_ALL },
    exact: optimal(),
    // All responses are alike: how many said "present" is all they tell.
    score: (present, { random }) => {
      let told = 0;
      for (let i = 0; i < COUNT; i++) if (random.chance(TRUTH) === present) told += 1;
      return told;
    },
  };
}
