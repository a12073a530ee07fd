// paceline/client: what a fitness app embeds. Members' days stay on the device; what leaves is in the member log.

export { openDeviceStore } from "../platform/web/index.ts";
export type { Envelope } from "../task/envelope.ts";
export { type Client, createClient } from "./client.ts";
export type { Consent } from "./consent.ts";
export type { LogEntry } from "./log.ts";
export type { AppDay, AppProfile, ClientLimits, ClientOptions, Platform } from "./options.ts";
export type { SyncResult } from "./sync.ts";
