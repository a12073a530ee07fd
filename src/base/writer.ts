// Writer for the TLS presentation language (RFC 8446 section 3): apart from the reader in codec.ts, since devices only write.
import { fail } from "./errors.ts";

/** Appends big-endian integers and length-prefixed byte strings. */
export class Writer {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

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
    this.#length += bytes.length;
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
    const out = new Uint8Array(this.#length);
    let at = 0;
    // A job has tens of thousands of parts: more than a call may have arguments.
    for (const part of this.#parts) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  }
}
