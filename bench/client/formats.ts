// Files of known formats: FIT beside fit-file-parser, which makes an object of every record; an Apple Health export alone.
import FitParser from "fit-file-parser";
import { apple } from "../../src/records/apple/index.ts";
import { fit } from "../../src/records/fit/index.ts";
import type { Reader } from "../../src/records/reader.ts";
import { builtIn } from "../../src/task/metrics.ts";
import { local, measure, type Row, speedUp } from "../harness.ts";
import { appleExport, fitActivity } from "./made-files.ts";

const PIECE_BYTES = 65_536;

/** @returns how many samples there were */
export async function samplesOf(reader: Reader, bytes: Uint8Array): Promise<number> {
  let count = 0;
  const none = () => {};
  const sample = () => {
    count++;
  };
  async function* open(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
  }
  const input = { path: "file", size: bytes.length, open };
  await reader.read(input, { sample, attribute: none, skip: none, note: none }, { registry: builtIn });
  return count;
}

/** @returns how many records there were */
export async function peerRecords(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
  const parsed = (await new FitParser({ force: true, mode: "list" }).parseAsync(bytes.buffer)) as {
    records?: unknown[];
  };
  return parsed.records?.length ?? 0;
}

export async function formatRows(records = 20_000): Promise<Row[]> {
  const run = Uint8Array.from(fitActivity(records));
  const phone = appleExport(records);
  const [own, peer, xml] = await measure(
    [
      local("paceline FIT", () => samplesOf(fit, run)),
      local("fit-file-parser", () => peerRecords(run)),
      local("paceline Apple", () => samplesOf(apple, phone)),
    ],
    { warmUp: 1, turn: 0.3 },
  );
  if (own === undefined || peer === undefined || xml === undefined) throw new Error("nothing was timed");
  const speed = (seconds: number, { length }: Uint8Array) => length / seconds / 1e6;
  return [
    {
      name: "FIT to samples",
      value: speed(own.seconds, run),
      unit: "MB/s",
      status: "measured",
      peer: { name: "fit-file-parser", value: speed(peer.seconds, run) },
      ratio: speedUp(own, peer),
    },
    { name: "Apple Health export to samples", value: speed(xml.seconds, phone), unit: "MB/s", status: "measured" },
  ];
}
