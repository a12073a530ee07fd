// Tags and leaf texts of XML, as a stream of bytes comes. Not a parser that judges: Apple's DTD is broken in some versions and
// control characters stand in names, and a file of a gigabyte has to pass. No entity is expanded but the five predefined ones and
// numbers, nothing is fetched, and each byte is looked at a bounded number of times.
// Texts are decoded byte by byte (Latin-1): all that is read here is ASCII, and other texts are only compared.

export interface XmlSink {
  /** @param tag what stands between `<` and `>`; `attribute` reads it. @param closed `<a/>`: no `close` follows */
  open(name: string, tag: string, closed: boolean): void;
  /** @param text what stood between the last tag and this one, as it is written: a leaf's text */
  close(name: string, text: string): void;
}

/** A tag with more bytes than that is damage: it is passed over. */
const TAG_MAX = 64 * 1024;
/** Longer texts are descriptions, not numbers. */
const TEXT_MAX = 256;

const SPACE = 32;
const LESS = 60;
const GREATER = 62;
const QUOTE = 34;
const APOSTROPHE = 39;
const SLASH = 47;
const BANG = 33;
const QUESTION = 63;
const DASH = 45;
const COLON = 58;
const BRACKET = 91;
const noBytes = new Uint8Array(0);

export class XmlTags {
  /** Set when the file ends inside a tag or a tag was passed over. */
  damaged = false;
  readonly #sink: XmlSink;
  /** What is not decided yet: from the last `<` on, or the end of a text. */
  #rest: Uint8Array = noBytes;
  #text = "";
  /** The end of a comment, processing instruction or character data that is being passed over. */
  #until: string | undefined;

  constructor(sink: XmlSink) {
    this.#sink = sink;
  }

  push(chunk: Uint8Array): void {
    let bytes = chunk;
    if (this.#rest.length > 0) {
      bytes = new Uint8Array(this.#rest.length + chunk.length);
      bytes.set(this.#rest);
      bytes.set(chunk, this.#rest.length);
    }
    const used = this.#scan(bytes);
    // A copy: a view would keep the whole chunk.
    this.#rest = used === bytes.length ? noBytes : bytes.slice(used);
  }

  end(): void {
    if (this.#rest.length > 0 || this.#until !== undefined) this.damaged = true;
  }

  /** @returns how many bytes need not be seen again */
  #scan(bytes: Uint8Array): number {
    let at = 0;
    while (at < bytes.length) {
      if (this.#until !== undefined) {
        const end = find(bytes, this.#until, at);
        if (end < 0) return Math.max(at, bytes.length - this.#until.length + 1);
        at = end + this.#until.length;
        this.#until = undefined;
      }
      const start = bytes.indexOf(LESS, at);
      if (start < 0) {
        this.#addText(bytes, at, bytes.length);
        return bytes.length;
      }
      this.#addText(bytes, at, start);
      const end = this.#markup(bytes, start);
      if (end < 0) return start;
      at = end;
    }
    return at;
  }

  #addText(bytes: Uint8Array, from: number, to: number): void {
    if (to > from && this.#text.length < TEXT_MAX)
      this.#text += latin1(bytes, from, Math.min(to, from + TEXT_MAX - this.#text.length));
  }

  /** What begins with the `<` at `start`. @returns where it ends, -1 if more bytes are needed */
  #markup(bytes: Uint8Array, start: number): number {
    if (start + 3 > bytes.length) return -1;
    const first = bytes[start + 1];
    if (first === BANG || first === QUESTION) {
      // Declarations end at their first `>`, whatever stands in them: those of a broken DTD too.
      const second = bytes[start + 2];
      this.#until = first === QUESTION ? "?>" : second === DASH ? "-->" : second === BRACKET ? "]]>" : ">";
      return start + 2;
    }
    const closing = first === SLASH;
    const from = start + (closing ? 2 : 1);
    if (!isNameStart(bytes[from] as number)) return start + 1;
    const end = tagEnd(bytes, from);
    if (end < 0) {
      if (bytes.length - start < TAG_MAX) return -1;
      this.damaged = true;
      return bytes.length;
    }
    const closed = !closing && bytes[end - 1] === SLASH;
    const tag = latin1(bytes, from, closed ? end - 1 : end);
    const name = nameOf(tag);
    if (closing) this.#sink.close(name, this.#text);
    else this.#sink.open(name, tag, closed);
    this.#text = "";
    return end + 1;
  }
}

/** The `>` of a tag: not one in quotes. */
function tagEnd(bytes: Uint8Array, from: number): number {
  let quote = 0;
  const to = Math.min(bytes.length, from + TAG_MAX);
  for (let at = from; at < to; at++) {
    const byte = bytes[at] as number;
    if (quote !== 0) {
      if (byte === quote) quote = 0;
    } else if (byte === GREATER) return at;
    else if (byte === QUOTE || byte === APOSTROPHE) quote = byte;
  }
  return -1;
}

function isNameStart(byte: number): boolean {
  return (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122) || byte === 95 || byte >= 128;
}

/** Without its prefix: `ns3:Speed` is `Speed`. */
function nameOf(tag: string): string {
  let from = 0;
  let to = 0;
  for (; to < tag.length && tag.charCodeAt(to) > SPACE && tag.charCodeAt(to) !== SLASH; to++)
    if (tag.charCodeAt(to) === COLON) from = to + 1;
  return tag.slice(from, to);
}

function find(bytes: Uint8Array, text: string, from: number): number {
  const first = text.charCodeAt(0);
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    let same = 1;
    while (same < text.length && bytes[at + same] === text.charCodeAt(same)) same++;
    if (same === text.length) return at;
  }
  return -1;
}

export function latin1(bytes: Uint8Array, from: number, to: number): string {
  let out = "";
  for (let at = from; at < to; at += 4096) {
    const some: ArrayLike<number> = bytes.subarray(at, Math.min(to, at + 4096));
    out += Reflect.apply(String.fromCharCode, null, some);
  }
  return out;
}

/** An attribute of a tag as it is written, entities and all. */
export function rawAttribute(tag: string, name: string): string | undefined {
  for (let at = tag.indexOf(name); at >= 0; at = tag.indexOf(name, at + 1)) {
    let to = at + name.length;
    while (tag.charCodeAt(to) <= SPACE) to++;
    if (at === 0 || tag.charCodeAt(at - 1) > SPACE || tag[to] !== "=") continue;
    do to++;
    while (tag.charCodeAt(to) <= SPACE);
    const quote = tag[to];
    const end = quote === '"' || quote === "'" ? tag.indexOf(quote, to + 1) : -1;
    if (end >= 0) return tag.slice(to + 1, end);
  }
  return undefined;
}

export function attribute(tag: string, name: string): string | undefined {
  const raw = rawAttribute(tag, name);
  return raw?.includes("&") ? unescapeXml(raw) : raw;
}

const predefined: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/** Once and not again: `&amp;lt;` is `&lt;`. Entities of a DTD stay as they are written. */
export function unescapeXml(text: string): string {
  return text.replace(
    /&(?:#(x[0-9a-f]{1,6}|\d{1,7})|(lt|gt|amp|quot|apos));/gi,
    (whole, code?: string, name?: string) => {
      if (name !== undefined) return predefined[name] ?? whole;
      const point = Number(`0${code}`);
      return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
    },
  );
}
