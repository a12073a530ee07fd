// Which reader a file is for, by its first bytes.
import { concat } from "../base/bytes.ts";
import type { Input, Reader } from "./reader.ts";

/** Bytes of a file that readers know it by. */
const HEAD_BYTES_MAX = 65_536;

/** The first bytes of a file, 64 KiB at most. */
export async function headOf(input: Input, bytes = HEAD_BYTES_MAX): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of input.open()) {
    pieces.push(piece.length > bytes ? piece.subarray(0, bytes) : piece);
    length += piece.length;
    if (length >= bytes) break;
  }
  return concat(...pieces).subarray(0, bytes);
}

/** The first reader that knows the file, or undefined. */
export async function readerOf(input: Input, readers: readonly Reader[]): Promise<Reader | undefined> {
  const head = await headOf(input);
  return readers.find((reader) => reader.recognises(head, input.path));
}
