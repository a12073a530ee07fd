// Rows for programs, as JSON, and for people: aligned columns, absent figures as a dash, a mark on what missed its floor.
import { type Floor, judged, missedFloors, type Row, show } from "./harness.ts";

const heads = ["", "value", "unit", "peer", "ratio", "native", "ratio", "floor", ""];

/** What a run prints: one line of JSON, or a table. */
export function output(results: readonly Row[], json: boolean): string {
  return json ? `${JSON.stringify({ results })}\n` : table(results);
}

function table(rows: readonly Row[]): string {
  const lines = [heads, ...rows.map(cells)];
  const widths = heads.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? "").length)));
  const left = [0, 2, 8];
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        left.includes(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd();
  return `${lines.map(line).join("\n")}\n`;
}

function cells(row: Row): string[] {
  const optional = (value: number | undefined) => (value === undefined ? "-" : show(value));
  const missed = row.floor !== undefined && missedFloors([row], { [row.name]: row.floor }).length > 0;
  const unjudged = row.floor !== undefined && !judged(row, row.floor);
  return [
    row.name,
    show(row.value),
    row.unit,
    row.peer === undefined ? "-" : `${row.peer.name} ${show(row.peer.value)}`,
    optional(row.ratio),
    optional(row.native?.value),
    optional(row.native?.ratio),
    row.floor === undefined ? "" : floorText(row.floor),
    [
      missed ? "missed" : "",
      unjudged ? "too busy to judge" : "",
      row.status === "measured" ? "" : row.status.replace("-", " "),
    ]
      .filter(Boolean)
      .join(", "),
  ];
}

function floorText({ of, atLeast, atMost }: Floor): string {
  const times = of === "ratio" ? "x" : "";
  return atLeast === undefined ? `<= ${atMost}${times}` : `>= ${atLeast}${times}`;
}
