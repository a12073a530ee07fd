// One use of one mechanism: its profile is known without a grid, and only has to be turned round.
import type { Bounds } from "../../numeric/bounds.ts";

/**
 * Where a falling profile passes `delta`: the upper end has a profile certainly at most delta, the lower certainly above.
 * @param lossMax no loss is larger: the profile is flat from there on
 */
export function invertProfile(profile: (epsilon: number) => Bounds, delta: number, lossMax: number): Bounds {
  const upper = crossing((epsilon) => profile(epsilon).upper <= delta, lossMax);
  return { lower: crossing((epsilon) => !(profile(epsilon).lower > delta), lossMax).below, upper: upper.above };
}

/** The neighbours of the point from which on `holds`: bisection down to a few units in the last place. */
function crossing(holds: (epsilon: number) => boolean, lossMax: number): { below: number; above: number } {
  if (holds(0)) return { below: 0, above: 0 };
  let [below, above] = [0, Math.min(1, lossMax)];
  while (!holds(above)) {
    if (above >= lossMax || above > 1e15) return { below: above, above: Number.POSITIVE_INFINITY };
    [below, above] = [above, Math.min(lossMax, above * 2)];
  }
  for (let i = 0; i < 60 && above - below > 2e-15 * above; i++) {
    const middle = (below + above) / 2;
    if (holds(middle)) above = middle;
    else below = middle;
  }
  return { below, above };
}
