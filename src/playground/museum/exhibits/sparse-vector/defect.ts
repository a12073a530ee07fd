import type { Random } from "../../../../simulate/random.ts";
import type { MakeTrial } from "../../exhibit.ts";

const [PARAMETERS, RELEASED] = [500, 50];
/** The filter's settings: its epsilon, each released value's, the bound of a value, the threshold. */
const [EPSILON, EACH, BOUND, THRESHOLD] = [0.1, 0.1, 1e-5, 1e-6];

function laplace(random: Random, scale: number): number {
  const u = random.uniform(-1, 1);
  return -scale * Math.sign(u) * Math.log1p(-Math.abs(u));
}

/** Which parameters are released: those whose noisy size passes a noisy threshold, in passes until there are enough. */
function selected(update: Float64Array, random: Random): readonly number[] {
  const threshold = THRESHOLD + laplace(random, (2 * BOUND) / EPSILON);
  const scale = (4 * BOUND * RELEASED) / (EPSILON * (2 * RELEASED) ** (2 / 3));
  const passed: number[] = [];
  let left = Array.from(update.keys());
  while (passed.length < RELEASED)
    left = left.filter((at) => {
      const passes = Math.abs(update[at] as number) + laplace(random, scale) >= threshold;
      if (passes) passed.push(at);
      return !passes;
    });
  // Of those that passed a part is drawn: each place once.
  for (let i = 0; i < RELEASED; i++) {
    const j = i + random.below(passed.length - i);
    [passed[i], passed[j]] = [passed[j] as number, passed[i] as number];
  }
  return passed.slice(0, RELEASED);
}

export const defect: MakeTrial = () => {
  const updates = [1, -1].map((sign) => new Float64Array(PARAMETERS).fill(sign * BOUND)) as [
    Float64Array,
    Float64Array,
  ];
  const scale = (2 * BOUND) / EACH;
  return {
    claim: { kind: "epsilon", epsilon: EPSILON, delta: 0 },
    // Every value at one end of its bounds: e^-0.1 times as likely from the other update. Which are chosen tells nothing here.
    exact: RELEASED * EACH,
    score: (present, { random }) => {
      const update = updates[present ? 0 : 1];
      let told = 0;
      for (const at of selected(update, random)) {
        const value = Math.min(BOUND, Math.max(-BOUND, (update[at] as number) + laplace(random, scale)));
        told += (Math.abs(value + BOUND) - Math.abs(value - BOUND)) / scale;
      }
      return told;
    },
  };
};
