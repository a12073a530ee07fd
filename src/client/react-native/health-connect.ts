// Health Connect through react-native-health-connect: records as readRecords() and getChanges() give them.
import { giveRecord, kindOf } from "../../records/health-connect/read.ts";
import type { JsonObject } from "../../records/scan/json.ts";
import { Bridge, type Bridged } from "./bridged.ts";

/** As much of a record as says whose it is; the rest differs by kind. */
export interface HealthConnectRecord {
  readonly recordType?: string | undefined;
  readonly metadata?: { readonly id?: string | undefined } | undefined;
}

/** As much of getChanges() as is used. */
export interface HealthConnectChanges {
  readonly upsertionChanges: readonly { readonly record: HealthConnectRecord }[];
  readonly deletionChanges: readonly { readonly recordId: string }[];
}

/** @param recordType as it was read: "Steps", "HeartRate" … */
export function healthConnectSamples(recordType: string, records: readonly HealthConnectRecord[]): Bridged {
  const bridge = new Bridge("Health Connect");
  for (const record of records) give(bridge, recordType, record);
  return bridge.result();
}

/** What came, changed and went since the last token; an update keeps its record's id, so that it takes the old one's place. */
export function healthConnectChanges({ upsertionChanges, deletionChanges }: HealthConnectChanges): Bridged {
  const bridge = new Bridge("Health Connect");
  for (const { record } of upsertionChanges) give(bridge, record.recordType ?? "", record);
  return bridge.result(deletionChanges.map(({ recordId }) => recordId));
}

function give(bridge: Bridge, recordType: string, record: HealthConnectRecord): void {
  const type = record.recordType ?? recordType;
  const kind = kindOf(type);
  bridge.begin(record.metadata?.id ?? "");
  if (kind === undefined) bridge.unknown(type === "" ? "(unnamed)" : type);
  else giveRecord(bridge.giver, kind, record as unknown as JsonObject);
}
