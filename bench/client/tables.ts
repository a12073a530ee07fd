// Tables beside papaparse: how fast, and in how much memory.
import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { local, measure, type Row, speedUp } from "../harness.ts";
import { tableOf } from "./given.ts";
import { type Importer, readAll } from "./read.ts";

/** Megabytes, about: of the table that is timed, and of the one whose memory is looked at. */
const TIMED = 2;
const LARGE = 1100;

export async function tableRows(large = LARGE): Promise<Row[]> {
  const given = tableOf(TIMED, true);
  let bytes = 0;
  for (const piece of given.pieces()) bytes += piece.length;
  const contenders = (["paceline", "papaparse"] as const).map((who) => local(who, () => readAll(who, given)));
  const [own, peer] = await measure(contenders, { warmUp: 2, turn: 0.4 });
  if (own === undefined || peer === undefined) throw new Error("nothing was timed");
  const speed = (seconds: number) => bytes / seconds / 1e6;
  const timed: Row = {
    name: "table to samples",
    value: speed(own.seconds),
    unit: "MB/s",
    status: "measured",
    peer: { name: "papaparse", value: speed(peer.seconds) },
    ratio: speedUp(own, peer),
  };
  return [timed, memoryRow(large)];
}

/** @param blocks of about a megabyte, written to a file that both read */
function memoryRow(blocks: number): Row {
  const folder = mkdtempSync(join(tmpdir(), "paceline-bench-"));
  try {
    const path = join(folder, "table.csv");
    const given = tableOf(blocks, false);
    const file = openSync(path, "w");
    for (const piece of given.pieces()) writeSync(file, piece);
    closeSync(file);
    return {
      name: "table of a gigabyte, peak memory",
      value: peakOf("paceline", path, given.rows),
      unit: "MB",
      status: "measured",
      peer: { name: "papaparse", value: peakOf("papaparse", path, given.rows) },
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function peakOf(who: Importer, path: string, rows: number): number {
  const program = join(import.meta.dirname, "peak-worker.ts");
  const words = ["--conditions=paceline-source", program, who, path, String(rows)];
  return Number(execFileSync(process.execPath, words, { encoding: "utf8" }));
}
