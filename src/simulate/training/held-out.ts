// Members kept aside to measure a model on.
import { fail } from "../../base/errors.ts";
import type { Member } from "../../records/types.ts";
import { Random } from "../random.ts";

export interface Split {
  readonly training: Member[];
  readonly heldOut: Member[];
}

/**
 * Keeps round(share · members) members aside, chosen by the seed; both parts stay in their order.
 * @param share 0 … 1
 * @throws PacelineError invalid_argument
 */
export function splitHeldOut(members: readonly Member[], share: number, seed: string): Split {
  if (!(share >= 0 && share <= 1)) fail("invalid_argument", "the share to hold out must lie between 0 and 1");
  const random = new Random(seed);
  const aside = Math.round(share * members.length);
  const split: Split = { training: [], heldOut: [] };
  // selection sampling: each member with the chance that fills the places left (Knuth, volume 2, 3.4.2, algorithm S)
  members.forEach((member, i) => {
    const keep = random.uniform() * (members.length - i) < aside - split.heldOut.length;
    (keep ? split.heldOut : split.training).push(member);
  });
  return split;
}
