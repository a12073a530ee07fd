// A member's own file to days on this device. The readers are a part of their own, fetched when the first file comes.
import { fail } from "../base/errors.ts";
import { importFiles } from "../records/import.ts";
import type { QualityReport } from "../records/quality.ts";
import type { Input } from "../records/reader.ts";
import { readers } from "../records/readers.ts";
import { builtIn } from "../task/metrics.ts";
import type { Settings } from "./options.ts";
import { keepDays, keepProfile, keptProfile } from "./own-days.ts";

/** A browser's File or Blob, or anything that can be read from its start more than once. */
export type ImportedFile = Blob | { readonly name: string; readonly size?: number; open(): AsyncIterable<Uint8Array> };

export interface ImportOptions {
  /** For files that have no name of their own; for messages. */
  readonly name?: string;
  /** @param bytes read so far; files are looked at twice where they are archives @param of undefined where nobody knows */
  readonly onProgress?: (bytes: number, of: number | undefined) => void;
  /** Where the member lives, for times without a zone: minutes east of UTC at an instant. Default: this device's own. */
  readonly offsetAt?: (instant: number) => number;
  readonly signal?: AbortSignal;
}

export interface ImportResult {
  /** Days that were written. */
  readonly days: number;
  /** What was understood, assumed and left out: counts, places and kinds, never a value. */
  readonly report: QualityReport;
}

/** @throws PacelineError invalid_data */
export async function importFile(
  settings: Settings,
  file: ImportedFile,
  options: ImportOptions = {},
): Promise<ImportResult> {
  const input = inputOf(file, options);
  const { members, report } = await importFiles([{ input, named: true, owner: "" }], {
    registry: builtIn,
    readers,
    offsetAt: options.offsetAt ?? ((instant) => -new Date(instant).getTimezoneOffset()),
    ...(options.signal && { signal: options.signal }),
  });
  if (members.length > 1)
    fail("invalid_data", `the file holds days of ${members.length} people`, {
      hint: "A device keeps its own member's days: give it a file of theirs alone.",
    });
  const [member] = members;
  if (member === undefined) return { days: 0, report };
  const days = await keepDays(settings, member.days);
  if (settings.profile === undefined && Object.keys(member.profile).length > 0)
    await keepProfile(settings, { ...(await keptProfile(settings)), ...member.profile });
  return { days, report };
}

function inputOf(file: ImportedFile, { name, onProgress }: ImportOptions): Input {
  let bytes = 0;
  async function* counted(parts: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
    for await (const part of parts) {
      bytes += part.length;
      onProgress?.(bytes, file.size);
      yield part;
    }
  }
  const path = name ?? ("name" in file && typeof file.name === "string" ? file.name : "file");
  if ("open" in file) return { path, size: file.size, open: () => counted(file.open()) };
  return {
    path,
    size: file.size,
    open: () => counted(partsOf(file)),
    range: (start, end) => counted(partsOf(file.slice(start, end))),
  };
}

/** Not every engine iterates over streams. */
async function* partsOf(blob: Blob): AsyncGenerator<Uint8Array, void, void> {
  const reader = blob.stream().getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
  } finally {
    await reader.cancel();
  }
}
