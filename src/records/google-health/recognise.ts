import { jsonHead } from "../scan/json-file.ts";
import { kinds } from "./kinds.ts";

const inside = new RegExp(`"(?:${[...kinds.keys(), "sleep", "exercise"].join("|")})"\\s*:\\s*\\{`);
const outside =
  /"(?:dataPoints|rollupDataPoints)"\s*:\s*\[|"physicalTime"\s*:|"startUtcOffset"\s*:|"civilStartTime"\s*:|"recordingMethod"\s*:\s*"|"date"\s*:\s*\{\s*"year"\s*:/;

/** Data points with a member that is called after their kind. */
export function recognises(head: Uint8Array): boolean {
  const text = jsonHead(head);
  return outside.test(text) && inside.test(text);
}
