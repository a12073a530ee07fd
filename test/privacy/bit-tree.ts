// Every path of the tree of bits that a sampler can read, byte by byte: the exact weight of each outcome.
import { BitSource } from "../../src/privacy/samplers/bit-source.ts";
import { TapeEnded, tape } from "./entropy.ts";

export interface Outcomes<T> {
  /** Probability of all byte strings that end in an outcome. */
  readonly weights: ReadonlyMap<T, number>;
  /** Probability of the strings that are undecided at the greatest depth. */
  readonly open: number;
}

/** @param depth bytes; a path that needs more stays open */
export function enumerateTree<T>(run: (bits: BitSource) => T, depth: number): Outcomes<T> {
  const weights = new Map<T, number>();
  let open = 0;
  const visit = (prefix: number[]): void => {
    let outcome: T;
    try {
      outcome = run(new BitSource(tape(prefix), 1));
    } catch (error) {
      if (!(error instanceof TapeEnded)) throw error;
      if (prefix.length === depth) open += 256 ** -depth;
      else for (let byte = 0; byte < 256; byte++) visit([...prefix, byte]);
      return;
    }
    weights.set(outcome, (weights.get(outcome) ?? 0) + 256 ** -prefix.length);
  };
  visit([]);
  return { weights, open };
}

/** How far the tree contradicts the law, over all outcomes seen: 0 when every exact probability lies between its bounds. */
export function contradiction<T>({ weights, open }: Outcomes<T>, exact: (outcome: T) => number): number {
  let worst = 0;
  for (const [outcome, sure] of weights) worst = Math.max(worst, sure - exact(outcome), exact(outcome) - sure - open);
  return worst;
}
