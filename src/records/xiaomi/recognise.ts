import { latin1 } from "../scan/xml.ts";

/** Columns of the tables of values; those of tracks, devices and settings are others. */
const header = /^(?:\u00ef\u00bb\u00bf)?"?uid"?,"?sid"?,(?:"?tag"?,)?"?key"?,"?time"?,(?:"?category"?,)?"?value"?,/i;

export function recognises(head: Uint8Array): boolean {
  return header.test(latin1(head, 0, Math.min(head.length, 200)));
}
