// The instants at which services die, drawn from a seed: at an exact call by which they change a file or speak to somebody,
// from the first of their start on; where calls cannot be counted, after some time.
import seedrandom from "seedrandom";
import { type Death, noFaults } from "../support/faults/fault.ts";
import type { Role } from "../support/processes.ts";

export interface Instant {
  /** The other one is killed in the same moment. */
  readonly both: boolean;
  readonly fault?: Death;
  /** Since it was started. */
  readonly afterMs?: number;
}

/** How many calls each makes before it is ready: on files that are new, and on those of before. */
const STARTING = { fresh: 185, again: 35 } as const;
/** About as many as there are from there to the end of a question's way. */
const ON_THE_WAY: Readonly<Record<Role, number>> = { coordinator: 350, helper: 170 };
/** Of the deaths, about. */
const SHARE = { bothDie: 0.15, inFirstStart: 0.75, inStart: 0.35, torn: 0.4 } as const;
const START_MS = 400;
const WAY_MS = 900;

export interface Instants {
  /** @param fresh its files are still to be made */
  next(role: Role, fresh: boolean): Instant;
  /** From 0 on, below `below`. */
  draw(below: number): number;
}

export function newInstants(seed: string): Instants {
  const random = seedrandom.alea(seed);
  const draw = (below: number) => Math.floor(random() * below);
  return {
    draw,
    next(role, fresh) {
      const both = random() < SHARE.bothDie;
      const inStart = random() < (fresh ? SHARE.inFirstStart : SHARE.inStart);
      // Most of a way lies behind whoever dies late.
      const along = random() ** 3;
      const torn = random() < SHARE.torn;
      const starting = fresh ? STARTING.fresh : STARTING.again;
      if (noFaults !== undefined) return { both, afterMs: inStart ? draw(START_MS) : START_MS + along * WAY_MS };
      const call = 1 + (inStart ? draw(starting) : starting + Math.floor(along * ON_THE_WAY[role]));
      return { both, fault: { how: torn ? "torn" : "kill", call } };
    },
  };
}
