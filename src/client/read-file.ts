// A member's own file to their days and a report of what was understood: on the page's thread or on a worker's, with the same
// result.
import { fail } from "../base/errors.ts";
import { webClock } from "../platform/web/clock.ts";
import { importFiles } from "../records/import.ts";
import type { QualityReport } from "../records/quality.ts";
import type { Input, ReadOptions } from "../records/reader.ts";
import { readers } from "../records/readers.ts";
import type { Member } from "../records/types.ts";
import { builtIn } from "../task/metrics.ts";

const DAY_MS = 86_400_000;

export interface ReadFile {
  /** Undefined where the file holds no day. */
  readonly member: Member | undefined;
  readonly report: QualityReport;
}

/** @param pause waited for between steps @throws PacelineError invalid_data, for a file of several people too */
export async function readFile(
  input: Input,
  { offsetAt = (instant) => -new Date(instant).getTimezoneOffset(), signal }: Pick<ReadOptions, "offsetAt" | "signal">,
  pause?: () => Promise<void> | undefined,
): Promise<ReadFile> {
  const { members, report } = await importFiles([{ input, named: true, owner: "" }], {
    registry: builtIn,
    readers,
    offsetAt,
    // Somewhere it is tomorrow already.
    lastDay: Math.floor(webClock.now() / DAY_MS) + 1,
    ...(signal && { signal }),
    ...(pause && { pause }),
  });
  if (members.length > 1)
    fail("invalid_data", `the file holds days of ${members.length} people`, {
      hint: "A device keeps its own member's days: give it a file of theirs alone.",
    });
  return { member: members[0], report };
}

/**
 * @param path for messages
 * @param onBytes called with what was read so far @param pause waited for after each part
 */
export function blobInput(
  blob: Blob,
  path: string,
  onBytes: (bytes: number) => void,
  pause?: () => Promise<void> | undefined,
): Input {
  const counted = counting(onBytes, pause);
  return {
    path,
    size: blob.size,
    open: () => counted(partsOf(blob)),
    range: (start, end) => counted(partsOf(blob.slice(start, end))),
  };
}

/** Parts as they come, counted over all that is opened. */
export function counting(onBytes: (bytes: number) => void, pause?: () => Promise<void> | undefined) {
  let bytes = 0;
  return async function* (parts: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
    for await (const part of parts) {
      bytes += part.length;
      onBytes(bytes);
      yield part;
      await pause?.();
    }
  };
}

/** As much as is read without a pause: a millisecond or two. */
const PART_BYTES = 16 * 1024;

/** Not every engine iterates over streams, and some give megabytes at a time. */
async function* partsOf(blob: Blob): AsyncGenerator<Uint8Array, void, void> {
  const reader = blob.stream().getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read())
      for (let at = 0; at < part.value.length; at += PART_BYTES) yield part.value.subarray(at, at + PART_BYTES);
  } finally {
    await reader.cancel();
  }
}
