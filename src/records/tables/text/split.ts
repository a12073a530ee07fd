// Records out of bytes in UTF-8 that arrive in pieces, without making a string of what nobody asks for: a record is a
// view of where its cells lie. Quoted cells, line ends in quotes, doubled and backslash quotes, CRLF, LF and CR.
import { fail } from "../../../base/errors.ts";
import { decode } from "./decode.ts";

export interface Dialect {
  /** One ASCII character. */
  readonly separator: "," | ";" | "\t" | "|";
  readonly quote: '"' | "'";
  /** A backslash in a quoted cell takes a following quote or backslash for itself; otherwise only doubled quotes are quotes. */
  readonly backslash: boolean;
}

const CELL_BYTES_MAX = 65_536;
const RECORD_BYTES_MAX = 1_048_576;
export const CELLS_MAX = 4096;
/** Smaller pieces are gathered first. */
const PIECE_BYTES_MIN = 4096;
/** Places kept for a record's cells until one has more. */
const CELLS_USUAL = 64;

const [LF, CR, SPACE, BACKSLASH] = [10, 13, 32, 92];
const [END_OF_CELL, END_OF_LINE] = [1, 2];

/** What a cell is: bare, quoted, quoted with escapes in it. */
const [PLAIN, QUOTED, ESCAPED] = [0, 1, 2];

/** One record; it and what it shows is valid only until the handler returns. */
export interface RecordView {
  /** Line on which it begins, from 1. */
  readonly line: number;
  /** Number of cells. */
  readonly count: number;
  /** Whether a blank line lies before it. */
  readonly afterBlank: boolean;
  /**
   * Whether something follows a closing quote: where the cells are is then a guess. `backslash`: after a backslash, which
   * shows a file of the backslash dialect.
   */
  readonly strayQuote: false | "stray" | "backslash";
  readonly bytes: Uint8Array;
  /** Where cell i begins and ends in `bytes`. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** The cell as text, unquoted, not trimmed. */
  text(i: number): string;
  /** All cells, trimmed. */
  texts(): string[];
  /** Whether the cell holds escapes, so that its bytes are not its text. */
  escaped(i: number): boolean;
}

/** Calls the handler for each record; blank lines are none. The handler may return true to stop. */
export class Splitter implements RecordView {
  line = 1;
  count = 0;
  afterBlank = false;
  strayQuote: RecordView["strayQuote"] = false;
  bytes: Uint8Array = new Uint8Array(0);
  starts = new Int32Array(CELLS_USUAL);
  ends = new Int32Array(CELLS_USUAL);
  #flags = new Uint8Array(CELLS_USUAL);
  readonly #name: string;
  readonly #quote: number;
  readonly #separator: number;
  readonly #dialect: Dialect;
  readonly #handler: (record: RecordView) => boolean | undefined;
  /** Of a byte outside quotes: ends the cell, ends the line, or nothing. */
  readonly #class = new Uint8Array(256);
  #kept = new Uint8Array(2 * PIECE_BYTES_MIN);
  #length = 0;
  /** What has to be there before looking again is worth it: twice what was not enough, so that the work stays linear. */
  #enough = 0;
  #lines = 0;
  #stopped = false;

  /** @param name the file's, for messages @param line that of the first byte */
  constructor(name: string, dialect: Dialect, handler: (record: RecordView) => boolean | undefined, line = 1) {
    this.#name = name;
    this.#dialect = dialect;
    this.#quote = dialect.quote.charCodeAt(0);
    this.#separator = dialect.separator.charCodeAt(0);
    this.#handler = handler;
    this.#lines = line;
    this.#class[this.#separator] = END_OF_CELL;
    this.#class[LF] = END_OF_LINE;
    this.#class[CR] = END_OF_LINE;
  }

  get stopped(): boolean {
    return this.#stopped;
  }
  /** Bytes looked at so far, those looked at twice included: at most four for each byte pushed. */
  scanned = 0;

  /** @throws PacelineError invalid_data for a quote that is never closed and for cells and records beyond every table */
  push(piece: Uint8Array): void {
    if (this.#stopped || piece.length === 0) return;
    if (this.#length === 0 && piece.length >= PIECE_BYTES_MIN) {
      const used = this.#scan(piece, piece.length, false);
      this.#keep(piece, used);
      return;
    }
    this.#append(piece);
    if (this.#length >= this.#enough) this.#scanKept(false);
  }
  end(): void {
    if (!this.#stopped) this.#scanKept(true);
  }

  text(i: number): string {
    const text = decode(this.bytes, this.starts[i] as number, this.ends[i] as number);
    return this.escaped(i) ? this.#unescape(text) : text;
  }
  texts(): string[] {
    return Array.from({ length: this.count }, (_, i) => this.text(i).trim());
  }
  escaped(i: number): boolean {
    return this.#flags[i] === ESCAPED;
  }

  #unescape(text: string): string {
    const { quote, backslash } = this.#dialect;
    if (!backslash) return text.replaceAll(quote + quote, quote);
    return text.replaceAll(quote === '"' ? /""|\\["\\]/g : /''|\\['\\]/g, (pair) => pair.slice(1));
  }
  #scanKept(last: boolean): void {
    const kept = this.#kept;
    const length = this.#length;
    this.#length = 0;
    const used = this.#scan(kept, length, last);
    this.#keep(kept.subarray(0, length), used);
  }
  #keep(piece: Uint8Array, used: number): void {
    const rest = piece.length - used;
    this.#enough = used > 0 ? PIECE_BYTES_MIN : 2 * rest;
    if (rest > RECORD_BYTES_MAX) this.#tooLong(this.#lines);
    if (rest > 0) this.#append(piece.subarray(used));
  }
  #append(piece: Uint8Array): void {
    const needed = this.#length + piece.length;
    if (needed > this.#kept.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * this.#kept.length));
      larger.set(this.#kept.subarray(0, this.#length));
      this.#kept = larger;
    }
    this.#kept.set(piece, this.#length);
    this.#length = needed;
  }
  #widen(): void {
    const cells = 8 * this.starts.length;
    const [starts, ends, flags] = [new Int32Array(cells), new Int32Array(cells), new Uint8Array(cells)];
    starts.set(this.starts);
    ends.set(this.ends);
    flags.set(this.#flags);
    [this.starts, this.ends, this.#flags] = [starts, ends, flags];
  }
  #tooLong(line: number): never {
    fail("invalid_data", `${this.#name}:${line}: a cell or row is too long for a table`, {
      hint: `at most ${CELL_BYTES_MAX} bytes a cell and ${CELLS_MAX} cells a row; look for a quote that is not closed`,
    });
  }

  /** @returns how many bytes whole records took */
  #scan(bytes: Uint8Array, to: number, last: boolean): number {
    let at = 0;
    this.bytes = bytes;
    this.scanned += to;
    while (at < to) {
      const next = this.#record(bytes, at, to, last);
      if (next < 0) break;
      at = next;
      if (this.#stopped) return to;
    }
    return at;
  }

  /** Reads one record and hands it on. @returns where the next one begins, or −1 where the record is not all there */
  #record(bytes: Uint8Array, from: number, to: number, last: boolean): number {
    const classes = this.#class;
    let at = from;
    let count = 0;
    let lines = 0;
    this.strayQuote = false;
    for (;;) {
      if (count === this.starts.length) this.#widen();
      let flags = PLAIN;
      let start = at;
      if (bytes[at] === SPACE) while (at < to && bytes[at] === SPACE) at++;
      if (at < to && bytes[at] === this.#quote) {
        const end = this.#quoted(bytes, at + 1, to, last);
        if (end < 0) {
          if (last) fail("invalid_data", `${this.#name}:${this.#lines + lines}: a quote is never closed`);
          return -1;
        }
        start = at + 1;
        this.ends[count] = end;
        flags = this.#quotedFlags;
        lines += this.#quotedLines;
        at = end + 1;
        while (at < to && bytes[at] === SPACE) at++;
        if (at < to && classes[bytes[at] as number] === 0 && this.strayQuote !== "backslash")
          this.strayQuote = bytes[end - 1] === BACKSLASH ? "backslash" : "stray";
        while (at < to && classes[bytes[at] as number] === 0) at++;
      } else {
        while (at < to && classes[bytes[at] as number] === 0) at++;
        this.ends[count] = at;
      }
      if (at >= to && !last) return -1;
      this.starts[count] = start;
      this.#flags[count] = flags;
      if ((this.ends[count] as number) - start > CELL_BYTES_MAX || count + 1 >= CELLS_MAX)
        this.#tooLong(this.#lines + lines);
      count++;
      if (at >= to || classes[bytes[at] as number] === END_OF_LINE) break;
      at++;
    }
    if (at < to && bytes[at] === CR) {
      if (at + 1 >= to && !last) return -1;
      if (bytes[at + 1] === LF && at + 1 < to) at++;
    }
    if (count === 1 && this.#flags[0] === PLAIN && this.ends[0] === this.starts[0]) this.afterBlank = true;
    else {
      this.line = this.#lines;
      this.count = count;
      this.#stopped = this.#handler(this) === true;
      this.afterBlank = false;
    }
    this.#lines += lines + 1;
    return at + 1;
  }

  #quotedFlags = 0;
  #quotedLines = 0;

  /** @returns where the closing quote is, or −1 where it is not there or what follows it is not */
  #quoted(bytes: Uint8Array, from: number, to: number, last: boolean): number {
    const quote = this.#quote;
    let flags = QUOTED;
    let lines = 0;
    for (let at = from; at < to; at++) {
      const byte = bytes[at] as number;
      if (byte === quote) {
        if (at + 1 >= to && !last) return -1;
        if (at + 1 < to && bytes[at + 1] === quote) {
          at++;
          flags = ESCAPED;
          continue;
        }
        this.#quotedFlags = flags;
        this.#quotedLines = lines;
        return at;
      }
      if (byte === LF || (byte === CR && bytes[at + 1] !== LF)) lines++;
      else if (byte === BACKSLASH && this.#dialect.backslash) {
        if (at + 1 >= to && !last) return -1;
        if (at + 1 < to && (bytes[at + 1] === quote || bytes[at + 1] === BACKSLASH)) {
          at++;
          flags = ESCAPED;
        }
      }
    }
    return -1;
  }
}
