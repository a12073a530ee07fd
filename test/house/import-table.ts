// Reads the import table out of a page of markdown: the first table whose header begins `| room | may import | packages |`.

export interface Row {
  readonly may: readonly string[];
  readonly packages: readonly string[];
}

const PHRASES: Readonly<Record<string, readonly string[]>> = {
  nothing: [],
  none: [],
  "every pure room": ["pure"],
  anything: ["*"],
};

const cells = (line: string) =>
  line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());

/** A cell: a phrase of the above, or names in backticks with commas between. Sorted. */
function names(cell: string): readonly string[] {
  return cell
    .split(",")
    .flatMap((part) => PHRASES[part.trim()] ?? [/^`([^`]+)`$/.exec(part.trim())?.[1] ?? `?? ${part.trim()}`])
    .sort();
}

/** Room → what its row says. Further columns are the reader's. */
export function readImportTable(markdown: string): Readonly<Record<string, Row>> {
  const lines = markdown.split("\n");
  const header = lines.findIndex((line) => cells(line).slice(0, 3).join("|") === "room|may import|packages");
  if (header < 0) return {};
  const rest = lines.slice(header + 2);
  const end = rest.findIndex((line) => !line.startsWith("|"));
  const rows = (end < 0 ? rest : rest.slice(0, end)).map((line) => {
    const [room = "", may = "", packages = ""] = cells(line);
    return [names(room)[0] ?? "", { may: names(may), packages: names(packages) }] as const;
  });
  return Object.fromEntries(rows);
}
