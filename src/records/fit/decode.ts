// The subset of FIT that importing needs (Garmin, "FIT Protocol", as public descriptions give it): records of a file one after
// the other, each laid out by a definition that came before it. Both byte orders, compressed timestamps, developer fields passed
// over, chained files. Fields that nobody asked for are not read: positions and serial numbers never leave the bytes.

/** Field number → value as it is stored, without scale or offset. Fields with the "invalid" value of their type are absent. */
export type FitFields = ReadonlyMap<number, number>;

/** Message number → the fields to read. */
export type FitProfile = ReadonlyMap<number, readonly number[]>;

export interface FitSink {
  /** @param fields good until this returns @param time seconds since 1989-12-31 UTC of the message's timestamp, or the last one before it */
  message(kind: number, fields: FitFields, time: number | undefined): void;
  /** One of the files in this file is done. */
  fileEnd(): void;
  /** `truncated`: bytes are missing. `checksum`: they are not those that were written. `damaged`: reading could not go on. */
  damage(what: "truncated" | "checksum" | "damaged"): void;
}

export const TIMESTAMP = 253;

/** Of each base type, by the low five bits of its number: bytes, how it is read, and the value that means none. */
const types: readonly (readonly [number, "u" | "i" | "f" | "", number] | undefined)[] = [
  [1, "u", 0xff], // enum
  [1, "i", 0x7f],
  [1, "u", 0xff],
  [2, "i", 0x7fff],
  [2, "u", 0xffff],
  [4, "i", 0x7fffffff],
  [4, "u", 0xffffffff],
  [1, "", 0], // string
  [4, "f", Number.NaN],
  [8, "f", Number.NaN],
  [1, "u", 0], // z: zero means none
  [2, "u", 0],
  [4, "u", 0],
  [1, "u", 0xff], // byte
  [8, "", 0],
  [8, "", 0],
  [8, "", 0],
];

interface Field {
  readonly number: number;
  readonly offset: number;
  readonly type: number;
}

interface Definition {
  readonly kind: number;
  readonly little: boolean;
  readonly size: number;
  readonly fields: readonly Field[];
}

/** Whether a FIT file begins at `at`. */
export function isFit(bytes: Uint8Array, at = 0): boolean {
  const size = bytes[at];
  const mark = [0x2e, 0x46, 0x49, 0x54].every((byte, index) => bytes[at + 8 + index] === byte);
  return (size === 12 || size === 14) && mark;
}

/** Decodes every file in `bytes`, in order; the work is linear in their length. */
export function decodeFit(bytes: Uint8Array, profile: FitProfile, sink: FitSink): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  while (isFit(bytes, at)) {
    const start = at;
    const from = at + (bytes[at] as number);
    const length = from <= bytes.length ? view.getUint32(start + 4, true) : 0;
    // A recording that broke off never got its length.
    const stated = length === 0 ? bytes.length : from + length;
    const to = Math.min(stated, bytes.length);
    const whole = length > 0 && stated + 2 <= bytes.length;
    const reached = decodeRecords(view, from, to, profile, sink);
    if (!whole) sink.damage("truncated");
    else if (crc(bytes, start, stated) !== view.getUint16(stated, true)) sink.damage("checksum");
    else if (reached < to) sink.damage("damaged");
    sink.fileEnd();
    at = stated + 2;
  }
  if (at < bytes.length) sink.damage("damaged");
}

/** @returns where reading stopped: `to`, or the record that could not be read */
function decodeRecords(view: DataView, from: number, to: number, profile: FitProfile, sink: FitSink): number {
  const definitions = new Map<number, Definition>();
  const values = new Map<number, number>();
  let time: number | undefined;
  let at = from;
  while (at < to) {
    const head = view.getUint8(at);
    const compressed = (head & 0x80) !== 0;
    if (!compressed && (head & 0x40) !== 0) {
      const end = define(view, at, to, profile, definitions);
      if (end < 0) return at;
      at = end;
      continue;
    }
    const definition = definitions.get(compressed ? (head >> 5) & 3 : head & 15);
    if (definition === undefined || at + 1 + definition.size > to) return at;
    values.clear();
    for (const { number, offset, type } of definition.fields) {
      const value = read(view, at + 1 + offset, type, definition.little);
      if (value !== undefined) values.set(number, value);
    }
    const own = values.get(TIMESTAMP);
    // Five bits on top of the last full timestamp; smaller ones have run over.
    if (compressed && time !== undefined) time += ((head & 31) - (time & 31)) & 31;
    else if (own !== undefined) time = own;
    if (profile.has(definition.kind)) sink.message(definition.kind, values, time);
    at += 1 + definition.size;
  }
  return at;
}

/** @returns where the definition ends, -1 where bytes are missing */
function define(
  view: DataView,
  at: number,
  to: number,
  profile: FitProfile,
  definitions: Map<number, Definition>,
): number {
  const head = view.getUint8(at);
  if (at + 6 > to) return -1;
  const little = view.getUint8(at + 2) === 0;
  const kind = view.getUint16(at + 3, little);
  const count = view.getUint8(at + 5);
  let end = at + 6 + 3 * count;
  if (end > to) return -1;
  const wanted = profile.get(kind);
  const fields: Field[] = [];
  let size = 0;
  for (let entry = at + 6; entry < end; entry += 3) {
    const number = view.getUint8(entry);
    const bytes = view.getUint8(entry + 1);
    const type = view.getUint8(entry + 2) & 31;
    const width = types[type]?.[0] ?? 0;
    // Of several values in one field the first is read. A field narrower than its type is not of that type.
    if (width > 0 && bytes >= width && (number === TIMESTAMP || wanted?.includes(number) === true))
      fields.push({ number, offset: size, type });
    size += bytes;
  }
  if ((head & 0x20) !== 0) {
    if (end >= to) return -1;
    const developer = view.getUint8(end);
    const first = end + 1;
    end = first + 3 * developer;
    if (end > to) return -1;
    for (let entry = first; entry < end; entry += 3) size += view.getUint8(entry + 1);
  }
  definitions.set(head & 15, { kind, little, size, fields });
  return end;
}

function read(view: DataView, at: number, type: number, little: boolean): number | undefined {
  const [width, form, none] = types[type] ?? [0, "", 0];
  let value: number;
  if (form === "f") value = width === 4 ? view.getFloat32(at, little) : view.getFloat64(at, little);
  else if (form === "") return undefined;
  else if (width === 1) value = form === "i" ? view.getInt8(at) : view.getUint8(at);
  else if (width === 2) value = form === "i" ? view.getInt16(at, little) : view.getUint16(at, little);
  else value = form === "i" ? view.getInt32(at, little) : view.getUint32(at, little);
  return value === none || !Number.isFinite(value) ? undefined : value;
}

const crcOfByte = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >> 1 : (crc >> 1) ^ 0xa001;
  return crc;
});

/** CRC-16 with the polynomial x¹⁶ + x¹⁵ + x² + 1, low bit first, from 0. */
export function crc(bytes: Uint8Array, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++)
    value = (value >> 8) ^ (crcOfByte[(value ^ (bytes[at] as number)) & 255] as number);
  return value;
}
