// A file that somebody names, or that lies beside it, whatever it may turn out to be.
import { readFileSync, statSync } from "node:fs";
import { fail, isPacelineError } from "../base/errors.ts";

/** Larger than any bundle, model or table that these commands have a use for. */
const TEXT_BYTES_MAX = 256 * 1024 * 1024;

interface ReadAs {
  /** What should have been named. */
  readonly hint?: string;
  /** A mark at the beginning is a byte as any other, where the bytes are what was signed. */
  readonly exact?: boolean;
}

/** @param path - for standard input @throws PacelineError not_found, invalid_data for what is too large */
export function readBytes(path: string, hint?: string): Uint8Array {
  const more = hint === undefined ? {} : { hint };
  let bytes: Uint8Array;
  try {
    const size = path === "-" ? 0 : statSync(path).size;
    if (size > TEXT_BYTES_MAX)
      fail("invalid_data", `${path} holds ${size} bytes, of which ${TEXT_BYTES_MAX} would be read at most`, more);
    bytes = readFileSync(path === "-" ? 0 : path);
  } catch (cause) {
    if (isPacelineError(cause)) throw cause;
    return fail("not_found", `${path} cannot be read: ${(cause as Error).message}`, { cause, ...more });
  }
  if (bytes.length > TEXT_BYTES_MAX)
    fail("invalid_data", `${path} holds more than the ${TEXT_BYTES_MAX} bytes that would be read at most`, more);
  return bytes;
}

/** @param path - for standard input @throws PacelineError not_found, invalid_data for what is too large or no UTF-8 */
export function readText(path: string, { hint, exact = false }: ReadAs = {}): string {
  const bytes = readBytes(path, hint);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: exact }).decode(bytes);
  } catch (cause) {
    return fail("invalid_data", `${path} is not UTF-8`, { cause, ...(hint === undefined ? {} : { hint }) });
  }
}
