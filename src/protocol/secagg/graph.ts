// Who is whose neighbour: members stand on a ring in an order that the seed shuffles, each beside degree/2 to either side
// (a Harary graph over a random permutation).

import { utf8 } from "../../base/bytes.ts";
import { invariant } from "../../base/errors.ts";
import { TurboShake128 } from "../../math/turboshake/turboshake.ts";

const LABEL = /* @__PURE__ */ utf8("paceline secagg ring v1\n");
/** Separation byte, apart from the VDAF's. */
const DOMAIN = 0x53;

/** A uniform order of 0 … members - 1, by Fisher and Yates's shuffle with words of TurboSHAKE128, rejected where uneven. */
export function ringOrder(seed: Uint8Array, members: number): Uint16Array {
  invariant(members <= 2 ** 16, "a ring has 2^16 places at most");
  const stream = new TurboShake128(DOMAIN).absorb(LABEL).absorb(seed);
  const bytes = new Uint8Array(4);
  const view = new DataView(bytes.buffer);
  const below = (bound: number) => {
    const even = 2 ** 32 - (2 ** 32 % bound);
    for (;;) {
      stream.squeezeInto(bytes);
      const word = view.getUint32(0, true);
      if (word < even) return word % bound;
    }
  };
  const order = Uint16Array.from({ length: members }, (_, i) => i);
  for (let i = members - 1; i > 0; i--) {
    const j = below(i + 1);
    const moved = order[i] as number;
    order[i] = order[j] as number;
    order[j] = moved;
  }
  return order;
}

/**
 * The neighbours of one member, in rising order.
 * @param order members along the ring @param degree even, or members - 1: everyone
 */
export function neighboursOn(
  order: ArrayLike<number> & { indexOf(member: number): number },
  degree: number,
  member: number,
): number[] {
  const members = order.length;
  const place = order.indexOf(member);
  invariant(place >= 0 && degree < members, "a member of the ring, with fewer neighbours than members");
  const steps = degree === members - 1 ? Math.floor(members / 2) : degree / 2;
  const neighbours = new Set<number>();
  for (let step = 1; step <= steps; step++) {
    neighbours.add(order[(place + step) % members] as number);
    neighbours.add(order[(place - step + members) % members] as number);
  }
  return [...neighbours].sort((a, b) => a - b);
}
