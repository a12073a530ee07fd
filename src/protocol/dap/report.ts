// Upload (draft-ietf-ppm-dap-18 section 4.4): what a client sends, and what it seals for each aggregator.
import { decode, type Writer } from "../../base/codec.ts";
import {
  type Extension,
  ReportError,
  ReportId,
  readAnyExtensions,
  readExtensions,
  type SaidReportError,
  TaskId,
  writeAnyExtensions,
  writeExtensions,
  writeReportId,
  writeTaskId,
} from "./basics.ts";
import { HpkeCiphertext, writeHpkeCiphertext } from "./hpke-config.ts";
import { message, restOf } from "./message.ts";
import { TaskConfiguration } from "./task-configuration.ts";

export interface ReportMetadata {
  readonly reportId: Uint8Array;
  /** In units of the task's time precision. */
  readonly time: bigint;
  /** As they came: a report whose types do not strictly increase is refused alone, with invalid_message. */
  readonly publicExtensions: readonly Extension[];
}

export function writeReportMetadata(out: Writer, { reportId, time, publicExtensions }: ReportMetadata): void {
  writeReportId(out, reportId);
  out.u64(time);
  writeAnyExtensions(out, publicExtensions);
}

export const ReportMetadata = /* @__PURE__ */ message<ReportMetadata>(
  "ReportMetadata",
  writeReportMetadata,
  (from) => ({ reportId: ReportId.read(from), time: from.u64(), publicExtensions: readAnyExtensions(from) }),
);

export interface Report {
  readonly metadata: ReportMetadata;
  readonly publicShare: Uint8Array;
  readonly leaderShare: HpkeCiphertext;
  readonly helperShare: HpkeCiphertext;
}

export function writeReport(out: Writer, { metadata, publicShare, leaderShare, helperShare }: Report): void {
  writeReportMetadata(out, metadata);
  out.opaque32(publicShare);
  writeHpkeCiphertext(out, leaderShare);
  writeHpkeCiphertext(out, helperShare);
}

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

/** What is inside an input share's ciphertext. */
export interface PlaintextInputShare {
  readonly privateExtensions: readonly Extension[];
  /** The VDAF's input share. */
  readonly payload: Uint8Array;
}

/** Their order is the caller's to keep. */
export function writePlaintextInputShare(out: Writer, { privateExtensions, payload }: PlaintextInputShare): void {
  writeAnyExtensions(out, privateExtensions);
  out.opaque32(payload);
}

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

/** @param configuration the task's, encoded */
export function writeInputShareAad(
  out: Writer,
  {
    taskId,
    configuration,
    metadata,
    publicShare,
  }: Omit<InputShareAad, "task"> & { readonly configuration: Uint8Array },
): void {
  writeTaskId(out, taskId);
  out.fixed(configuration);
  writeReportMetadata(out, metadata);
  out.opaque32(publicShare);
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
