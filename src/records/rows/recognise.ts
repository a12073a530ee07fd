import { jsonHead } from "../scan/json-file.ts";

/** A flat object with a date, first in the file; or what `paceline import --days` prints. */
const row = /^[^{]{0,20}\{[^{}[\]]{0,2000}"(?:date|day)"\s*:\s*"\d{4}-\d\d-\d\d"/;
const members = /^[^{]{0,20}\{\s*"members"\s*:\s*\[\s*\{\s*"id"\s*:/;

export function recognises(head: Uint8Array): boolean {
  const text = jsonHead(head);
  return row.test(text) || members.test(text);
}
