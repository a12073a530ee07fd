import { latin1 } from "../scan/xml.ts";

/** Whatever the file is called, which depends on the phone's language: its root, or the DTD that names it. */
export function recognises(head: Uint8Array): boolean {
  return /<(?:!DOCTYPE\s+)?HealthData[\s>]/.test(latin1(head, 0, head.length));
}
