// A table as exports are: 12 columns, members one after the other, each with a year of days.
import { utf8 } from "../../src/base/bytes.ts";
import { formatDay } from "../../src/base/calendar.ts";
import type { Input } from "../../src/records/reader.ts";

const PIECE_BYTES = 65_536;
const MEMBERS = 40;
const DAYS = 365;

export const mapping = "member=Id,date=Day,steps=TotalSteps,vigorous=Very,moderate=Fairly,rhr=Rhr";
/** Columns that become samples. */
export const METRICS = 4;

const header = utf8("Id,Day,TotalSteps,Distance,Logged,Very,Fairly,Light,Sedentary,Calories,Note,Rhr\n");

function rowsOf(block: number): Uint8Array {
  const lines: string[] = [];
  for (let m = 0; m < MEMBERS; m++)
    for (let d = 0; d < DAYS; d++)
      lines.push(
        [
          1_503_960_366 + block * MEMBERS + m,
          formatDay(20_000 + d),
          (m * 7919 + d * 104_729) % 20_000,
          ((d * 31) % 900) / 100,
          0,
          d % 50,
          d % 30,
          d % 200,
          700 + (d % 300),
          1800 + d,
          `note ${d}`,
          55 + (d % 20),
        ].join(","),
      );
  return utf8(`${lines.join("\n")}\n`);
}

export interface Given {
  readonly rows: number;
  /** The file again and again. */
  pieces(): Generator<Uint8Array>;
}

/** @param blocks of about a megabyte, each of 40 members @param kept whether they stay in memory, or are made as they are read */
export function tableOf(blocks: number, kept: boolean): Given {
  const store = kept ? Array.from({ length: blocks }, (_, block) => rowsOf(block)) : undefined;
  function* pieces(): Generator<Uint8Array> {
    yield header;
    for (let block = 0; block < blocks; block++) {
      const bytes = store?.[block] ?? rowsOf(block);
      for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
    }
  }
  return { rows: blocks * MEMBERS * DAYS, pieces };
}

export function inputOf({ pieces }: Given): Input {
  async function* open(): AsyncGenerator<Uint8Array> {
    yield* pieces();
  }
  return { path: "table.csv", size: undefined, open };
}
