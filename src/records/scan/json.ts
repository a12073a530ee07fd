// JSON as a stream of bytes comes: one document, lines of documents, or arrays too long to hold, whose elements are handed on one by
// one. Exports are damaged more often than wrong, so a fault ends a document, not the file: what was whole before it stands, and
// reading goes on at the next line that begins an object. Own, because `JSON.parse` needs the whole text and stops at the first fault.
import { fromUtf8 } from "../../base/bytes.ts";
import { latin1 } from "./xml.ts";

export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;
export type JsonObject = { [key: string]: JsonValue };

export interface JsonSink {
  /** Whether elements of the array at this path are handed on one by one and not kept. The outermost array's always are. */
  streams(path: string): boolean;
  /** @param path the keys to it, joined by dots; "" for a document, or an element of a document that is an array */
  value(value: JsonValue, path: string): void;
}

export type JsonFault = "syntax" | "truncated" | "too_deep" | "too_large";

const DEPTH_MAX = 64;
const STRING_MAX = 1 << 20;
const LITERAL_MAX = 400;
/** Values held at once; a string counts one more for each 64 characters. */
const HELD_MAX = 1_000_000;

type Expected = "value" | "key" | "colon" | "comma";

interface Frame {
  readonly holder: JsonValue[] | JsonObject;
  readonly path: string;
  readonly streamed: boolean;
  /** Values held before it was opened. */
  readonly held: number;
  key: string;
}

const noBytes = new Uint8Array(0);
const number = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;
const NEWLINE = 10;
const QUOTE = 34;
const BACKSLASH = 92;

export class JsonStream {
  /** The first fault, and how many. */
  fault: JsonFault | undefined;
  faults = 0;
  readonly #sink: JsonSink;
  #rest: Uint8Array = noBytes;
  #frames: Frame[] = [];
  #expected: Expected = "value";
  #held = 0;
  /** After a fault: until a line begins an object. */
  #skipping = false;
  #lineStart = true;

  constructor(sink: JsonSink) {
    this.#sink = sink;
  }

  push(chunk: Uint8Array): void {
    let bytes = chunk;
    if (this.#rest.length > 0) {
      bytes = new Uint8Array(this.#rest.length + chunk.length);
      bytes.set(this.#rest);
      bytes.set(chunk, this.#rest.length);
    }
    const used = this.#scan(bytes, false);
    this.#rest = used === bytes.length ? noBytes : bytes.slice(used);
  }

  end(): void {
    const rest = this.#rest;
    this.#rest = noBytes;
    // A number at the end may be the half of one.
    if (this.#frames.length > 0) this.#fail("truncated");
    else if (rest.length > 0 && this.#scan(rest, true) < rest.length) this.#fail("truncated");
  }

  /** @returns how many bytes need not be seen again */
  #scan(bytes: Uint8Array, last: boolean): number {
    let at = 0;
    while (at < bytes.length) {
      if (this.#skipping) {
        at = this.#skip(bytes, at);
        continue;
      }
      const byte = bytes[at] as number;
      if (byte <= 32 || byte >= 0xbb) {
        // spaces, record separators (RFC 7464), a byte order mark
        this.#lineStart = byte === NEWLINE;
        at++;
        continue;
      }
      const end = this.#token(bytes, at, byte, last);
      if (end < 0) return at;
      at = end;
    }
    return at;
  }

  #skip(bytes: Uint8Array, from: number): number {
    let at = from;
    if (this.#lineStart && bytes[at] === 123) {
      this.#skipping = false;
      return at;
    }
    at = bytes.indexOf(NEWLINE, at);
    this.#lineStart = at >= 0;
    return at < 0 ? bytes.length : at + 1;
  }

  #token(bytes: Uint8Array, at: number, byte: number, last: boolean): number {
    this.#lineStart = false;
    switch (byte) {
      case QUOTE: {
        const end = stringEnd(bytes, at + 1);
        if (end < 0 && bytes.length - at <= STRING_MAX) return -1;
        if (end < 0) this.#fail("too_large");
        else this.#string(unquote(bytes, at + 1, end));
        return end < 0 ? bytes.length : end + 1;
      }
      case 123: // {
      case 91: // [
        this.#open(byte === 91);
        return at + 1;
      case 125: // }
      case 93: // ]
        this.#close(byte === 93);
        return at + 1;
      case 44: // ,
        if (this.#expected === "comma") this.#expected = Array.isArray(this.#frames.at(-1)?.holder) ? "value" : "key";
        else if (this.#frames.length > 0) this.#fail("syntax");
        return at + 1;
      case 58: // :
        if (this.#expected === "colon") this.#expected = "value";
        else this.#fail("syntax");
        return at + 1;
      default: {
        let end = at + 1;
        while (end < bytes.length && isLiteral(bytes[end] as number)) end++;
        if (end === bytes.length && !last && end - at <= LITERAL_MAX) return -1;
        if (end - at > LITERAL_MAX) this.#fail("syntax");
        else this.#literal(latin1(bytes, at, end));
        return end;
      }
    }
  }

  #string(text: string): void {
    this.#held += text.length >> 6;
    const frame = this.#frames.at(-1);
    if (this.#expected === "key" && frame !== undefined) {
      frame.key = text;
      this.#expected = "colon";
    } else this.#put(text);
  }

  #literal(text: string): void {
    if (number.test(text)) this.#put(Number(text));
    else if (text === "true" || text === "false") this.#put(text === "true");
    // What programs write that take a missing number for one: no number.
    else if (text === "null" || text === "NaN" || text === "Infinity" || text === "-Infinity") this.#put(null);
    else this.#fail("syntax");
  }

  #open(isArray: boolean): void {
    if (this.#expected !== "value") {
      this.#fail("syntax");
      return;
    }
    const { length } = this.#frames;
    if (length === DEPTH_MAX) {
      this.#fail("too_deep");
      return;
    }
    const parent = this.#frames.at(-1);
    const path =
      parent === undefined || Array.isArray(parent.holder)
        ? (parent?.path ?? "")
        : `${parent.path}${parent.path === "" ? "" : "."}${parent.key}`;
    const streamed = isArray && (length === 0 || this.#sink.streams(path));
    // Without a prototype, so that no key means anything but itself.
    const holder = isArray ? [] : (Object.create(null) as JsonObject);
    this.#frames.push({ holder, path, streamed, held: this.#held, key: "" });
    this.#expected = isArray ? "value" : "key";
  }

  #close(isArray: boolean): void {
    const frame = this.#frames.at(-1);
    // What is left of an array after a fault in it.
    if (frame === undefined && this.faults > 0) return;
    const may = this.#expected === "comma" || this.#expected === (isArray ? "value" : "key");
    if (frame === undefined || Array.isArray(frame.holder) !== isArray || !may) {
      this.#fail("syntax");
      return;
    }
    this.#frames.pop();
    this.#expected = "value";
    if (frame.streamed && this.#frames.length === 0) this.#held = 0;
    else this.#put(frame.holder, frame.held);
  }

  /** @param held what counted as held before this value began */
  #put(value: JsonValue, held = this.#held): void {
    if (this.#expected !== "value") {
      this.#fail("syntax");
      return;
    }
    const frame = this.#frames.at(-1);
    if (frame === undefined) {
      // A bare word or number between documents is none.
      if (value === null || typeof value !== "object") {
        this.#fail("syntax");
        return;
      }
      this.#held = 0;
      this.#sink.value(value, "");
      return;
    }
    this.#expected = "comma";
    if (frame.streamed) {
      this.#held = held;
      this.#sink.value(value, frame.path);
      return;
    }
    if (++this.#held > HELD_MAX) {
      this.#fail("too_large");
      return;
    }
    if (Array.isArray(frame.holder)) frame.holder.push(value);
    else frame.holder[frame.key] = value;
  }

  /** Hands on what was whole: of the open containers those above the innermost element of an array that was begun. */
  #fail(fault: JsonFault): void {
    this.fault ??= fault;
    this.faults += 1;
    const frames = this.#frames;
    this.#frames = [];
    this.#expected = "value";
    this.#held = 0;
    this.#skipping = true;
    const cut = frames.findIndex((_, at) => at > 0 && Array.isArray((frames[at - 1] as Frame).holder));
    const whole = cut < 0 ? frames : frames.slice(0, cut);
    for (let at = whole.length - 1; at > 0; at--) {
      const { holder } = whole[at] as Frame;
      const parent = whole[at - 1] as Frame;
      if (!Array.isArray(parent.holder)) parent.holder[parent.key] = holder;
    }
    const root = whole[0];
    if (root !== undefined && !root.streamed) this.#sink.value(root.holder, "");
  }
}

function isLiteral(byte: number): boolean {
  return (
    (byte >= 48 && byte <= 57) ||
    (byte >= 65 && byte <= 90) ||
    (byte >= 97 && byte <= 122) ||
    byte === 43 ||
    byte === 45 ||
    byte === 46
  );
}

/** The closing quote, or -1. */
function stringEnd(bytes: Uint8Array, from: number): number {
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH) at++;
  }
  return -1;
}

const escapes: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

function unquote(bytes: Uint8Array, from: number, to: number): string {
  let text = latin1(bytes, from, to);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is what needs no decoding
  if (!/^[\x00-\x7f]*$/.test(text)) {
    try {
      text = fromUtf8(bytes.subarray(from, to));
    } catch {
      // Not UTF-8: byte for byte, which keeps different texts different.
    }
  }
  if (!text.includes("\\")) return text;
  return text.replace(/\\(?:u([0-9a-f]{4})|(.))/gis, (_, code?: string, letter = "") =>
    code === undefined ? (escapes[letter] ?? letter) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
