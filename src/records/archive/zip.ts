// Zip files (APPNOTE 6.3.10) by their directory at the end, which has every entry's true size and place; with zip64, without
// encryption.
import { concat, fromUtf8 } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import type { Input } from "../reader.ts";
import { newCrc } from "./crc.ts";
import { type Damaged, inflated } from "./inflate.ts";

export interface Entry {
  /** As the archive has it, with `/`. */
  readonly name: string;
  readonly encrypted: boolean;
  /** 0 stored, 8 DEFLATE; others are not read. */
  readonly method: number;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly offset: number;
}

const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const ENTRIES_MAX = 200_000;
const DIRECTORY_BYTES_MAX = 64 * 2 ** 20;
/** The end record with the longest comment. */
const END_BYTES_MAX = 22 + 65_535;

type Ranged = Input & Required<Pick<Input, "range">> & { readonly size: number };

async function bytesOf(input: Ranged, start: number, end: number): Promise<DataView> {
  const pieces: Uint8Array[] = [];
  for await (const piece of input.range(start, end)) pieces.push(piece);
  const bytes = concat(...pieces);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function broken(path: string): never {
  return fail("invalid_data", `${path} is a zip file whose end is missing or damaged`, {
    hint: "It may not have been downloaded whole: download or export it again.",
  });
}

/** @throws PacelineError invalid_data for a file that is cut off, or made to unpack to more than it holds */
export async function entriesOf(input: Ranged): Promise<Entry[]> {
  const { path } = input;
  const tailStart = Math.max(0, input.size - END_BYTES_MAX);
  const tail = await bytesOf(input, tailStart, input.size);
  let at = tail.byteLength - 22;
  // A comment may hold the mark too: then its length does not fit.
  while (at >= 0 && !(tail.getUint32(at, true) === END && at + 22 + tail.getUint16(at + 20, true) <= tail.byteLength))
    at--;
  if (at < 0) broken(path);
  let [count, size, offset] = [
    tail.getUint16(at + 10, true),
    tail.getUint32(at + 12, true),
    tail.getUint32(at + 16, true),
  ];
  if (at >= 20 && tail.getUint32(at - 20, true) === LOCATOR_64) {
    const start = Number(tail.getBigUint64(at - 12, true));
    const end = start + 56 <= input.size ? await bytesOf(input, start, start + 56) : broken(path);
    if (end.byteLength < 56 || end.getUint32(0, true) !== END_64) broken(path);
    [count, size, offset] = [32, 40, 48].map((field) => Number(end.getBigUint64(field, true))) as [
      number,
      number,
      number,
    ];
  }
  if (count > ENTRIES_MAX || size > DIRECTORY_BYTES_MAX)
    fail("invalid_data", `${path} holds more than ${ENTRIES_MAX} files`, { hint: "Unpack it and import the folder." });
  // Bytes before the archive, as in a self-extracting one, move everything.
  const shift = tailStart + at - (offset + size);
  const moved = tail.getUint32(Math.max(0, at - 20), true) === LOCATOR_64 || shift < 0 ? 0 : shift;
  if (offset + moved + size > input.size) broken(path);
  return directory(await bytesOf(input, offset + moved, offset + moved + size), count, moved, path);
}

function directory(view: DataView, count: number, moved: number, path: string): Entry[] {
  const entries: Entry[] = [];
  for (let at = 0; entries.length < count; ) {
    if (at + 46 > view.byteLength || view.getUint32(at, true) !== ENTRY) broken(path);
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => view.getUint16(at + field, true)) as [
      number,
      number,
      number,
    ];
    const next = at + 46 + nameLength + extraLength + commentLength;
    if (next > view.byteLength) broken(path);
    const extra = new DataView(view.buffer, view.byteOffset + at + 46 + nameLength, extraLength);
    const [compressedSize, size, offset] = sizes(view, at, extra);
    const flags = view.getUint16(at + 8, true);
    entries.push({
      name: nameOf(new Uint8Array(view.buffer, view.byteOffset + at + 46, nameLength)),
      encrypted: (flags & 1) !== 0,
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      compressedSize,
      size,
      offset: offset + moved,
    });
    at = next;
  }
  refuseOverlaps(entries, path);
  return entries;
}

/** Compressed size, size and offset; those that do not fit into 32 bits stand in the extra field, in the order size, compressed, offset. */
function sizes(view: DataView, at: number, extra: DataView): [number, number, number] {
  let [compressed, size, offset] = [20, 24, 42].map((field) => view.getUint32(at + field, true)) as [
    number,
    number,
    number,
  ];
  for (let field = 0; field + 4 <= extra.byteLength; field += 4 + extra.getUint16(field + 2, true)) {
    if (extra.getUint16(field, true) !== 1) continue;
    let value = field + 4;
    const take = (present: number): number => {
      if (present !== 0xffffffff || value + 8 > extra.byteLength) return present;
      value += 8;
      return Number(extra.getBigUint64(value - 8, true));
    };
    size = take(size);
    compressed = take(compressed);
    offset = take(offset);
  }
  return [compressed, size, offset];
}

/** Names are UTF-8 or of an old code page, of which ASCII is all that can be trusted. */
function nameOf(bytes: Uint8Array): string {
  try {
    return fromUtf8(bytes);
  } catch {
    return Array.from(bytes, (byte) => (byte < 128 ? String.fromCharCode(byte) : "_")).join("");
  }
}

/** One stretch of compressed bytes as many entries is how a small file becomes a petabyte (Fifield 2019, "A better zip bomb"). */
function refuseOverlaps(entries: readonly Entry[], path: string): void {
  const ordered = [...entries].sort((a, b) => a.offset - b.offset);
  ordered.forEach(({ offset, compressedSize }, i) => {
    const next = ordered[i + 1];
    if (next !== undefined && offset + 30 + compressedSize > next.offset)
      fail("invalid_data", `${path} is a zip file whose entries overlap`, {
        hint: "No program writes such a file to be read: it is damaged or made to fill a disk.",
      });
  });
}

/** @param path of the entry in messages */
export function openEntry(archive: Ranged, entry: Entry, path: string, damaged: Damaged): Input {
  const data = async (): Promise<number> => {
    const header = await bytesOf(archive, entry.offset, entry.offset + 30);
    if (header.byteLength < 30 || header.getUint32(0, true) !== LOCAL) return broken(path);
    return entry.offset + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  };
  async function* range(start: number, end: number) {
    const from = await data();
    yield* archive.range(from + start, from + Math.min(end, entry.compressedSize));
  }
  if (entry.method === 8)
    return {
      path,
      size: entry.size,
      open: () => inflated(range(0, entry.compressedSize), path, entry, damaged),
    };
  return {
    path,
    size: entry.size,
    range,
    async *open() {
      const crc = newCrc();
      for await (const piece of range(0, entry.compressedSize)) {
        crc.add(piece);
        yield piece;
      }
      if (crc.value() !== entry.crc) damaged("checksum", path);
    },
  };
}
