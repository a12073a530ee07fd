// The client's half of AdditiveSum: a vector of integers modulo 2^bits, less a mask, for the leader; the mask's seed for the
// helper. Either alone is uniform, whatever the vector. Nothing is proved of it.
import { fail } from "../../../base/errors.ts";
import { toWords } from "../../../math/words.ts";
import type { Keystream } from "../../../ports/keystream.ts";
import { applyMasks } from "../../masks.ts";
import type { AdditiveParameters } from "../parameters.ts";
import { checkSize, SEED_SIZE } from "../shape.ts";
import type { Shares } from "../sharder.ts";
import { maskKey } from "./mask-key.ts";

export interface AdditiveSharder {
  /** Bytes of randomness shard() takes. */
  readonly randLength: number;
  /**
   * @param ctx application context @param measurement integers within ±2^53, one an element
   * @param nonce 16 bytes, public, unique per report @param rand secret random bytes, never reused
   * @throws PacelineError invalid_measurement
   */
  shard(ctx: Uint8Array, measurement: number | readonly number[], nonce: Uint8Array, rand: Uint8Array): Promise<Shares>;
}

export function newAdditiveSharder({ length, bits }: AdditiveParameters, keystream: Keystream): AdditiveSharder {
  return {
    randLength: SEED_SIZE,
    async shard(ctx, measurement, nonce, rand) {
      if (typeof measurement === "number" || measurement.length !== length)
        return fail("invalid_measurement", `the measurement is no vector of ${length} elements`);
      for (let i = 0; i < length; i++)
        if (!Number.isSafeInteger(measurement[i])) fail("invalid_measurement", `element ${i} is no whole number`);
      checkSize("rand", rand, SEED_SIZE);
      const words = toWords(measurement, bits);
      await applyMasks(keystream, bits, words, [{ key: maskKey(ctx, nonce, rand), sign: -1 }]);
      return { publicShare: new Uint8Array(0), inputShares: [words, Uint8Array.from(rand)] };
    },
  };
}
