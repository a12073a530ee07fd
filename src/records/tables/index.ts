// Tables: CSV and its kin, by a mapping of columns or as one of the exports that are known by their header.
import { isElectrocardiogram } from "../archive/unread.ts";
import type { Reader } from "../reader.ts";
import { knownMetrics } from "./known/tables.ts";
import { isTable, readTable } from "./read.ts";

export const tables: Reader = {
  id: "tables",
  title: "Table (CSV)",
  gives: knownMetrics,
  // Of an Apple Health export: a name and a birth date, then a curve, of which no metric is made.
  recognises: (head, path) => isTable(head) && !isElectrocardiogram(path),
  read: readTable,
};
