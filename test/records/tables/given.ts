// Tables as text or bytes, read to plain values: what the tests of tables share.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { utf8 } from "../../../src/base/bytes.ts";
import { formatDay } from "../../../src/base/calendar.ts";
import { isPacelineError } from "../../../src/base/errors.ts";
import type { Input, ReadOptions } from "../../../src/records/reader.ts";
import { localDay, type Sample } from "../../../src/records/sample.ts";
import { tables } from "../../../src/records/tables/index.ts";
import { parseColumns } from "../../../src/records/tables/mapping.ts";
import { builtIn } from "../../../src/task/metrics.ts";

export interface Read {
  readonly samples: readonly Sample[];
  /** By member, day and metric, in the order of the rows; the local day of the end of a span. */
  readonly values: Readonly<Record<string, readonly number[]>>;
  readonly attributes: readonly string[];
  /** reason → count */
  readonly skips: Readonly<Record<string, number>>;
  readonly notes: Readonly<Record<string, number>>;
  /** Every word of every skip and note. */
  readonly said: string;
}

export type Options = Partial<Omit<ReadOptions, "columns">> & {
  readonly columns?: string;
  readonly path?: string;
  /** Bytes a piece. */
  readonly cut?: number;
};

export function inputOf(content: string | Uint8Array, path = "folder/t.csv", cut = 1e9): Input {
  const bytes = typeof content === "string" ? utf8(content) : content;
  async function* open() {
    for (let at = 0; at < bytes.length; at += cut) yield bytes.slice(at, at + cut);
  }
  return { path, size: bytes.length, open };
}

export async function read(content: string | Uint8Array, options: Options = {}): Promise<Read> {
  const { columns, path, cut, ...rest } = options;
  const samples: Sample[] = [];
  const attributes: string[] = [];
  const skips: Record<string, number> = {};
  const notes: Record<string, number> = {};
  let said = "";
  await tables.read(
    inputOf(content, path, cut),
    {
      sample: (sample) => samples.push(sample),
      attribute: (member, attribute, value) => attributes.push(`${member} ${attribute} ${value}`),
      skip: (reason, place) => {
        skips[reason] = (skips[reason] ?? 0) + 1;
        said += ` ${reason} ${JSON.stringify(place)}`;
      },
      note: (note, place, count = 1) => {
        notes[note] = (notes[note] ?? 0) + count;
        said += ` ${note} ${JSON.stringify(place)}`;
      },
    },
    { registry: builtIn, ...(columns === undefined ? {} : { columns: parseColumns(columns) }), ...rest },
  );
  const values: Record<string, number[]> = {};
  for (const { member, metric, when, value } of samples) {
    const day = when.kind === "day" ? when.day : localDay(when.end, when.zone.offsetMinutes);
    const key = `${member} ${formatDay(day)} ${metric}`.trim();
    const list = values[key] ?? [];
    list.push(value);
    values[key] = list;
  }
  return { samples, values, attributes, skips, notes, said };
}

/** The refusal's code, message and hint in one line; "read" where there is none. */
export async function refusal(content: string | Uint8Array, options: Options = {}): Promise<string> {
  try {
    await read(content, options);
  } catch (error) {
    if (isPacelineError(error)) return `${error.code}: ${error.message} | ${error.hint ?? ""}`;
    throw error;
  }
  return "read";
}

const shared = process.env.PACELINE_SHARED ?? join(import.meta.dirname, "../../../../shared");
/** Files of the shared folder, where it is there. */
export const cases = join(shared, "data/cases/import");
export const fitbitFolder = join(shared, "data/fitbit");
export const hasShared = existsSync(join(cases, "README.md"));
export const caseFile = (name: string): Uint8Array => readFileSync(join(cases, name));
