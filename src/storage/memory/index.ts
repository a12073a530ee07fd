export { memoryDatabase } from "./database.ts";
export { memoryKeyValues } from "./key-value.ts";
