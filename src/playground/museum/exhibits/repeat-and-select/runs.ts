// The same selection is priced in two ways.
import { randomizedResponse, rational, toNumber } from "../../../../privacy/index.ts";
import type { Chance, Trial } from "../../exhibit.ts";

export const [MEAN, ORDER] = [0.1, 2];
export const response = randomizedResponse({ buckets: 2, neighbouring: "replace-one", epsilon: rational(2n) });
export const [truth, lie] = [toNumber(response.truth), toNumber(response.other)];

/** 1: a run said 1, the best there is. −1: all said 0. 0: there was none. */
function best(value: number, { random, entropy }: Chance): number {
  let told = 0;
  for (let left = poisson(random.uniform()); left > 0 && told < 1; left--)
    told = response.respond(entropy, value) === 1 ? 1 : -1;
  return told;
}

/** By inversion: means this small need a step or two. */
function poisson(u: number): number {
  let [count, term] = [0, Math.exp(-MEAN)];
  for (let sum = term; u >= sum && count < 50; sum += term) term *= MEAN / ++count;
  return count;
}

export function pricedAt(divergence: number): Trial {
  return {
    claim: { kind: "renyi", order: ORDER, divergence },
    exact: exactDivergence(),
    score: (present, chance) => best(present ? 1 : 0, chance),
  };
}

/** Of three outcomes: a 1, none, only 0. */
function exactDivergence(): number {
  const law = (one: number) => {
    const none = Math.exp(-MEAN);
    const some = -Math.expm1(-MEAN * one);
    return [some, none, 1 - some - none] as const;
  };
  const [p, q] = [law(truth), law(lie)];
  const between = (a: readonly number[], b: readonly number[]) =>
    Math.log(a.reduce((sum, x, i) => sum + x ** ORDER * (b[i] as number) ** (1 - ORDER), 0)) / (ORDER - 1);
  return Math.max(between(p, q), between(q, p));
}
