// An output that differs from the vector: the one error that no vector may ask for.
import { toHex } from "../../src/base/bytes.ts";

export class Mismatch extends Error {}

/** @throws Mismatch, naming the first byte that differs */
export function sameBytes(what: string, got: Uint8Array, wanted: Uint8Array | undefined): void {
  if (wanted === undefined) throw new Mismatch(`the vector does not hold ${what}`);
  if (toHex(got) === toHex(wanted)) return;
  if (got.length !== wanted.length)
    throw new Mismatch(`${what} has ${got.length} bytes, in the vector it has ${wanted.length}`);
  const at = got.findIndex((byte, k) => byte !== wanted[k]);
  throw new Mismatch(`${what} differs from the vector at byte ${at}: ${toHex(got)} for ${toHex(wanted)}`);
}
