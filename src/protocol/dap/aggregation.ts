// Aggregation jobs between leader and helper (draft-ietf-ppm-dap-18 section 4.5). Prio3 takes one exchange; what continues a
// job is read all the same, to be told apart from what is no message.
import { decode, type Reader, Writer } from "../../base/codec.ts";
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
import { headOf, helperPartOf, type ReadReport, ReportMetadata } from "./report.ts";

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

/** What a job says of all its reports. */
export interface JobHead {
  readonly verificationKeyId: number;
  /** Empty for Prio3. */
  readonly aggregationParameter: Uint8Array;
  readonly extensions: readonly Extension[];
}

export interface AggregationJobInitReq extends JobHead {
  readonly verifyInits: readonly VerifyInit[];
}

function writeHead(out: Writer, job: JobHead): void {
  out.u8(job.verificationKeyId).opaque32(job.aggregationParameter);
  writeExtensions(out, job.extensions);
}

const readHead = (from: Reader): JobHead => ({
  verificationKeyId: from.u8(),
  aggregationParameter: from.opaque32(),
  extensions: readExtensions(from),
});

export const AggregationJobInitReq = message<AggregationJobInitReq>(
  "AggregationJobInitReq",
  (out, job) => {
    writeHead(out, job);
    verifyInits.write(out, job.verifyInits);
  },
  (from) => ({ ...readHead(from), verifyInits: verifyInits.read(from) }),
);

/** A report and the leader's first message about it. */
export interface Opening {
  readonly read: ReadReport;
  readonly payload: Uint8Array;
}

/** An AggregationJobInitReq about reports as they were uploaded, of whose bytes each VerifyInit is made. */
export function encodeJob(head: JobHead, openings: readonly Opening[]): Uint8Array<ArrayBuffer> {
  const out = new Writer();
  writeHead(out, head);
  for (const { read, payload } of openings)
    out.fixed(headOf(read.bytes, read.report.publicShare)).fixed(helperPartOf(read)).opaque32(payload);
  return out.done();
}

/** A report of a job and the bytes it was read from, which are its one encoding. */
export interface ReadVerifyInit {
  readonly init: VerifyInit;
  readonly bytes: Uint8Array;
}

/** Decodes an AggregationJobInitReq. Byte strings are views of `request`. @throws PacelineError invalid_message */
export function readJob(request: Uint8Array): JobHead & { readonly verifyInits: readonly ReadVerifyInit[] } {
  return decode(request, "AggregationJobInitReq", (from) => {
    const head = readHead(from);
    const inits: ReadVerifyInit[] = [];
    while (from.left > 0) {
      const start = request.length - from.left;
      const init = VerifyInit.read(from);
      inits.push({ init, bytes: request.subarray(start, request.length - from.left) });
    }
    return { ...head, verifyInits: inits };
  });
}

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
