// What the client costs: importers beside other packages' in one run. Memory is of a process of its own (client/peak-worker.ts).
import { formatRows } from "./client/formats.ts";
import { tableRows } from "./client/tables.ts";
import type { Bench } from "./harness.ts";

export const clientBench: Bench = {
  rows: async () => [...(await tableRows()), ...(await formatRows())],
  floors: {
    "table to samples": { of: "ratio", atLeast: 1 },
    "table of a gigabyte, peak memory": { of: "value", atMost: 150 },
    "FIT to samples": { of: "ratio", atLeast: 4 },
  },
};
