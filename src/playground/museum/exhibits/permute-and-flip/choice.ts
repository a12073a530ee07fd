// The same choice is priced in two ways.
import { leastFor, permuteAndFlip, rational, utilitySensitivity } from "../../../../privacy/index.ts";
import type { Trial } from "../../exhibit.ts";

const mechanism = permuteAndFlip({
  ...({ trust: "central", unit: "member", neighbouring: "replace-one", epsilon: rational(1n) } as const),
  sensitivity: utilitySensitivity(rational(1n), { neighbouring: "replace-one" }),
});

const [PRESENT, ABSENT] = [
  [-1n, 1n],
  [0n, 0n],
] as const;

/** Of two candidates that lie 2 apart at rate ε/2: the worse one comes first half of the time, and is kept with e^-1. */
const worse = Math.exp(-1) / 2;

export function pricedAt(rho: number): Trial {
  const claim = { kind: "rho", rho } as const;
  return {
    claim,
    // The choice is all there is: a test on it loses nothing.
    exact: leastFor(claim, { present: 1 - worse, absent: 0.5 }),
    score: (present, { entropy }) => mechanism.select(entropy, present ? PRESENT : ABSENT),
  };
}
