// paceline/client: what a fitness app embeds. Members' days stay on the device; what leaves is in the member log.

export { openDeviceStore } from "../platform/web/index.ts";
export type { Envelope } from "../task/envelope.ts";
export { type Client, createClient } from "./client.ts";
export type { Consent } from "./consent.ts";
export type { LogEntry } from "./log.ts";
export { openTask } from "./open-task.ts";
export type { ClientLimits, ClientOptions, Platform } from "./options.ts";
export type { ReceivingKey, ReportTask } from "./report.ts";
export type { SyncResult } from "./sync.ts";
