import { latin1 } from "../scan/xml.ts";

/** By the root, whatever prefix it has. */
export function recognises(head: Uint8Array): boolean {
  return /<(?:\w+:)?(?:gpx|TrainingCenterDatabase)[\s>]/.test(latin1(head, 0, head.length));
}
