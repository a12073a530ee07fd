// Reader and writer for the TLS presentation language (RFC 8446 section 3), which DAP and VDAF messages use.
import { concat } from "./bytes.ts";
import { fail } from "./errors.ts";

/** Appends big-endian integers and length-prefixed byte strings. */
export class Writer {
  readonly #parts: Uint8Array[] = [];

  #uint(value: number, width: number): this {
    const out = new Uint8Array(width);
    let rest = value;
    for (let i = width; i > 0; rest = (rest - (out[i] as number)) / 256) out[--i] = rest;
    // Something is left of a value that is too large, negative, broken or no number.
    if (rest !== 0) fail("internal", `${value} does not fit ${width} bytes`);
    return this.fixed(out);
  }
  u8(value: number): this {
    return this.#uint(value, 1);
  }
  u16(value: number): this {
    return this.#uint(value, 2);
  }
  u32(value: number): this {
    return this.#uint(value, 4);
  }
  u64(value: number | bigint): this {
    const all = BigInt(value);
    // Too large or negative: so is its upper half.
    return this.u32(Number(all >> 32n)).u32(Number(all & 0xffffffffn));
  }
  /** Bytes as they are, without a length. */
  fixed(bytes: Uint8Array): this {
    this.#parts.push(bytes);
    return this;
  }
  opaque8(bytes: Uint8Array): this {
    return this.u8(bytes.length).fixed(bytes);
  }
  opaque16(bytes: Uint8Array): this {
    return this.u16(bytes.length).fixed(bytes);
  }
  opaque32(bytes: Uint8Array): this {
    return this.u32(bytes.length).fixed(bytes);
  }
  done(): Uint8Array<ArrayBuffer> {
    return concat(...this.#parts);
  }
}

/** Reads what Writer wrote. Byte strings are views, not copies. @throws PacelineError invalid_message, naming `what`. */
export class Reader {
  #at = 0;
  readonly #bytes: Uint8Array;
  readonly #what: string;

  constructor(bytes: Uint8Array, what: string) {
    this.#bytes = bytes;
    this.#what = what;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }
  fixed(length: number): Uint8Array {
    if (length > this.left)
      fail("invalid_message", `${this.#what}: ${length} bytes wanted at ${this.#at}, ${this.left} left`);
    const out = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return out;
  }
  u8(): number {
    return this.fixed(1)[0] as number;
  }
  u16(): number {
    return (this.u8() << 8) | this.u8();
  }
  u32(): number {
    return this.u16() * 65536 + this.u16();
  }
  u64(): bigint {
    return (BigInt(this.u32()) << 32n) | BigInt(this.u32());
  }
  opaque8(least = 0): Uint8Array {
    return this.#atLeast(this.fixed(this.u8()), least);
  }
  opaque16(least = 0): Uint8Array {
    return this.#atLeast(this.fixed(this.u16()), least);
  }
  opaque32(least = 0): Uint8Array {
    return this.#atLeast(this.fixed(this.u32()), least);
  }
  /** A reader over the next length-prefixed part, for nested structures. */
  inner(bytes: Uint8Array): Reader {
    return new Reader(bytes, this.#what);
  }
  /** Refuses trailing bytes. */
  end(): void {
    if (this.left > 0) fail("invalid_message", `${this.#what}: ${this.left} bytes too many`);
  }
  #atLeast(bytes: Uint8Array, least: number): Uint8Array {
    if (bytes.length < least)
      fail("invalid_message", `${this.#what}: ${bytes.length} bytes where at least ${least} belong`);
    return bytes;
  }
}

/** Decodes exactly one value from all of `bytes`. */
export function decode<T>(bytes: Uint8Array, what: string, read: (reader: Reader) => T): T {
  const reader = new Reader(bytes, what);
  const value = read(reader);
  reader.end();
  return value;
}
