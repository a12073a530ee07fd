// How DAP messages are laid out (draft-ietf-ppm-dap-18 section 1.2, RFC 8446 section 3): a message knows how to write and
// read itself, alone or inside another. Decoding is strict: one byte string for one value, nothing left over.
//
// A device only writes: what it writes has its writer as a function in writing.ts, and comes without any reader.
import { decode, type Reader, type Writer } from "../../base/codec.ts";
import { fail } from "../../base/errors.ts";
import { encode, type Write } from "./writing.ts";

export { encode, type Write, writeExactly } from "./writing.ts";

export interface Message<T> {
  readonly name: string;
  write(out: Writer, value: T): void;
  read(from: Reader): T;
  encode(value: T): Uint8Array<ArrayBuffer>;
  /** Byte strings in the result are views of `bytes`. @throws PacelineError invalid_message */
  decode(bytes: Uint8Array): T;
}

export function message<T>(name: string, write: Write<T>, read: (from: Reader) => T): Message<T> {
  return {
    name,
    write,
    read,
    encode: (value) => encode(write, value),
    decode: (bytes) => decode(bytes, name, read),
  };
}

/** A list with no length of its own: it fills the rest of the body. */
export function restOf<T>(name: string, item: Message<T>): Message<readonly T[]> {
  return message(
    name,
    (out, values) => {
      for (const value of values) item.write(out, value);
    },
    (from) => {
      const values: T[] = [];
      while (from.left > 0) values.push(item.read(from));
      return values;
    },
  );
}

/** A list behind a 2-byte length in bytes. */
export function vector16<T>(item: Message<T>): Message<readonly T[]> {
  const items = restOf(`${item.name} list`, item);
  return message(
    items.name,
    (out, values) => out.opaque16(items.encode(values)),
    (from) => items.read(from.inner(from.opaque16())),
  );
}

const namesOf = <Name extends string>(codes: Readonly<Record<Name, number>>) =>
  new Map<number, Name>((Object.keys(codes) as Name[]).map((name) => [codes[name], name]));

/** One byte that stands for a name. One without a name, which a later draft may have given, stays the number that it is. */
export function openEnumeration<Name extends string>(
  what: string,
  codes: Readonly<Record<Name, number>>,
): Message<Name | number> {
  const names = namesOf(codes);
  return message(
    what,
    (out, value) => out.u8(typeof value === "number" ? value : codes[value]),
    (from) => {
      const code = from.u8();
      return names.get(code) ?? code;
    },
  );
}

/** One byte that stands for a name; values without a name are refused. */
export function enumeration<Name extends string>(what: string, codes: Readonly<Record<Name, number>>): Message<Name> {
  const names = namesOf(codes);
  return message(
    what,
    (out, name) => out.u8(codes[name]),
    (from) => {
      const code = from.u8();
      return names.get(code) ?? fail("invalid_message", `${what}: ${code} stands for nothing`);
    },
  );
}
