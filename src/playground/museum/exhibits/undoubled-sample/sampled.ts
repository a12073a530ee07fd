// The same sampled sum is priced in two ways.
import { type PrivacyEvent, rdpOf } from "../../../../privacy/index.ts";
import type { Trial } from "../../exhibit.ts";

const [POPULATION, SAMPLE, ORDER] = [20, 19, 2];
const SHARE = SAMPLE / POPULATION;

/** Of noise of deviation 1, if a replaced record moves a sum by `moves`. */
export function pricedFor(moves: 1 | 2): Trial {
  const event: PrivacyEvent<"replace-one"> = {
    mechanism: "sampled-without-replacement",
    populationSize: POPULATION,
    sampleSize: SAMPLE,
    event: { mechanism: "gaussian", noiseMultiplier: 2 / moves },
  };
  const divergence = rdpOf(event, "replace-one").at(ORDER);
  return {
    claim: { kind: "renyi", order: ORDER, divergence },
    exact: exactDivergence(),
    score: (present, { random }) => {
      const drawn = random.chance(SHARE) ? (present ? 1 : -1) : 0;
      return drawn + random.normal();
    },
  };
}

/** ∫ p²/q of the two mixtures of normal laws, by Simpson's rule: far beyond its ends both vanish. */
function exactDivergence(): number {
  const [end, steps] = [16, 6400];
  const density = (x: number, mean: number) => Math.exp(-((x - mean) ** 2) / 2) / Math.sqrt(2 * Math.PI);
  const mixed = (x: number, mean: number) => (1 - SHARE) * density(x, 0) + SHARE * density(x, mean);
  let sum = 0;
  for (let i = 0; i <= steps; i++) {
    const x = -end + (2 * end * i) / steps;
    const weight = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2;
    sum += (weight * mixed(x, 1) ** 2) / mixed(x, -1);
  }
  return Math.log((sum * 2 * end) / steps / 3);
}
