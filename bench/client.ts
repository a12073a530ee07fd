// What the client costs: what a page downloads, the CPU of a report, importers beside other packages' in one run. Memory is of a process of its own (client/peak-worker.ts).
import { formatRows } from "./client/formats.ts";
import { reportRows } from "./client/report.ts";
import { tableRows } from "./client/tables.ts";
import type { Bench } from "./harness.ts";

export const clientBench: Bench = {
  rows: async () => [...(await reportRows()), ...(await tableRows()), ...(await formatRows())],
  floors: {
    "client: a page's first download": { of: "value", atMost: 18 },
    "report alone": { of: "value", atMost: 13 },
    "report from sync(), 100 cells": { of: "value", atMost: 30 },
    "table to samples": { of: "ratio", atLeast: 1 },
    "table of a gigabyte, peak memory": { of: "value", atMost: 150 },
    "FIT to samples": { of: "ratio", atLeast: 4 },
  },
};
