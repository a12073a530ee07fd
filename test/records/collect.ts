// Runs one reader over bytes held in memory and keeps all that it says.
import type { Input, Reader, ReadOptions } from "../../src/records/reader.ts";
import type { Place, Sample } from "../../src/records/sample.ts";
import type { NoteKind, SkipReason } from "../../src/records/says.ts";
import { builtIn } from "../../src/task/metrics.ts";

export interface Collected {
  readonly samples: Sample[];
  readonly attributes: { readonly member: string; readonly attribute: string; readonly value: string }[];
  readonly skips: { readonly reason: SkipReason; readonly place: Place }[];
  readonly notes: { readonly kind: NoteKind; readonly place: Place; readonly count: number }[];
  /** How often each was said. */
  readonly skipped: Record<string, number>;
  readonly noted: Record<string, number>;
  /** The message of a refusal. */
  refusal: string | undefined;
}

/** @param chunk bytes handed over at a time */
export async function collect(
  reader: Reader,
  bytes: Uint8Array | string,
  { path = "input", chunk = 4096, ...more }: Partial<ReadOptions> & { path?: string; chunk?: number } = {},
): Promise<Collected> {
  const whole = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
  const input: Input = {
    path,
    size: whole.length,
    async *open() {
      // A copy each: a reader that kept a view would see it change.
      for (let at = 0; at < whole.length; at += chunk) {
        const piece = whole.slice(at, at + chunk);
        yield piece;
        piece.fill(0);
      }
    },
  };
  const found: Collected = {
    samples: [],
    attributes: [],
    skips: [],
    notes: [],
    skipped: {},
    noted: {},
    refusal: undefined,
  };
  const tally = (counts: Record<string, number>, key: string, by = 1) => {
    counts[key] = (counts[key] ?? 0) + by;
  };
  const sink = {
    sample: (sample: Sample) => void found.samples.push(sample),
    attribute: (member: string, attribute: string, value: string) =>
      void found.attributes.push({ member, attribute, value }),
    skip(reason: SkipReason, place: Place) {
      found.skips.push({ reason, place });
      tally(found.skipped, reason);
    },
    note(kind: NoteKind, place: Place, count = 1) {
      found.notes.push({ kind, place, count });
      tally(found.noted, kind, count);
    },
  };
  try {
    await reader.read(input, sink, { registry: builtIn, ...more });
  } catch (error) {
    if ((error as { code?: string }).code !== "invalid_data") throw error;
    found.refusal = (error as Error).message;
  }
  return found;
}

/** The samples of one metric as "start…end=value" on the wall's clock, or "day=value". */
export function told({ samples }: Collected, metric: string): string[] {
  return samples
    .filter((sample) => sample.metric === metric)
    .map(({ when, value }) => {
      if (when.kind === "day") return `${new Date(when.day * 86_400_000).toISOString().slice(0, 10)}=${round(value)}`;
      const wall = (ms: number) => new Date(ms + when.zone.offsetMinutes * 60_000).toISOString().slice(0, 19);
      const [start, end] = [wall(when.start), wall(when.end)];
      return `${start}${end === start ? "" : `…${end.slice(0, 10) === start.slice(0, 10) ? end.slice(11) : end}`}=${round(value)}`;
    });
}

const round = (value: number) => Math.round(value * 1e6) / 1e6;
