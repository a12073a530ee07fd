// What a device writes of DAP (draft-ietf-ppm-dap-18 sections 4.1 and 4.4), as functions: the messages of report.ts and basics.ts read
// it too, and bring the readers with them.
import { concat } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import { Writer } from "../../base/writer.ts";

export const roles = { collector: 0, client: 1, leader: 2, helper: 3 } as const;

export type Write<T> = (out: Writer, value: T) => void;

export function encode<T>(write: Write<T>, value: T): Uint8Array<ArrayBuffer> {
  const out = new Writer();
  write(out, value);
  return out.done();
}

/** Writes bytes that must have one length, such as an identifier. @throws PacelineError internal */
export function writeExactly(out: Writer, bytes: Uint8Array, length: number, what: string): void {
  if (bytes.length !== length) fail("internal", `${what}: ${bytes.length} bytes where ${length} belong`);
  out.fixed(bytes);
}

export function writeTaskId(out: Writer, id: Uint8Array): void {
  writeExactly(out, id, 32, "TaskID");
}

export function writeReportId(out: Writer, id: Uint8Array): void {
  writeExactly(out, id, 16, "ReportID");
}

/** The one layout of report, task, job and share extensions: a type and its data. */
export interface Extension {
  readonly type: number;
  readonly data: Uint8Array;
}

export function writeExtension(out: Writer, { type, data }: Extension): void {
  out.u16(type).opaque16(data);
}

export function writeAnyExtensions(out: Writer, list: readonly Extension[]): void {
  out.opaque16(concat(...list.map((item) => encode(writeExtension, item))));
}

export interface HpkeCiphertext {
  readonly configId: number;
  readonly enc: Uint8Array;
  readonly payload: Uint8Array;
}

export function writeHpkeCiphertext(out: Writer, { configId, enc, payload }: HpkeCiphertext): void {
  out.u8(configId).opaque16(enc).opaque32(payload);
}

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

/** @param configuration the task's, encoded */
export function writeInputShareAad(
  out: Writer,
  {
    taskId,
    configuration,
    metadata,
    publicShare,
  }: {
    readonly taskId: Uint8Array;
    readonly configuration: Uint8Array;
    readonly metadata: ReportMetadata;
    readonly publicShare: Uint8Array;
  },
): void {
  writeTaskId(out, taskId);
  out.fixed(configuration);
  writeReportMetadata(out, metadata);
  out.opaque32(publicShare);
}
