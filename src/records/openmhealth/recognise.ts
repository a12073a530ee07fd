import { jsonHead } from "../scan/json-file.ts";
import { measures } from "./measures.ts";

const body = new RegExp(`"(?:${[...measures.keys(), "physical_activity", "activity_name"].join("|")})"\\s*:`);
const frame = /"(?:effective_time_frame|schema_id|creation_date_time)"\s*:/;

/** Data points with their header, or bodies with their time frame. */
export function recognises(head: Uint8Array): boolean {
  const text = jsonHead(head);
  return frame.test(text) && body.test(text);
}
