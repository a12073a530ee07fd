// Tables: CSV and its kin, by a mapping of columns or as one of the exports that are known by their header.
import type { Reader } from "../reader.ts";
import { knownMetrics } from "./known/tables.ts";
import { isTable, readTable } from "./read.ts";

export const tables: Reader = {
  id: "tables",
  title: "Table (CSV)",
  gives: knownMetrics,
  recognises: (head) => isTable(head),
  read: readTable,
};
