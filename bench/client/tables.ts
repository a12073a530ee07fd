// Tables beside papaparse: how fast, and in how much memory.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { local, measure, type Row, speedUp } from "../harness.ts";
import { tableOf } from "./given.ts";
import { type Importer, readAll } from "./read.ts";

/** Megabytes, about: of the table that is timed, and of the one whose memory is looked at. */
const TIMED = 2;
const LARGE = 1150;

export async function tableRows(large = LARGE): Promise<Row[]> {
  const given = tableOf(TIMED, true);
  let bytes = 0;
  for (const piece of given.pieces()) bytes += piece.length;
  const contenders = (["paceline", "papaparse"] as const).map((who) => local(who, () => readAll(who, given)));
  const [own, peer] = await measure(contenders, { warmUp: 2, turn: 0.4 });
  if (own === undefined || peer === undefined) throw new Error("nothing was timed");
  const speed = (seconds: number) => bytes / seconds / 1e6;
  return [
    {
      name: "table to samples",
      value: speed(own.seconds),
      unit: "MB/s",
      status: "measured",
      peer: { name: "papaparse", value: speed(peer.seconds) },
      ratio: speedUp(own, peer),
    },
    {
      name: "table of a gigabyte, peak memory",
      value: peakOf("paceline", large),
      unit: "MB",
      status: "measured",
      peer: { name: "papaparse", value: peakOf("papaparse", large) },
    },
  ];
}

function peakOf(who: Importer, blocks: number): number {
  const program = join(import.meta.dirname, "peak-worker.ts");
  const words = ["--conditions=paceline-source", program, who, String(blocks)];
  return Number(execFileSync(process.execPath, words, { encoding: "utf8" }));
}
