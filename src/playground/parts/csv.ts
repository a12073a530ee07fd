// A figure's numbers as CSV (RFC 4180): the columns of its table, unrounded.
import type { Figure, Value } from "../../figures/index.ts";

export function csvOf({ columns, rows }: Figure): string {
  const fields = columns.flatMap(({ fields: own, title }) =>
    own.length === 1
      ? [[title, own[0]] as const]
      : own.map((field, at) => [`${title}, ${at === 0 ? "low" : "high"}`, field] as const),
  );
  const lines = [fields.map(([title]) => title), ...rows.map((row) => fields.map(([, field]) => row[field] ?? null))];
  return `${lines.map((line) => line.map(cell).join(",")).join("\r\n")}\r\n`;
}

function cell(value: Value): string {
  if (typeof value === "number") return Number.isNaN(value) ? "" : `${value}`;
  // What a spreadsheet would take for a formula is text.
  const text = /^[=+\-@\t\r]/.test(value ?? "") ? `'${value}` : (value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
