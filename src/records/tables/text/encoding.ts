// Which encoding a file is in, by its byte order mark and by what its bytes allow. Every encoding is turned into UTF-8
// bytes, one by one: two texts that differ stay two texts, so that two members never become one.
export type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";

/** Share of zero bytes on one side of the pairs from which on text is taken for UTF-16; none on the other side. */
const UTF16_ZEROS = 0.2;

/**
 * The encoding that the first bytes show, or undefined for what is no text. Text in UTF-8 may turn out to be
 * windows-1252 further down: see Utf8Check.
 */
export function sniffEncoding(head: Uint8Array): Encoding | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return head[2] === 0 && head[3] === 0 ? undefined : "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  const zeros = [0, 0];
  for (let i = 0; i < head.length; i++) if (head[i] === 0) zeros[i & 1] = (zeros[i & 1] as number) + 1;
  const [even, odd] = zeros as [number, number];
  if (even + odd === 0) return "utf-8";
  const least = (head.length / 2) * UTF16_ZEROS;
  if (odd > least && even === 0) return "utf-16le";
  return even > least && odd === 0 ? "utf-16be" : undefined;
}

/** Counts, over a whole file in pieces, the sequences beyond ASCII that are UTF-8 and the bytes that cannot be. */
export class Utf8Check {
  valid = 0;
  invalid = 0;
  /** Bytes still to come of the sequence that is open, and the range of the next one. */
  #left = 0;
  #least = 0x80;
  #most = 0xbf;

  push(piece: Uint8Array): void {
    const { length } = piece;
    let left = this.#left;
    for (let i = 0; i < length; i++) {
      const byte = piece[i] as number;
      if (left === 0) {
        if (byte >= 0x80) left = this.#lead(byte);
      } else if (byte >= this.#least && byte <= this.#most) {
        this.#least = 0x80;
        this.#most = 0xbf;
        if (--left === 0) this.valid++;
      } else {
        this.invalid++;
        left = 0;
        i--; // this byte may begin a sequence
      }
    }
    this.#left = left;
  }
  /** At the end: a sequence cut off counts as invalid only where no whole one was met, for then the file is not UTF-8. */
  end(): void {
    if (this.#left > 0 && this.valid === 0) this.invalid++;
    this.#left = 0;
  }

  /** @returns how many bytes follow; Table 3-7 of the Unicode standard. */
  #lead(byte: number): number {
    if (byte < 0xc2 || byte > 0xf4) {
      this.invalid++;
      return 0;
    }
    this.#least = byte === 0xe0 ? 0xa0 : byte === 0xf0 ? 0x90 : 0x80;
    this.#most = byte === 0xed ? 0x9f : byte === 0xf4 ? 0x8f : 0xbf;
    return byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
  }
}

/** The file's bytes as UTF-8 in pieces, without a byte order mark. */
export async function* toUtf8(pieces: AsyncIterable<Uint8Array>, encoding: Encoding): AsyncGenerator<Uint8Array> {
  const transcode = transcoder(encoding);
  let first = true;
  for await (const piece of pieces) {
    if (piece.length === 0) continue;
    let out = transcode(piece);
    if (first && out.length > 0) {
      first = false;
      if (encoding !== "windows-1252" && out[0] === 0xef && out[1] === 0xbb && out[2] === 0xbf) out = out.subarray(3);
    }
    yield out;
  }
}

/** A function for pieces that arrive in order; what a piece cuts in two waits for the next one. */
export function transcoder(encoding: Encoding): (piece: Uint8Array) => Uint8Array {
  if (encoding === "utf-8") return (piece) => piece;
  return encoding === "windows-1252" ? fromWindows1252 : fromUtf16(encoding === "utf-16be");
}

/** 0x80 … 0x9f in windows-1252 (WHATWG Encoding: the five that are not assigned stand for themselves, so none is lost). */
const HIGH = [
  0x20ac, 0x81, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021, 0x2c6, 0x2030, 0x160, 0x2039, 0x152, 0x8d, 0x17d, 0x8f,
  0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0x9d, 0x17e, 0x178,
];

function fromWindows1252(piece: Uint8Array): Uint8Array {
  const out = new Uint8Array(piece.length * 3);
  let at = 0;
  for (let i = 0; i < piece.length; i++) {
    const byte = piece[i] as number;
    at = put(out, at, byte >= 0x80 && byte < 0xa0 ? (HIGH[byte - 0x80] as number) : byte);
  }
  return out.subarray(0, at);
}

function fromUtf16(bigEndian: boolean): (piece: Uint8Array) => Uint8Array {
  let half = -1;
  let lead = 0;
  return (piece) => {
    const out = new Uint8Array(((piece.length + 1) >> 1) * 3 + 3);
    let at = 0;
    for (let i = 0; i < piece.length; i++) {
      const byte = piece[i] as number;
      if (half < 0) {
        half = byte;
        continue;
      }
      const unit = bigEndian ? (half << 8) | byte : (byte << 8) | half;
      half = -1;
      const trail = unit >= 0xdc00 && unit < 0xe000;
      if (lead !== 0 && trail) at = put(out, at, 0x10000 + ((lead - 0xd800) << 10) + (unit - 0xdc00));
      else {
        // half of a pair alone is kept as it is, for it may be what tells two ids apart
        if (lead !== 0) at = put(out, at, lead);
        if (unit < 0xd800 || unit >= 0xdc00) at = put(out, at, unit);
      }
      lead = unit >= 0xd800 && unit < 0xdc00 ? unit : 0;
    }
    return out.subarray(0, at);
  };
}

/** Writes a code point in UTF-8. @returns where the next one goes */
function put(out: Uint8Array, at: number, code: number): number {
  if (code < 0x80) {
    out[at] = code;
    return at + 1;
  }
  if (code < 0x800) {
    out[at] = 0xc0 | (code >> 6);
    out[at + 1] = 0x80 | (code & 63);
    return at + 2;
  }
  if (code < 0x10000) {
    out[at] = 0xe0 | (code >> 12);
    out[at + 1] = 0x80 | ((code >> 6) & 63);
    out[at + 2] = 0x80 | (code & 63);
    return at + 3;
  }
  out[at] = 0xf0 | (code >> 18);
  out[at + 1] = 0x80 | ((code >> 12) & 63);
  out[at + 2] = 0x80 | ((code >> 6) & 63);
  out[at + 3] = 0x80 | (code & 63);
  return at + 4;
}
