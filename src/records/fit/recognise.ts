import { isFit } from "./decode.ts";

/** FIT files say so: a header of 12 or 14 bytes with the letters `.FIT`. */
export function recognises(head: Uint8Array): boolean {
  return isFit(head);
}
