// paceline/client: what a fitness app embeds. Members' days stay on the device; what leaves is in the member log.

export { openDeviceStore } from "../platform/web/store.ts";
export type { AnyReceipt, ConsentReceipt, ConsentRecord, EarlierReceipt } from "../task/consent.ts";
export type { Controller } from "../task/consent-record.ts";
export type { Envelope } from "../task/envelope.ts";
export type { AppSample } from "./app-samples.ts";
export type { Budget, Spent } from "./budget.ts";
export { type Client, createClient } from "./client.ts";
export type { Consent, ConsentState, ConsentStatus } from "./consent.ts";
export type { Erasure } from "./erase.ts";
export type { ImportedFile, ImportOptions, ImportResult } from "./import-file.ts";
export type { LogEntry, LogOptions } from "./log.ts";
export type { Notice } from "./notices/notice.ts";
export type { AppDay, AppProfile, ClientLimits, ClientOptions, Platform } from "./options.ts";
export type { ExportFormat } from "./personal.ts";
export type { SyncPolicy } from "./policy-options.ts";
export type { Recorded, RecordOptions } from "./record-samples.ts";
export type { Shown } from "./shown.ts";
export type { SyncResult } from "./sync.ts";
export type { TakenBack, Withdrawn } from "./taken-back.ts";
export type { TokenOptions } from "./token-options.ts";
export { type ClientEvent, type ClientState, initialState } from "./view.ts";
export type { DryRun, MaskedDryRun, MaskedStage } from "./would-leave.ts";
