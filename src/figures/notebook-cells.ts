// Cells of a Jupyter notebook (nbformat 4.5) as texts, whatever they hold. Python's standard library and matplotlib are enough.
import type { Figure } from "./figure.ts";
import { tableRows } from "./table.ts";
import type { Spec } from "./vega-lite.ts";

/** A JSON text with a final newline. No outputs: nothing in it claims to have run. */
export function notebookOf(cells: readonly unknown[]): string {
  const metadata = {
    kernelspec: { display_name: "Python 3", language: "python", name: "python3" },
    language_info: { name: "python" },
  };
  return `${JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata, cells }, undefined, 1)}\n`;
}

const lines = (text: string) => text.split(/(?<=\n)/);
export const markdown = (id: string, text: string) => ({
  cell_type: "markdown",
  id,
  metadata: {},
  source: lines(text),
});
export const code = (id: string, text: string) => ({
  cell_type: "code",
  id,
  metadata: {},
  execution_count: null,
  outputs: [],
  source: lines(text.trimEnd()),
});

/** Whatever `text` holds: JSON's string escapes are Python's. */
export function literal(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

export const data = (value: unknown) => `json.loads(${literal(JSON.stringify(value))})`;

/** JSON has no infinity: null is an open end. */
export function finite(row: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(
    Object.entries(row).map(([field, value]) => [
      field,
      typeof value === "number" && !Number.isFinite(value) ? null : value,
    ]),
  );
}

/** Text that formats nothing, opens no tag and links nowhere. */
export function inMarkdown(text: string): string {
  return text
    .replaceAll(/\s+/g, " ")
    .replaceAll(/[\\`*_{}[\]<>()#+\-.!|&$~:]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Every figure's numbers as they are shown, printed. */
export function tableCell(figures: readonly Figure[]): string {
  const tables = figures.map((each) => ({
    caption: each.caption,
    rows: [each.columns.map(({ title }) => title), ...tableRows(each)],
  }));
  return `tables = ${data(tables)}

for table in tables:
    print(table["caption"])
    widths = [max(map(len, column)) for column in zip(*table["rows"])]
    for row in table["rows"]:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
    print()
`;
}

/** The drawing, where the front end knows it. */
export function vegaCell(spec: Spec): string {
  return `from IPython.display import display

spec = ${data(spec)}
display({"application/vnd.vegalite.v5+json": spec, "text/plain": spec["description"]}, raw=True)
`;
}
