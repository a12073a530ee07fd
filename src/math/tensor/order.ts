// Which row comes when, from a seed: the same permutations wherever they are made.
import { utf8 } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import { TurboShake128 } from "../turboshake/turboshake.ts";

const LABEL = /* @__PURE__ */ utf8("paceline row order v1\n");
/** Separation byte, apart from other uses of TurboSHAKE128. */
const DOMAIN = 0x53;
const VISITS_MAX = 2 ** 28;
const WORDS = 256;

/**
 * A permutation of the rows for each epoch (Fisher and Yates, without bias), one after the other, for `order` of TrainingOptions.
 * @throws PacelineError invalid_argument
 */
export function seededOrder(rows: number, epochs: number, seed: Uint8Array): Uint32Array {
  if (!(Number.isInteger(rows) && Number.isInteger(epochs) && rows >= 1 && epochs >= 1 && rows * epochs <= VISITS_MAX))
    fail("invalid_argument", `${epochs} epochs of ${rows} rows cannot be put in order`);
  const below = uniform(seed);
  const order = new Uint32Array(rows * epochs);
  for (let first = 0; first < order.length; first += rows) {
    for (let i = 0; i < rows; i++) order[first + i] = i;
    for (let i = rows - 1; i > 0; i--) {
      const j = below(i + 1);
      const row = order[first + i] as number;
      order[first + i] = order[first + j] as number;
      order[first + j] = row;
    }
  }
  return order;
}

/** Whole numbers in [0, bound), bound at most 2^32; words that would make some likelier are left out. */
function uniform(seed: Uint8Array): (bound: number) => number {
  const stream = new TurboShake128(DOMAIN).absorb(LABEL).absorb(seed);
  const bytes = new Uint8Array(4 * WORDS);
  const view = new DataView(bytes.buffer);
  let at = bytes.length;
  const word = () => {
    if (at === bytes.length) {
      stream.squeezeInto(bytes);
      at = 0;
    }
    at += 4;
    return view.getUint32(at - 4, true);
  };
  return (bound) => {
    const fair = 2 ** 32 - (2 ** 32 % bound);
    let drawn = word();
    while (drawn >= fair) drawn = word();
    return drawn % bound;
  };
}
