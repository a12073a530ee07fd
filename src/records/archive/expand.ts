// Files as they are given to files as readers take them: archives opened, of any depth that people make, known by content.
import { concat } from "../../base/bytes.ts";
import { isPacelineError } from "../../base/errors.ts";
import type { Input } from "../reader.ts";
import { headOf } from "../recognise.ts";
import { type Damaged, gunzipped } from "./inflate.ts";
import { isTar, TAR_HEAD, tarEntries } from "./tar.ts";
import { type Entry, entriesOf, openEntry } from "./zip.ts";

/** A file that is not read: what it is, and how to get something that can be. */
export interface Unread {
  readonly file: string;
  readonly is: string;
  readonly hint: string;
}

/** Archives in archives: a folder of members' exports, zipped, is two. */
const DEPTH_MAX = 4;
/** An archive in an archive is kept in memory where the outer one is compressed. */
const INNER_BYTES_MAX = 128 * 2 ** 20;

const zipMark = [0x50, 0x4b, 3, 4];
const emptyZipMark = [0x50, 0x4b, 5, 6];
const gzipMark = [0x1f, 0x8b, 8];

const begins = (head: Uint8Array, mark: readonly number[]) => mark.every((byte, at) => head[at] === byte);

/** Files that operating systems leave, which nobody means. */
const leftBehind = /(?:^|\/)(?:__MACOSX\/.*|\._[^/]*|\.DS_Store|Thumbs\.db|desktop\.ini)$/i;

export const isLeftBehind = (path: string): boolean => leftBehind.test(path);

/**
 * The files in a file: itself, where it is no archive.
 * @throws PacelineError invalid_data for an archive that is cut off or made to fill a disk
 */
export async function* expand(input: Input, damaged: Damaged, depth = 0): AsyncGenerator<Input | Unread, void, void> {
  const head = await headOf(input, TAR_HEAD);
  const zip = begins(head, zipMark) || begins(head, emptyZipMark);
  const tar = !zip && isTar(head);
  if (!zip && !tar && !begins(head, gzipMark)) {
    yield input;
    return;
  }
  if (depth >= DEPTH_MAX) {
    yield {
      file: input.path,
      is: `an archive in more than ${DEPTH_MAX} others`,
      hint: "Unpack it and import what is in it.",
    };
    return;
  }
  if (tar) yield* untarred(input, damaged, depth + 1);
  else if (!zip) yield* expand(gunzipped(input, damaged), damaged, depth + 1);
  else yield* unzipped(input, damaged, depth + 1);
}

async function* untarred(input: Input, damaged: Damaged, depth: number): AsyncGenerator<Input | Unread, void, void> {
  for await (const { name, input: file } of tarEntries(input, damaged))
    if (!isLeftBehind(name)) yield* expandOne(file, damaged, depth);
}

/** A file of an archive: what is wrong with it is said of it, and the files beside it are good. */
async function* expandOne(file: Input, damaged: Damaged, depth: number): AsyncGenerator<Input | Unread, void, void> {
  try {
    yield* expand(file, damaged, depth);
  } catch (error) {
    if (!isPacelineError(error) || error.code !== "invalid_data") throw error;
    yield { file: file.path, is: error.message, hint: error.hint ?? "Unpack the archive and import the folder." };
  }
}

async function* unzipped(input: Input, damaged: Damaged, depth: number): AsyncGenerator<Input | Unread, void, void> {
  const archive = await ranged(input);
  if (archive === undefined) {
    yield {
      file: input.path,
      is: "a large zip file within a compressed one",
      hint: "Unpack the outer one and import the folder.",
    };
    return;
  }
  const entries = await entriesOf(archive);
  const document = documentOf(entries);
  if (document !== undefined) {
    yield { file: input.path, ...document };
    return;
  }
  for (const entry of entries) {
    if (entry.name.endsWith("/") || isLeftBehind(entry.name)) continue;
    const path = `${input.path}/${entry.name}`;
    if (entry.encrypted)
      yield {
        file: path,
        is: "protected by a password",
        hint: "Unpack the archive with its password and import the folder.",
      };
    else if (entry.method !== 0 && entry.method !== 8)
      yield {
        file: path,
        is: `compressed in a way (${entry.method}) that is not read`,
        hint: "Unpack the archive and import the folder.",
      };
    else yield* expandOne(openEntry(archive, entry, path, damaged), damaged, depth);
  }
}

/** The input with its size and parts, from memory where the platform cannot begin anywhere; undefined where it is too long for that. */
async function ranged(input: Input): Promise<Parameters<typeof entriesOf>[0] | undefined> {
  const { path, size, range } = input;
  if (range !== undefined && size !== undefined)
    return { path, size, open: () => input.open(), range: (start, end) => range.call(input, start, end) };
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of input.open()) {
    pieces.push(piece.slice());
    length += piece.length;
    if (length > INNER_BYTES_MAX) return undefined;
  }
  const bytes = concat(...pieces);
  async function* part(start: number, end: number) {
    yield bytes.subarray(start, end);
  }
  return { path, size: length, open: () => part(0, length), range: part };
}

/** Programs' documents that are zip files, by what they hold. */
function documentOf(entries: readonly Entry[]): { readonly is: string; readonly hint: string } | undefined {
  const has = (pattern: RegExp) => entries.some(({ name }) => pattern.test(name));
  if (has(/^xl\/workbook\.(?:xml|bin)$/))
    return { is: "an Excel workbook", hint: "Open it and save the sheet as CSV (UTF-8), then import that." };
  if (has(/^Index\/(?:Document|Tables\/.*)\.iwa$/) || has(/^Index\.zip$/))
    return { is: "an Apple Numbers or Pages document", hint: "Open it and export the table as CSV, then import that." };
  if (has(/^content\.xml$/) && has(/^mimetype$/))
    return { is: "an OpenDocument file", hint: "Open it and save the sheet as CSV (UTF-8), then import that." };
  if (has(/^word\/document\.xml$/)) return { is: "a Word document", hint: "Import the files that an app exported." };
  if (has(/^AndroidManifest\.xml$/) || has(/^META-INF\/MANIFEST\.MF$/))
    return { is: "a program", hint: "Import the files that an app exported." };
  return undefined;
}
