// Aggregation jobs between leader and helper (draft-ietf-ppm-dap-18 section 4.5). Prio3 takes one exchange; what continues a
// job is read all the same, to be told apart from what is no message.
import { fail } from "../../base/errors.ts";
import {
  type Extension,
  ReportError,
  ReportId,
  readExtensions,
  type SaidReportError,
  writeExtensions,
} from "./basics.ts";
import { HpkeCiphertext } from "./hpke-config.ts";
import { message, restOf } from "./message.ts";
import { ReportMetadata } from "./report.ts";

/** One report as the leader hands it to the helper, with the leader's first ping-pong message. */
export interface VerifyInit {
  readonly metadata: ReportMetadata;
  readonly publicShare: Uint8Array;
  readonly helperShare: HpkeCiphertext;
  readonly payload: Uint8Array;
}
export const VerifyInit = message<VerifyInit>(
  "VerifyInit",
  (out, { metadata, publicShare, helperShare, payload }) => {
    ReportMetadata.write(out, metadata);
    out.opaque32(publicShare);
    HpkeCiphertext.write(out, helperShare);
    out.opaque32(payload);
  },
  (from) => ({
    metadata: ReportMetadata.read(from),
    publicShare: from.opaque32(),
    helperShare: HpkeCiphertext.read(from),
    payload: from.opaque32(1),
  }),
);
const verifyInits = restOf("VerifyInit list", VerifyInit);

export interface AggregationJobInitReq {
  readonly verificationKeyId: number;
  /** Empty for Prio3. */
  readonly aggregationParameter: Uint8Array;
  readonly extensions: readonly Extension[];
  readonly verifyInits: readonly VerifyInit[];
}
export const AggregationJobInitReq = message<AggregationJobInitReq>(
  "AggregationJobInitReq",
  (out, job) => {
    out.u8(job.verificationKeyId).opaque32(job.aggregationParameter);
    writeExtensions(out, job.extensions);
    verifyInits.write(out, job.verifyInits);
  },
  (from) => ({
    verificationKeyId: from.u8(),
    aggregationParameter: from.opaque32(),
    extensions: readExtensions(from),
    verifyInits: verifyInits.read(from),
  }),
);

/** The leader's next message about one report, of a VDAF that takes more than one exchange. */
export interface VerifyContinue {
  readonly reportId: Uint8Array;
  readonly payload: Uint8Array;
}
const verifyContinues = restOf(
  "VerifyContinue list",
  message<VerifyContinue>(
    "VerifyContinue",
    (out, { reportId, payload }) => {
      ReportId.write(out, reportId);
      out.opaque32(payload);
    },
    (from) => ({ reportId: ReportId.read(from), payload: from.opaque32(1) }),
  ),
);

export interface AggregationJobContinueReq {
  /** From 1: the first message was step 0. */
  readonly step: number;
  readonly verifyContinues: readonly VerifyContinue[];
}
export const AggregationJobContinueReq = message<AggregationJobContinueReq>(
  "AggregationJobContinueReq",
  (out, job) => verifyContinues.write(out.u16(job.step), job.verifyContinues),
  (from) => ({ step: from.u16(), verifyContinues: verifyContinues.read(from) }),
);

/** The helper's answer for one report. */
export type VerifyResp = { readonly reportId: Uint8Array } & (
  | { readonly type: "continue"; readonly payload: Uint8Array }
  | { readonly type: "finish" }
  | { readonly type: "reject"; readonly error: SaidReportError }
);
export const VerifyResp = message<VerifyResp>(
  "VerifyResp",
  (out, response) => {
    ReportId.write(out, response.reportId);
    if (response.type === "continue") out.u8(0).opaque32(response.payload);
    else if (response.type === "finish") out.u8(1);
    else ReportError.write(out.u8(2), response.error);
  },
  (from) => {
    const reportId = ReportId.read(from);
    const type = from.u8();
    if (type === 0) return { reportId, type: "continue", payload: from.opaque32(1) };
    if (type === 1) return { reportId, type: "finish" };
    if (type === 2) return { reportId, type: "reject", error: ReportError.read(from) };
    return fail("invalid_message", `VerifyResp: type ${type} stands for nothing`);
  },
);

/** The one extension of aggregation jobs (section 5.2.2): which batch of its own choice the leader fills. */
export const LEADER_SELECTED_BATCH_ID = 1;

/** One answer for each report, in the order of the request. */
export const AggregationJobResp = restOf("AggregationJobResp", VerifyResp);
