// Who takes part in a round: members by their number, person m mod people, so a cohort larger than its people repeats them. Whether a
// member is held out, in which rounds it takes part and when it drops out depends on the seed and the member alone.
import { Random } from "../../random.ts";

export interface CohortOptions {
  readonly members: number;
  readonly people: number;
  /** Share of the members that a plan holds out. */
  readonly heldOut: number;
  /** A member takes part in one of so many rounds. */
  readonly separation: number;
  /** Probability that a member who would take part in a round does not. */
  readonly dropout: number;
  readonly seed: string;
}

export interface RoundCohort {
  /** Of each person, members who train and who evaluate. */
  readonly training: Uint32Array;
  readonly heldOut: Uint32Array;
  readonly present: number;
}

/** @returns the cohort of any round, from 0 on */
export function cohorts(options: CohortOptions): (round: number) => RoundCohort {
  const { members, people, heldOut, separation, dropout, seed } = options;
  const coins = new Random(`${seed}/members`);
  const aside = new Uint8Array(members);
  const slots = new Uint16Array(members);
  for (let m = 0; m < members; m++) {
    aside[m] = coins.chance(heldOut) ? 1 : 0;
    slots[m] = coins.below(separation);
  }
  return (round) => {
    const drops = new Random(`${seed}/dropouts/${round}`);
    const cohort = { training: new Uint32Array(people), heldOut: new Uint32Array(people), present: 0 };
    for (let m = 0; m < members; m++) {
      if (slots[m] !== round % separation || (dropout > 0 && drops.chance(dropout))) continue;
      const counts = aside[m] === 1 ? cohort.heldOut : cohort.training;
      const person = m % people;
      counts[person] = (counts[person] as number) + 1;
      cohort.present += 1;
    }
    return cohort;
  };
}
