// A labelled table: one example a line, with a column that says whose it is and one that holds its class. CSV with a header line, or
// Weka's ARFF, which is CSV after a list of columns.
import { fail } from "../../../base/errors.ts";
import type { StudiedPerson } from "./people.ts";

export interface TableColumns {
  /** Whose example it is. */
  readonly person: string;
  /** Its class. */
  readonly label: string;
  /** A public attribute of the person. */
  readonly group?: string;
  /** Columns that a model does not read. */
  readonly without: readonly string[];
}

export interface LabelledTable {
  readonly people: readonly StudiedPerson[];
  readonly features: readonly string[];
  /** In the order of their first line. */
  readonly classes: readonly string[];
  /** Lines left out: of no person, of no class, or of another length. */
  readonly left: number;
}

const CLASSES_MAX = 64;

/** @throws PacelineError invalid_data naming column or line */
export function readTable(text: string, columns: TableColumns): LabelledTable {
  const { header, lines, first } = cut(text);
  const at = (name: string) => {
    const index = header.indexOf(name);
    return index >= 0
      ? index
      : fail("invalid_data", `the table has no column ${JSON.stringify(name)}`, {
          hint: `It has ${header.join(", ")}.`,
        });
  };
  const [person, label] = [at(columns.person), at(columns.label)];
  const group = columns.group === undefined ? undefined : at(columns.group);
  const without = new Set([person, label, group, ...columns.without.map(at)]);
  const features = header.flatMap((name, index) => (without.has(index) ? [] : [{ name, index }]));
  if (features.length === 0) fail("invalid_data", "the table has no column left that a model could read");
  const classes: string[] = [];
  const people = new Map<string, { rows: Float64Array[]; labels: number[]; group?: string }>();
  let left = 0;
  for (const [number, line] of lines.entries()) {
    const cells = cellsOf(line);
    const [who, what] = [cells[person], cells[label]];
    if (cells.length !== header.length || !who || !what) {
      left += 1;
      continue;
    }
    if (!classes.includes(what)) classes.push(what);
    const own = people.get(who) ?? { rows: [], labels: [] };
    people.set(who, own);
    own.labels.push(classes.indexOf(what));
    own.rows.push(
      Float64Array.from(features, ({ name, index }) => numberOf(cells[index] as string, name, first + number)),
    );
    if (group !== undefined) own.group = cells[group] as string;
  }
  if (classes.length < 2 || classes.length > CLASSES_MAX)
    fail(
      "invalid_data",
      `column ${columns.label} holds ${classes.length} classes; 2 to ${CLASSES_MAX} can be told apart`,
    );
  return { people: [...people.values()], features: features.map(({ name }) => name), classes, left };
}

/** @returns the number of the first line after the header, for messages */
function cut(text: string): { header: readonly string[]; lines: readonly string[]; first: number } {
  const lines = text.replace(/^\ufeff/, "").split(/\r\n|\n|\r/);
  const data = lines.findIndex((line) => /^\s*@data\b/i.test(line));
  if (data < 0) {
    const [header = "", ...rest] = lines;
    return { header: cellsOf(header), lines: rest.filter((line) => line.trim() !== ""), first: 2 };
  }
  const header = lines.slice(0, data).flatMap((line) => {
    const name = /^\s*@attribute\s+("[^"]*"|'[^']*'|[^\s{]+)/i.exec(line)?.[1];
    return name === undefined ? [] : [name.replaceAll(/^["']|["']$/g, "")];
  });
  const rows = lines.slice(data + 1).filter((line) => line.trim() !== "" && !line.trimStart().startsWith("%"));
  return { header, lines: rows, first: data + 2 };
}

/** Cells of one line; quotes hold commas, a doubled quote is one. */
function cellsOf(line: string): string[] {
  const cells: string[] = [];
  let [cell, quoted] = ["", false];
  for (let i = 0; i < line.length; i++) {
    const char = line[i] as string;
    if (char === '"' && quoted && line[i + 1] === '"') cell += line[++i];
    else if (char === '"' && (quoted || cell.trim() === "")) quoted = !quoted;
    else if (char === "," && !quoted) {
      cells.push(cell.trim());
      cell = "";
    } else cell += char;
  }
  return [...cells, cell.trim()];
}

function numberOf(cell: string, name: string, line: number): number {
  if (cell === "" || cell === "?") return Number.NaN;
  const value = Number(cell);
  if (!Number.isFinite(value))
    fail(
      "invalid_data",
      `line ${line}: column ${name} holds ${JSON.stringify(cell.slice(0, 40))}, which is no number`,
      {
        hint: "Leave columns that are no numbers out with --without.",
      },
    );
  return value;
}
