// Shares as integers, for the sums and maps over a whole batch: a few hundred numbers once a task.
import { fail } from "../base/errors.ts";
import { fromBigInts, toBigInts } from "../math/field/modular.ts";
import { addIntegers, bytesOf, fromWords, type Width } from "../math/words.ts";
import { fieldOf } from "../protocol/vdaf/field-of.ts";
import type { VdafParameters } from "../protocol/vdaf/parameters.ts";

export interface Elements {
  readonly modulus: bigint;
  /** @throws PacelineError invalid_message unless the bytes are whole elements below the modulus */
  decode(bytes: Uint8Array): bigint[];
  encode(values: readonly bigint[]): Uint8Array;
}

export function elementsOf(vdaf: VdafParameters): Elements {
  if (vdaf.type === "AdditiveSum") return wordElements(vdaf.bits);
  const field = fieldOf(vdaf);
  return {
    modulus: field.modulus,
    decode(bytes) {
      if (bytes.length % field.encodedSize !== 0) fail("invalid_message", "a share is not whole field elements");
      const count = bytes.length / field.encodedSize;
      const vector = field.newVector(count);
      if (!field.decodeInto(vector, 0, bytes, 0, count))
        fail("invalid_message", "a share has an element beyond the field");
      return toBigInts(field, vector);
    },
    encode(values) {
      const out = new Uint8Array(values.length * field.encodedSize);
      field.encodeInto(out, 0, fromBigInts(field, values), 0, values.length);
      return out;
    },
  };
}

/** Integers modulo 2^bits, as words. */
function wordElements(bits: Width): Elements {
  const bytesEach = bits / 8;
  return {
    modulus: 1n << BigInt(bits),
    decode(bytes) {
      if (bytes.length % bytesEach !== 0) fail("invalid_message", "a share is not whole words");
      return fromWords(bytes, bits).map((value) => BigInt.asUintN(bits, value));
    },
    encode(values) {
      const out = new Uint8Array(bytesOf(values.length, bits));
      addIntegers(bits, out, values);
      return out;
    },
  };
}
