import { jsonHead } from "../scan/json-file.ts";

const sign = /"fitValue"\s*:|"dataTypeName"\s*:\s*"com\.google\.|"fitnessActivity"\s*:|"Data Points"\s*:/;

/** Data points of Takeout and of the Fitness API, and Takeout's sessions. */
export function recognises(head: Uint8Array): boolean {
  return sign.test(jsonHead(head));
}
