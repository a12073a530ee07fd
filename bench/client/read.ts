// The two importers of tables that are compared: ours makes samples of four columns in two passes, papaparse an object of text
// and numbers of each row in one.
import { Readable } from "node:stream";
import Papa from "papaparse";
import { tables } from "../../src/records/tables/index.ts";
import { parseColumns } from "../../src/records/tables/mapping.ts";
import { builtIn } from "../../src/task/metrics.ts";
import { type Given, inputOf, METRICS, mapping } from "./given.ts";

export type Importer = "paceline" | "papaparse";

/** @throws Error when not every row was read */
export async function readAll(who: Importer, given: Given): Promise<void> {
  const rows = who === "paceline" ? await samples(given) : await papa(given);
  if (rows !== given.rows) throw new Error(`${who} read ${rows} of ${given.rows} rows`);
}

async function samples(given: Given): Promise<number> {
  let count = 0;
  const none = () => {};
  const sample = () => {
    count++;
  };
  const sink = { sample, attribute: none, skip: none, note: none };
  await tables.read(inputOf(given), sink, { registry: builtIn, columns: parseColumns(mapping) });
  return count / METRICS;
}

function papa({ pieces }: Given): Promise<number> {
  let count = 0;
  return new Promise((resolve, reject) => {
    Papa.parse(Readable.from(pieces(), { objectMode: false }), {
      header: true,
      dynamicTyping: true,
      skipEmptyLines: true,
      step: () => {
        count++;
      },
      complete: () => resolve(count),
      error: reject,
    });
  });
}
