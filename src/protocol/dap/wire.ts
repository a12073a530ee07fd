// Which bytes and methods a task's messages have. The drafts from 18 on lay out aggregation jobs in one way; the third is of an
// implementation that has the keys of draft 18 and still the framing before it: PUT at an id of the caller's choice, a batch
// selector in place of job extensions, lists behind their length.
import { decode, type Reader } from "../../base/codec.ts";
import { fail } from "../../base/errors.ts";
import {
  AggregationJobInitReq,
  AggregationJobResp,
  LEADER_SELECTED_BATCH_ID,
  VerifyInit,
  type VerifyResp,
} from "./aggregation.ts";
import { BatchId, BatchMode, type Extension, type SaidReportError } from "./basics.ts";
import { type Message, message, restOf } from "./message.ts";
import { type DapVersion, dap18, dap19 } from "./version.ts";

export const wireNames = ["dap-18", "dap-19", "dap-18-janus"] as const;
/** A task names one. */
export type DapWireName = (typeof wireNames)[number];

export interface DapWire {
  readonly name: DapWireName;
  readonly version: DapVersion;
  /** How resources are created. */
  readonly method: "POST" | "PUT";
  /** Whether an unknown verification key is each report's error, and not the job's. */
  readonly keysByReport: boolean;
  readonly AggregationJobInitReq: Message<AggregationJobInitReq>;
  readonly AggregationJobResp: Message<readonly VerifyResp[]>;
  /** An error as this version can say it. */
  says(error: SaidReportError): SaidReportError;
}

const nothing = new Uint8Array(0);
const inits = restOf("VerifyInit list", VerifyInit);

/** A list behind its length in bytes, of 4 bytes. */
function vector32<T>(item: Message<readonly T[]>): Message<readonly T[]> {
  return message(
    item.name,
    (out, values) => out.opaque32(item.encode(values)),
    (from) => {
      const inner = from.inner(from.opaque32());
      const values = item.read(inner);
      inner.end();
      return values;
    },
  );
}

const lengthInits = vector32(inits);

function selectorExtensions(from: Reader): readonly Extension[] {
  const mode = BatchMode.read(from);
  const config = from.opaque16();
  if (mode === "leader-selected")
    return [{ type: LEADER_SELECTED_BATCH_ID, data: decode(config, "BatchID", (inner) => BatchId.read(inner)) }];
  if (config.length > 0) fail("invalid_message", "PartialBatchSelector: a configuration where none belongs");
  return [];
}

const framedInit = message<AggregationJobInitReq>(
  "AggregationJobInitReq",
  (out, job) => {
    const [batch, more] = job.extensions;
    if (more !== undefined || (batch !== undefined && batch.type !== LEADER_SELECTED_BATCH_ID))
      fail("internal", "this framing has no place for such an extension");
    out.u8(job.verificationKeyId).opaque32(job.aggregationParameter);
    BatchMode.write(out, batch === undefined ? "time-interval" : "leader-selected");
    lengthInits.write(out.opaque16(batch?.data ?? nothing), job.verifyInits);
  },
  (from) => ({
    verificationKeyId: from.u8(),
    aggregationParameter: from.opaque32(),
    extensions: selectorExtensions(from),
    verifyInits: lengthInits.read(from),
  }),
);

const drafts = {
  method: "POST",
  AggregationJobInitReq,
  AggregationJobResp,
  says: (error) => error,
} as const satisfies Partial<DapWire>;

const wires: Readonly<Record<DapWireName, DapWire>> = {
  "dap-18": { name: "dap-18", version: dap18, keysByReport: false, ...drafts },
  "dap-19": { name: "dap-19", version: dap19, keysByReport: true, ...drafts },
  "dap-18-janus": {
    name: "dap-18-janus",
    version: dap18,
    method: "PUT",
    keysByReport: false,
    AggregationJobInitReq: framedInit,
    AggregationJobResp: vector32(AggregationJobResp),
    // Its receivers refuse a whole answer for a code that they do not know.
    says: (error) => (error === "outdated_config" ? "hpke_unknown_config_id" : error),
  },
};

export const wireOf = (name: DapWireName): DapWire => wires[name];
