// Upload (draft-ietf-ppm-dap-18 section 4.4): what a client sends, and what it seals for each aggregator.
import { decode } from "../../base/codec.ts";
import {
  ReportError,
  ReportId,
  readAnyExtensions,
  readExtensions,
  type SaidReportError,
  TaskId,
  writeExtensions,
} from "./basics.ts";
import { HpkeCiphertext } from "./hpke-config.ts";
import { message, restOf } from "./message.ts";
import { TaskConfiguration } from "./task-configuration.ts";
import {
  type ReportMetadata as Metadata,
  type PlaintextInputShare as Plaintext,
  type Report as Written,
  writeInputShareAad,
  writeReport,
  writeReportMetadata,
} from "./writing.ts";

export type ReportMetadata = Metadata;
export type Report = Written;
export type PlaintextInputShare = Plaintext;

export const ReportMetadata = /* @__PURE__ */ message<ReportMetadata>(
  "ReportMetadata",
  writeReportMetadata,
  (from) => ({ reportId: ReportId.read(from), time: from.u64(), publicExtensions: readAnyExtensions(from) }),
);

export const Report = /* @__PURE__ */ message<Report>("Report", writeReport, (from) => ({
  metadata: ReportMetadata.read(from),
  publicShare: from.opaque32(),
  leaderShare: HpkeCiphertext.read(from),
  helperShare: HpkeCiphertext.read(from),
}));

export const UploadRequest = /* @__PURE__ */ restOf("UploadRequest", Report);

/** A report and the bytes it was read from, which are its one encoding. */
export interface ReadReport {
  readonly report: Report;
  readonly bytes: Uint8Array;
}

/** Decodes an UploadRequest. Byte strings are views of `body`. @throws PacelineError invalid_message */
export function readUpload(body: Uint8Array): readonly ReadReport[] {
  return decode(body, "UploadRequest", (from) => {
    const reports: ReadReport[] = [];
    while (from.left > 0) {
      const start = body.length - from.left;
      const report = Report.read(from);
      reports.push({ report, bytes: body.subarray(start, body.length - from.left) });
    }
    return reports;
  });
}

/** Where a view of `bytes` ends in them. */
const endIn = (bytes: Uint8Array, view: Uint8Array): number => view.byteOffset + view.length - bytes.byteOffset;

/**
 * Metadata and public share in the one encoding that they have: what a Report and a VerifyInit begin with, and what an InputShareAad
 * ends with. @param publicShare as it was decoded from `bytes`, a view of them
 */
export const headOf = (bytes: Uint8Array, publicShare: Uint8Array): Uint8Array =>
  bytes.subarray(0, endIn(bytes, publicShare));

/** The helper's share as it is encoded, the end of a Report. */
export const helperPartOf = ({ bytes, report: { leaderShare } }: ReadReport): Uint8Array =>
  bytes.subarray(endIn(bytes, leaderShare.payload));

export interface UploadError {
  readonly reportId: Uint8Array;
  readonly error: SaidReportError;
}
const uploadError = /* @__PURE__ */ message<UploadError>(
  "UploadErrors",
  (out, { reportId, error }) => {
    ReportId.write(out, reportId);
    ReportError.write(out, error);
  },
  (from) => ({ reportId: ReportId.read(from), error: ReportError.read(from) }),
);
/** Only the reports that were not taken, in the order of the request. */
export const UploadErrors = /* @__PURE__ */ restOf("UploadErrors", uploadError);

export const PlaintextInputShare = /* @__PURE__ */ message<PlaintextInputShare>(
  "PlaintextInputShare",
  (out, { privateExtensions, payload }) => {
    writeExtensions(out, privateExtensions);
    out.opaque32(payload);
  },
  (from) => ({ privateExtensions: readExtensions(from), payload: from.opaque32(1) }),
);

/** What is authenticated with an input share, though not sent again. */
export interface InputShareAad {
  readonly taskId: Uint8Array;
  readonly task: TaskConfiguration;
  readonly metadata: ReportMetadata;
  readonly publicShare: Uint8Array;
}

export const InputShareAad = /* @__PURE__ */ message<InputShareAad>(
  "InputShareAad",
  (out, { task, ...rest }) => writeInputShareAad(out, { ...rest, configuration: TaskConfiguration.encode(task) }),
  (from) => ({
    taskId: TaskId.read(from),
    task: TaskConfiguration.read(from),
    metadata: ReportMetadata.read(from),
    publicShare: from.opaque32(),
  }),
);
