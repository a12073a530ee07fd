// The names DAP uses over HTTP (draft-ietf-ppm-dap-18 sections 3 and 9): media types and problem types.
import type { ErrorCode } from "../../base/errors.ts";

type HttpMessage =
  | "hpke-config-list"
  | "upload-req"
  | "upload-errors"
  | "aggregation-job-init-req"
  | "aggregation-job-resp"
  | "collection-job-req"
  | "collection-job-resp"
  | "aggregate-share-req"
  | "aggregate-share";

/** The content type of a body that holds `message`. */
export function mediaType(message: HttpMessage): string {
  return `application/ppm-dap;message=${message}`;
}

/** True when a content-type header names `message`; case and spaces around the semicolon do not matter (RFC 9110). */
export function isMediaType(header: string | undefined, message: HttpMessage): boolean {
  return header?.toLowerCase().replace(/[ \t"]/g, "") === mediaType(message);
}

const urn = "urn:ietf:params:ppm:dap:error:";

/** Our errors that DAP has a problem type for. */
const problems: Partial<Record<ErrorCode, string>> = {
  invalid_message: "invalidMessage",
  unknown_task: "unrecognizedTask",
  invalid_batch_size: "invalidBatchSize",
  batch_mismatch: "batchMismatch",
  batch_overlap: "batchOverlap",
  invalid_query: "batchInvalid",
};

/** The problem type (RFC 9457) of an error, or undefined when DAP has none for it. */
export function problemType(code: ErrorCode): string | undefined {
  const name = problems[code];
  return name === undefined ? undefined : urn + name;
}

/** The error behind a problem type that another aggregator answered with. */
export function errorOfProblem(type: string): ErrorCode | undefined {
  const codes = Object.keys(problems) as ErrorCode[];
  return codes.find((code) => problemType(code) === type);
}
