// Daily CSV files to members: parseColumns reads the mapping, importCsv the files.
export { type ColumnMapping, parseColumns, profileTargets } from "./columns.ts";
export { type DateFormat, parseDateFormat } from "./dates.ts";
export { type CsvImport, type CsvImportOptions, type FileReport, type ImportReport, importCsv } from "./import.ts";
export type { CsvFile } from "./table.ts";
export type { CellReason, RowReason, Skipped } from "./tally.ts";
