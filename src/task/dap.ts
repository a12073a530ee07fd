// A manifest as a DAP task. task_info is the hash of the signed bytes and the task id is the hash of the configuration,
// so an aggregator that was configured otherwise shares no key material, no associated data and no name with this task.
import { concat, fromBase64Url } from "../base/bytes.ts";
import type { Crypto } from "../ports/crypto.ts";
import { HpkeConfig, usableConfig } from "../protocol/dap/hpke-config.ts";
import { TaskConfiguration } from "../protocol/dap/task-configuration.ts";
import { type DapVersion, dap18 } from "../protocol/dap/version.ts";
import { taskLabel } from "./labels.ts";
import type { Manifest } from "./manifest.ts";

export interface DapTask {
  /** 32 bytes */
  readonly id: Uint8Array;
  readonly configuration: TaskConfiguration;
  readonly encoded: Uint8Array;
  readonly version: DapVersion;
}

/** @param bytes the exact signed manifest bytes that `manifest` was decoded from */
export async function dapTaskOf(crypto: Crypto, manifest: Manifest, bytes: Uint8Array): Promise<DapTask> {
  const { window, aggregators, minBatch, vdaf } = manifest;
  const configuration: TaskConfiguration = {
    taskInfo: await crypto.sha256(bytes),
    leaderUrl: aggregators.leader.url,
    helperUrl: aggregators.helper.url,
    timePrecision: 86_400n,
    minBatchSize: BigInt(minBatch),
    batchMode: "time-interval",
    vdaf,
    interval: { start: BigInt(window.start), duration: BigInt(window.end - window.start) },
  };
  const encoded = TaskConfiguration.encode(configuration);
  return { id: await crypto.sha256(concat(taskLabel(), encoded)), configuration, encoded, version: dap18 };
}

/** The aggregator's receiving key in a manifest. @throws PacelineError unsupported, invalid_message */
export function receivingKey(aggregator: Manifest["aggregators"]["leader"]): HpkeConfig {
  return usableConfig([HpkeConfig.decode(fromBase64Url(aggregator.hpke))]);
}
