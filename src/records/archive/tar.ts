// Tar archives (POSIX.1-2001 ustar and pax, with GNU's long names): files one after the other, each after a block that names it. Read
// in one pass where the platform cannot begin anywhere, as in a .tar.gz.
import { concat, fromUtf8 } from "../../base/bytes.ts";
import type { Input } from "../reader.ts";
import { latin1 } from "../scan/xml.ts";
import type { Damaged } from "./inflate.ts";

const BLOCK = 512;
const MAGIC_AT = 257;
/** Of an archive that cannot be read from anywhere, files up to this length are kept while they are read: readers pass twice. */
const HELD_BYTES_MAX = 32 * 2 ** 20;
/** Names and sizes in records of their own. */
const EXTENDED_BYTES_MAX = 2 ** 20;

/** The first bytes that an archive is known by. */
export const TAR_HEAD = MAGIC_AT + 5;

export const isTar = (head: Uint8Array): boolean =>
  head.length >= TAR_HEAD && latin1(head, MAGIC_AT, TAR_HEAD) === "ustar";

export interface TarEntry {
  readonly name: string;
  readonly input: Input;
}

/** Regular files in the order of the archive; folders, links and devices are passed over. What is cut off is told, and ends it. */
export async function* tarEntries(input: Input, damaged: Damaged): AsyncGenerator<TarEntry, void, void> {
  const stream = new Stream(input);
  try {
    let extended: Extended = {};
    for (;;) {
      const header = await stream.take(BLOCK);
      // Two blocks of zeros end an archive; some writers leave them out.
      if (header === undefined || header.every((byte) => byte === 0)) {
        if (stream.short) damaged("truncated", input.path);
        return;
      }
      const stated = numberIn(header, 124, 12);
      if (stated === undefined || !sumsUp(header)) {
        damaged("checksum", input.path);
        return;
      }
      const type = String.fromCharCode(header[156] as number);
      const size = extended.size ?? stated;
      const padded = Math.ceil(size / BLOCK) * BLOCK;
      const start = stream.at;
      if (type === "x" || type === "g" || type === "L" || type === "K") {
        const record = size > EXTENDED_BYTES_MAX ? undefined : await stream.take(padded);
        if (record === undefined) {
          damaged(stream.short ? "truncated" : "checksum", input.path);
          return;
        }
        const body = record.subarray(0, size);
        if (type === "x") extended = { ...extended, ...paxOf(body) };
        if (type === "L") extended = { ...extended, path: textIn(body, 0, body.length) };
        continue;
      }
      const name = (extended.path ?? nameIn(header)).replace(/^(?:\.\/)+/, "");
      extended = {};
      if (type === "0" || type === "\0" || type === "7") {
        const path = `${input.path}/${name}`;
        const file = await fileOf(input, stream, { path, start, size });
        if (file === undefined) {
          damaged("truncated", input.path);
          return;
        }
        yield { name, input: file };
      }
      if (!(await stream.skipTo(start + size))) {
        damaged("truncated", input.path);
        return;
      }
      // The last file's padding may be missing.
      await stream.skipTo(start + padded);
    }
  } finally {
    await stream.end();
  }
}

interface Where {
  readonly path: string;
  readonly start: number;
  readonly size: number;
}

/** @returns undefined where the archive ends before the file does */
async function fileOf(input: Input, stream: Stream, { path, start, size }: Where): Promise<Input | undefined> {
  const { range, size: whole } = input;
  if (range !== undefined && whole !== undefined) {
    if (start + size > whole) return undefined;
    return {
      path,
      size,
      open: () => range.call(input, start, start + size),
      range: (from, to) => range.call(input, start + from, start + Math.min(to, size)),
    };
  }
  if (size > HELD_BYTES_MAX) return { path, size, open: () => again(input, start, size) };
  const bytes = await stream.take(size);
  if (bytes === undefined) return undefined;
  async function* part(from: number, to: number) {
    yield (bytes as Uint8Array).subarray(from, to);
  }
  return { path, size, open: () => part(0, size), range: part };
}

/** A long file of a stream, from the archive's beginning anew. */
async function* again(input: Input, start: number, size: number): AsyncGenerator<Uint8Array, void, void> {
  let at = 0;
  for await (const piece of input.open()) {
    const [from, to] = [Math.max(0, start - at), Math.min(piece.length, start + size - at)];
    if (to > from) yield piece.subarray(from, to);
    at += piece.length;
    if (at >= start + size) return;
  }
}

/** The archive as it comes, taken and passed over. */
class Stream {
  at = 0;
  /** Whether it ended in the midst of something. */
  short = false;
  readonly #range: Input["range"];
  readonly #input: Input;
  #pieces: AsyncIterator<Uint8Array> | undefined;
  #rest = new Uint8Array(0);

  constructor(input: Input) {
    this.#input = input;
    this.#range = input.size === undefined ? undefined : input.range?.bind(input);
  }

  /** @returns undefined where fewer bytes are left */
  async take(count: number): Promise<Uint8Array | undefined> {
    const parts: Uint8Array[] = [];
    let got = 0;
    while (got < count) {
      if (this.#rest.length === 0 && !(await this.#more())) {
        this.short = got > 0;
        return undefined;
      }
      const part = this.#rest.slice(0, count - got);
      this.#rest = this.#rest.subarray(part.length);
      parts.push(part);
      got += part.length;
    }
    this.at += count;
    return concat(...parts);
  }

  /** @returns whether the archive is that long */
  async skipTo(at: number): Promise<boolean> {
    if (this.#range !== undefined && at - this.at > this.#rest.length) {
      await this.end();
      this.#rest = new Uint8Array(0);
      this.at = at;
      return at <= (this.#input.size as number);
    }
    while (this.at < at) {
      if (this.#rest.length === 0 && !(await this.#more())) return false;
      const step = Math.min(this.#rest.length, at - this.at);
      this.#rest = this.#rest.subarray(step);
      this.at += step;
    }
    return true;
  }

  async end(): Promise<void> {
    await this.#pieces?.return?.();
    this.#pieces = undefined;
  }

  async #more(): Promise<boolean> {
    this.#pieces ??= (
      this.#range === undefined ? this.#input.open() : this.#range(this.at, this.#input.size as number)
    )[Symbol.asyncIterator]();
    const next = await this.#pieces.next();
    if (next.done === true) return false;
    this.#rest = next.value.slice();
    return true;
  }
}

/** Octal digits, or GNU's binary form for what is longer. */
function numberIn(header: Uint8Array, at: number, length: number): number | undefined {
  const field = header.subarray(at, at + length);
  if (((field[0] as number) & 0x80) !== 0) {
    const value = field.subarray(1).reduce((sum, byte) => sum * 256 + byte, 0);
    return Number.isSafeInteger(value) ? value : undefined;
  }
  const digits = textIn(field, 0, length).trim();
  return /^[0-7]*$/.test(digits) ? Number.parseInt(digits || "0", 8) : undefined;
}

/** The sum of the header's bytes, its own field as spaces. */
function sumsUp(header: Uint8Array): boolean {
  const sum = header.reduce((all, byte, i) => all + (i >= 148 && i < 156 ? 32 : byte), 0);
  return numberIn(header, 148, 8) === sum;
}

function nameIn(header: Uint8Array): string {
  const [name, prefix] = [textIn(header, 0, 100), textIn(header, 345, 155)];
  // GNU's own format has other things where ustar has the prefix.
  return prefix === "" || latin1(header, MAGIC_AT, MAGIC_AT + 8) === "ustar  \0" ? name : `${prefix}/${name}`;
}

function textIn(bytes: Uint8Array, at: number, length: number): string {
  const field = bytes.subarray(at, at + length);
  const end = field.indexOf(0);
  const text = end < 0 ? field : field.subarray(0, end);
  try {
    return fromUtf8(text);
  } catch {
    return latin1(text, 0, text.length);
  }
}

interface Extended {
  readonly path?: string;
  readonly size?: number;
}

/** Records "length key=value\n", the length in bytes. */
function paxOf(body: Uint8Array): Extended {
  let found: Extended = {};
  let at = 0;
  while (at < body.length) {
    const space = body.indexOf(32, at);
    const length = space < 0 ? Number.NaN : Number(latin1(body, at, space));
    if (!(length > space - at + 1) || at + length > body.length) return found;
    const record = textIn(body.subarray(space + 1, at + length - 1), 0, length);
    const [key, value] = [record.slice(0, record.indexOf("=")), record.slice(record.indexOf("=") + 1)];
    if (key === "path") found = { ...found, path: value };
    if (key === "size" && /^\d{1,15}$/.test(value)) found = { ...found, size: Number(value) };
    at += length;
  }
  return found;
}
