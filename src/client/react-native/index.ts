// paceline/react-native: from the packages that read HealthKit and Health Connect to samples for record(), and a store that lasts.
// Their types are described, not imported: no package comes with it.

export {
  type AsyncStorageShape,
  keyValueDeviceStore,
  type MmkvShape,
  type ValueCipher,
  valueCipher,
} from "../../platform/web/index.ts";
export type { QualityReport } from "../../records/quality.ts";
export type { AppSample } from "../app-samples.ts";
export type { Bridged } from "./bridged.ts";
export {
  type HealthConnectChanges,
  type HealthConnectRecord,
  healthConnectChanges,
  healthConnectSamples,
} from "./health-connect.ts";
export { type HealthKitSample, type HealthValue, healthKitSamples, healthValues } from "./healthkit.ts";
