import { jsonHead } from "../scan/json-file.ts";

/** Every record of Whoop has a state of its score. */
export function recognises(head: Uint8Array): boolean {
  return /"score_state"\s*:/.test(jsonHead(head));
}
