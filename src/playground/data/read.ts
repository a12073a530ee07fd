// The reader's own files as members, on a worker's thread: what paceline import reads is read here, and goes nowhere.
import { fail } from "../../base/errors.ts";
import { webClock } from "../../platform/web/clock.ts";
import { lastBusyDay } from "../../records/days/last-busy.ts";
import { importFiles } from "../../records/import.ts";
import type { QualityReport } from "../../records/quality.ts";
import type { Input } from "../../records/reader.ts";
import { readers } from "../../records/readers.ts";
import { parseColumns, registryFor } from "../../records/tables/mapping.ts";
import type { Member } from "../../records/types.ts";
import { builtIn } from "../../task/metrics.ts";

/** Plain data: it crosses to the worker; files cross by reference. */
export interface OwnFiles {
  readonly files: readonly File[];
  /** What columns mean, as --columns of paceline import; empty where their names say it. */
  readonly columns: string;
}

export interface OwnData {
  readonly members: readonly Member[];
  readonly lastDay: number;
  readonly report: QualityReport;
}

const DAY_MS = 86_400_000;
const PART_BYTES = 1 << 18;

let last: { readonly key: string; readonly data: OwnData } | undefined;

/** Read once: the same files again are answered from memory. @throws PacelineError invalid_data saying what to do */
export async function readOwn(own: OwnFiles, progress: (done: number, total: number) => void): Promise<OwnData> {
  const key = JSON.stringify([
    own.columns,
    ...own.files.map(({ name, size, lastModified }) => [name, size, lastModified]),
  ]);
  if (last?.key === key) return last.data;
  const columns = own.columns.trim() === "" ? undefined : parseColumns(own.columns);
  const total = own.files.reduce((sum, { size }) => sum + size, 0);
  const at = new Map<string, number>();
  const seen = (path: string, bytes: number) => {
    at.set(path, Math.max(bytes, at.get(path) ?? 0));
    progress(
      Math.min(
        total,
        [...at.values()].reduce((sum, one) => sum + one, 0),
      ),
      total,
    );
  };
  const { members, report } = await importFiles(
    own.files.map((file) => ({ input: inputOf(file, (bytes) => seen(file.name, bytes)), named: true, owner: "me" })),
    {
      readers,
      registry: columns === undefined ? builtIn : registryFor(columns, builtIn),
      ...(columns === undefined ? {} : { columns }),
      // Somewhere it is tomorrow already.
      lastDay: Math.floor(webClock.now() / DAY_MS) + 1,
      offsetAt: (instant) => -new Date(instant).getTimezoneOffset(),
    },
  );
  if (report.memberDays === 0)
    fail("invalid_data", "the files hold no daily value", {
      hint: "Say what the columns mean, or choose other files.",
    });
  const data: OwnData = { members, lastDay: lastBusyDay(members), report };
  last = { key, data };
  return data;
}

function inputOf(file: Blob & { readonly name: string }, onBytes: (bytes: number) => void): Input {
  async function* parts(blob: Blob, base: number): AsyncGenerator<Uint8Array, void, void> {
    for (let start = 0; start < blob.size; start += PART_BYTES) {
      const part = new Uint8Array(await blob.slice(start, start + PART_BYTES).arrayBuffer());
      onBytes(base + start + part.length);
      yield part;
    }
  }
  return {
    path: file.name,
    size: file.size,
    open: () => parts(file, 0),
    range: (start, end) => parts(file.slice(start, end), start),
  };
}
