// Upload (draft-ietf-ppm-dap-18 section 4.4): what a client sends, and what it seals for each aggregator.
import { type Extension, ReportError, ReportId, readExtensions, TaskId, writeExtensions } from "./basics.ts";
import { HpkeCiphertext } from "./hpke-config.ts";
import { message, restOf } from "./message.ts";
import { TaskConfiguration } from "./task-configuration.ts";

export interface ReportMetadata {
  readonly reportId: Uint8Array;
  /** In units of the task's time precision. */
  readonly time: bigint;
  readonly publicExtensions: readonly Extension[];
}
export const ReportMetadata = message<ReportMetadata>(
  "ReportMetadata",
  (out, { reportId, time, publicExtensions }) => {
    ReportId.write(out, reportId);
    out.u64(time);
    writeExtensions(out, publicExtensions);
  },
  (from) => ({ reportId: ReportId.read(from), time: from.u64(), publicExtensions: readExtensions(from) }),
);

export interface Report {
  readonly metadata: ReportMetadata;
  readonly publicShare: Uint8Array;
  readonly leaderShare: HpkeCiphertext;
  readonly helperShare: HpkeCiphertext;
}
export const Report = message<Report>(
  "Report",
  (out, { metadata, publicShare, leaderShare, helperShare }) => {
    ReportMetadata.write(out, metadata);
    out.opaque32(publicShare);
    HpkeCiphertext.write(out, leaderShare);
    HpkeCiphertext.write(out, helperShare);
  },
  (from) => ({
    metadata: ReportMetadata.read(from),
    publicShare: from.opaque32(),
    leaderShare: HpkeCiphertext.read(from),
    helperShare: HpkeCiphertext.read(from),
  }),
);

export const UploadRequest = restOf("UploadRequest", Report);

export interface UploadError {
  readonly reportId: Uint8Array;
  readonly error: ReportError;
}
const uploadError = message<UploadError>(
  "UploadErrors",
  (out, { reportId, error }) => {
    ReportId.write(out, reportId);
    ReportError.write(out, error);
  },
  (from) => ({ reportId: ReportId.read(from), error: ReportError.read(from) }),
);
/** Only the reports that were not taken, in the order of the request. */
export const UploadErrors = restOf("UploadErrors", uploadError);

/** What is inside an input share's ciphertext. */
export interface PlaintextInputShare {
  readonly privateExtensions: readonly Extension[];
  /** The VDAF's input share. */
  readonly payload: Uint8Array;
}
export const PlaintextInputShare = message<PlaintextInputShare>(
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
export const InputShareAad = message<InputShareAad>(
  "InputShareAad",
  (out, { taskId, task, metadata, publicShare }) => {
    TaskId.write(out, taskId);
    TaskConfiguration.write(out, task);
    ReportMetadata.write(out, metadata);
    out.opaque32(publicShare);
  },
  (from) => ({
    taskId: TaskId.read(from),
    task: TaskConfiguration.read(from),
    metadata: ReportMetadata.read(from),
    publicShare: from.opaque32(),
  }),
);
