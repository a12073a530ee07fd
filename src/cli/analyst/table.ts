// Columns of text: the last one as it is, the others as wide as they need to be.

export function table(rows: readonly (readonly string[])[], indent = "  "): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows
    .map((row) => {
      const cells = row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] as number)));
      return `${indent}${cells.join("  ")}`.trimEnd();
    })
    .join("\n");
}

/** `Nov 25 22:17`, in UTC as budgets are. */
export function moment(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ");
}
