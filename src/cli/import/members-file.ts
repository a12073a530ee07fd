// Members as one table of daily values: what import itself reads again, and nothing that any file held beside it.
import { utf8 } from "../../base/bytes.ts";
import { formatDay } from "../../base/calendar.ts";
import type { Member } from "../../records/types.ts";

/** RFC 4180, with the attributes of a member in each of its rows. */
export function membersTable(members: readonly Member[]): Uint8Array {
  const metrics = new Set<string>();
  const attributes = new Set<string>();
  for (const { profile, days } of members) {
    for (const attribute of Object.keys(profile)) attributes.add(attribute);
    for (const { values } of days) for (const id of Object.keys(values)) metrics.add(id);
  }
  const columns = [...metrics].sort();
  const labels = [...attributes].sort();
  const rows = [["member", "date", ...columns, ...labels].join(",")];
  for (const { id, profile, days } of members)
    for (const { day, values } of days)
      rows.push(
        [
          cell(id),
          formatDay(day),
          ...columns.map((metric) => values[metric] ?? ""),
          ...labels.map((label) => cell(profile[label] ?? "")),
        ].join(","),
      );
  return utf8(`${rows.join("\r\n")}\r\n`);
}

function cell(text: string): string {
  // A spreadsheet runs what begins like a formula.
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}
