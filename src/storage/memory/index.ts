export type { KeyValueRows } from "../../plain/store.ts";
export { type MemoryDatabase, memoryDatabase } from "./database.ts";
export { memoryKeyValues } from "./key-value.ts";
export { memoryMark } from "./mark-file.ts";
