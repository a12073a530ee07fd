// TaskConfiguration (draft-ietf-ppm-dap-18 section 4.2): what client, aggregators and collector must agree on. It is
// authenticated with every input share and aggregate share, so a party with another idea of the task opens nothing.
import { fromUtf8, utf8 } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import type { VdafParameters } from "../vdaf/parameters.ts";
import { BatchMode, type Extension, Interval, readExtensions, writeExtensions } from "./basics.ts";
import { message } from "./message.ts";
import { decodeVdaf, encodeVdaf } from "./vdaf-configuration.ts";

export interface TaskConfiguration {
  /** 1 to 255 bytes, opaque to the protocol: what the task is about. */
  readonly taskInfo: Uint8Array;
  readonly leaderUrl: string;
  readonly helperUrl: string;
  /** Seconds; the unit of all times of the task. */
  readonly timePrecision: bigint;
  readonly minBatchSize: bigint;
  readonly batchMode: BatchMode;
  readonly vdaf: VdafParameters;
  /** When reports are taken; for ever when absent. */
  readonly interval?: Interval;
}

/** The one task extension we know; a task with another is refused, as the draft asks. */
const taskIntervalType = 1;
const nothing = new Uint8Array(0);

function httpUrl(url: string): string {
  if (!/^https?:\/\/[\x21-\x7e]+$/.test(url)) fail("invalid_message", "TaskConfiguration: an endpoint is no HTTP URL");
  return url;
}

function readInterval(list: readonly Extension[]): { interval?: Interval } {
  const unknown = list.find(({ type }) => type !== taskIntervalType);
  if (unknown) fail("invalid_message", `TaskConfiguration: extension ${unknown.type} is not supported`);
  const data = list[0]?.data;
  return data === undefined ? {} : { interval: Interval.decode(data) };
}

export const TaskConfiguration = /* @__PURE__ */ message<TaskConfiguration>(
  "TaskConfiguration",
  (out, task) => {
    const vdaf = encodeVdaf(task.vdaf);
    out
      .opaque8(task.taskInfo)
      .opaque16(utf8(httpUrl(task.leaderUrl)))
      .opaque16(utf8(httpUrl(task.helperUrl)));
    out.u64(task.timePrecision).u64(task.minBatchSize);
    BatchMode.write(out, task.batchMode);
    // batch_config is empty in both modes
    out.opaque16(nothing).u32(vdaf.type).opaque16(vdaf.configuration);
    writeExtensions(
      out,
      task.interval === undefined ? [] : [{ type: taskIntervalType, data: Interval.encode(task.interval) }],
    );
  },
  (from) => {
    const taskInfo = from.opaque8(1);
    const leaderUrl = httpUrl(fromUtf8(from.opaque16(1)));
    const helperUrl = httpUrl(fromUtf8(from.opaque16(1)));
    const timePrecision = from.u64();
    if (timePrecision === 0n) fail("invalid_message", "TaskConfiguration: a time precision of zero");
    const minBatchSize = from.u64();
    const batchMode = BatchMode.read(from);
    if (from.opaque16().length > 0)
      fail("invalid_message", "TaskConfiguration: a batch configuration where none belongs");
    const vdaf = decodeVdaf(from.u32(), from.opaque16());
    const common = { taskInfo, leaderUrl, helperUrl, timePrecision, minBatchSize, batchMode, vdaf };
    return { ...common, ...readInterval(readExtensions(from)) };
  },
);
