// A member's own file to days on this device, read by the app's worker where it gives one. The readers are a part of their own,
// fetched when the first file comes.
import type { QualityReport } from "../records/quality.ts";
import { keepDays } from "./keep-days.ts";
import type { Settings } from "./options.ts";
import { keepProfile, keptProfile } from "./own-days.ts";
import type { ReadFile } from "./read-file.ts";

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
  const { member, report } = await read(settings, file, options);
  if (member === undefined) return { days: 0, report };
  const days = await keepDays(settings, member.days);
  if (settings.profile === undefined && Object.keys(member.profile).length > 0)
    await keepProfile(settings, { ...(await keptProfile(settings)), ...member.profile });
  return { days, report };
}

/** A worker gets blobs alone: what an app opens or computes by functions of its own is read here. */
async function read({ worker }: Settings, file: ImportedFile, options: ImportOptions): Promise<ReadFile> {
  const { name, onProgress, offsetAt, signal } = options;
  const path = name ?? ("name" in file && typeof file.name === "string" ? file.name : "file");
  const onBytes = (bytes: number) => onProgress?.(bytes, file.size);
  const here = () => readHere(file, path, onBytes, options);
  if (worker === undefined || "open" in file || offsetAt !== undefined) return await here();
  const { offThread, proxy } = await import("./off-thread.ts");
  return await offThread(worker, { there: (work) => work.read(file, path, proxy(onBytes)), here, signal });
}

async function readHere(
  file: ImportedFile,
  path: string,
  onBytes: (bytes: number) => void,
  { offsetAt, signal }: ImportOptions,
): Promise<ReadFile> {
  const { blobInput, counting, readFile } = await import("./read-file.ts");
  const pause = pauses();
  const counted = counting(onBytes, pause);
  const input =
    "open" in file
      ? { path, size: file.size, open: () => counted(file.open()) }
      : blobInput(file, path, onBytes, pause);
  return await readFile(input, { ...(offsetAt && { offsetAt }), ...(signal && { signal }) }, pause);
}

/** Half a frame. */
const SLICE_MS = 8;

/** Lets the page live: after each slice, whatever waits for its thread comes first. */
function pauses(): () => Promise<void> | undefined {
  const { scheduler, performance } = globalThis as unknown as {
    readonly scheduler?: { yield?(): Promise<void> };
    readonly performance: { now(): number };
  };
  let since = performance.now();
  return () => {
    if (performance.now() - since < SLICE_MS) return undefined;
    return (scheduler?.yield?.() ?? nextTask()).then(() => {
      since = performance.now();
    });
  };
}

/** A timer would take a second in a page that is not in front. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
}
