// A mutated message of the coordinator, by seed: bits flipped, bytes cut, added or moved, parts of other messages put in, messages
// of another stage, another round or the member's own.
import seedrandom from "seedrandom";
import { concat } from "../../../src/base/bytes.ts";
import { coordinatorStages } from "../../../src/protocol/secagg/coordinator/stages.ts";
import type { World } from "./dishonest-rows.ts";
import type { Stage } from "./recorded.ts";

export interface Mutation {
  readonly stage: Stage;
  readonly message: Uint8Array;
}

export function mutate(seed: number, { told, said, other }: World): Mutation {
  const random = seedrandom(`dishonest ${seed}`);
  const below = (bound: number) => Math.floor(random() * bound);
  const pick = <T>(list: readonly T[]) => list[below(list.length)] as T;
  const stage = pick(coordinatorStages);
  const message = told[stage];
  const any = () => pick([told, said, other.told, other.said])[pick(coordinatorStages)];
  const flipped = (bits: number) => {
    const changed = Uint8Array.from(message);
    for (let i = 0; i < bits; i++) {
      const at = below(changed.length);
      changed[at] = (changed[at] as number) ^ (1 << below(8));
    }
    return changed;
  };
  const ways: readonly (() => Uint8Array)[] = [
    () => flipped(1),
    () => flipped(1 + below(8)),
    () => message.subarray(0, below(message.length)),
    () => concat(message, any().subarray(0, 1 + below(64))),
    () => {
      const at = below(message.length);
      return concat(message.subarray(0, at), Uint8Array.of(below(256)), message.subarray(at));
    },
    () => {
      // A part of another message over this one, at the same place.
      const [from, length] = [below(message.length), 1 + below(200)];
      const changed = Uint8Array.from(message);
      changed.set(any().subarray(from, Math.min(from + length, message.length)), from);
      return changed;
    },
    () => {
      // The same length of it, moved.
      const changed = Uint8Array.from(message);
      changed.copyWithin(below(message.length), below(message.length), below(message.length));
      return changed;
    },
    any,
  ];
  for (;;) {
    const changed = pick(ways)();
    if (changed.length !== message.length || changed.some((byte, i) => byte !== message[i]))
      return { stage, message: changed };
  }
}
