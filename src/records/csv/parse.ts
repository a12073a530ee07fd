// RFC 4180 records out of text that arrives in pieces: quoted cells, line ends inside quotes, CRLF, LF or CR, and a byte
// order mark. Text that cannot be CSV fails with its position; a row with a stray quote is handed on, marked.
import { fail } from "../../base/errors.ts";

export interface CsvRecord {
  /** Line on which the record begins, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
  /** The first cell, from 0, with a quote where RFC 4180 allows none. */
  readonly strayQuote?: number;
}

const CELL_CHARS_MAX = 65_536;
const CELLS_MAX = 1024;

const QUOTE = 34;
const COMMA = 44;
const LF = 10;
const CR = 13;

/** Where the next character falls: at a cell's start, in a bare cell, inside quotes, or just after a quote inside quotes. */
type Place = "start" | "bare" | "quoted" | "closing";

/**
 * Blank lines are no records. Pieces may be cut anywhere.
 * @throws PacelineError invalid_data for a quote that is never closed, a cell of more than 65,536 characters or a record of
 * more than 1,024 cells; `name` is the file's name in the message.
 */
export function* csvRecords(pieces: Iterable<string>, name: string): Generator<CsvRecord, void, void> {
  let place = "start" as Place;
  let cell = "";
  let cells: string[] = [];
  let strayQuote: number | undefined;
  let line = 1;
  let recordLine = 1;
  let quoteLine = 1;
  let blank = true;
  let afterCr = false;
  let atBeginning = true;

  const endCell = () => {
    if (cell.length > CELL_CHARS_MAX || cells.length >= CELLS_MAX)
      fail("invalid_data", `${name}:${recordLine}: a cell or row is too long for a table of daily values`, {
        hint: `at most ${CELL_CHARS_MAX} characters a cell and ${CELLS_MAX} cells a row; look for a quote that is not closed`,
      });
    cells.push(cell);
    cell = "";
    place = "start";
  };
  const endRecord = (): CsvRecord => {
    endCell();
    const record = strayQuote === undefined ? { line: recordLine, cells } : { line: recordLine, cells, strayQuote };
    cells = [];
    strayQuote = undefined;
    blank = true;
    return record;
  };

  for (const piece of pieces) {
    let from = 0;
    let i = 0;
    if (atBeginning && piece.length > 0) {
      atBeginning = false;
      if (piece.charCodeAt(0) === 0xfeff) i = 1;
    }
    for (; i < piece.length; i++) {
      const code = piece.charCodeAt(i);
      const secondOfCrLf = afterCr && code === LF;
      const lineEnd = code === CR || (code === LF && !secondOfCrLf);
      afterCr = code === CR;
      if (lineEnd) line++;
      if (place === "quoted") {
        if (code !== QUOTE) continue;
        cell += piece.slice(from, i);
        place = "closing";
      } else if (code === COMMA) {
        if (place === "bare") cell += piece.slice(from, i);
        blank = false;
        endCell();
      } else if (lineEnd) {
        if (place === "bare") cell += piece.slice(from, i);
        if (!blank) yield endRecord();
        recordLine = line;
      } else if (secondOfCrLf) {
        // belongs to the line end before it
      } else if (code === QUOTE && place !== "bare") {
        // a first quote opens the cell; one right after a closing quote stands for itself
        from = place === "start" ? i + 1 : i;
        if (place === "start") quoteLine = line;
        place = "quoted";
        blank = false;
      } else {
        if (place !== "bare") from = i;
        if (place === "closing" || code === QUOTE) strayQuote ??= cells.length;
        place = "bare";
        blank = false;
      }
    }
    if (place === "bare" || place === "quoted") cell += piece.slice(from);
  }
  if (place === "quoted")
    fail("invalid_data", `${name}:${quoteLine}: the quote that opens cell ${cells.length + 1} is never closed`);
  if (!blank) yield endRecord();
}
