// JSON of days: a member, a date, metrics by id.
import { baseMetrics } from "../../task/metrics.ts";
import type { Reader } from "../reader.ts";
import { readRows } from "./read.ts";
import { recognises } from "./recognise.ts";

export const rows: Reader = {
  id: "rows",
  title: "JSON of days with the registry's metrics",
  hint: "Values are called by the registry's ids there (`paceline metrics` lists them). Anything else is read from CSV, with --columns.",
  gives: baseMetrics.map(({ id }) => id),
  recognises,
  read: readRows,
};
