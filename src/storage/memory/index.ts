export type { KeyValueRows } from "../../plain/store.ts";
export { memoryDatabase } from "./database.ts";
export { memoryKeyValues } from "./key-value.ts";
