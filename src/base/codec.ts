// Reader and writer for the TLS presentation language (RFC 8446 section 3), which DAP and VDAF messages use.
import { fail } from "./errors.ts";

export { Writer } from "./writer.ts";

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
  /** @returns where the next `count` bytes are */
  #take(count: number): number {
    const at = this.#at;
    if (count > this.left) fail("invalid_message", `${this.#what}: ${count} bytes wanted at ${at}, ${this.left} left`);
    this.#at += count;
    return at;
  }
  fixed(length: number): Uint8Array {
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }
  #uint(width: number): number {
    let value = 0;
    for (let at = this.#take(width); at < this.#at; at++) value = value * 256 + (this.#bytes[at] as number);
    return value;
  }
  u8(): number {
    return this.#uint(1);
  }
  u16(): number {
    return this.#uint(2);
  }
  u32(): number {
    return this.#uint(4);
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
